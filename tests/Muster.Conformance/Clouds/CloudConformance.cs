using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Conformance.Clouds;

/// <summary>What every cloud does, whatever is behind it. Inherit it, give it a cloud, and all of it must pass.</summary>
/// <remarks>What a cloud's <see cref="CloudTraits"/> do not promise is skipped, and the skip says which trait.</remarks>
public abstract class CloudConformance : IAsyncLifetime
{
    private const int Repeats = 20;

    private CloudHarness? _harness;

    private CloudHarness Harness => _harness ?? throw new InvalidOperationException("the test has not begun");

    private ICloud Cloud => Harness.Cloud;

    private InstallationId Installation { get; set; }

    private AccountId Account { get; set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A cloud with no instances of this test's installation.</summary>
    protected abstract Task<CloudHarness> OpenAsync();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _harness = await OpenAsync();
        Installation = new InstallationId(_harness.Random.NextId());
        Account = new AccountId(_harness.Random.NextId());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_launched_instance_comes_up_and_is_listed_with_its_name_and_tags()
    {
        var group = NewGroup();
        var request = Request(group);

        var launched = await Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(request.Name, launched.Name);
        Assert.True(launched.IsLive, $"launched as {launched.State} {launched.StateDetail}");
        var listed = await WaitForAsync(group, launched.Id, InstanceState.Running);
        Assert.Equal(request.Name, listed.Name);
        AssertTags(request, listed);
    }

    [Fact]
    public async Task Launches_repeated_at_once_with_the_same_id_make_one_instance()
    {
        Assert.SkipUnless(Cloud.Traits.LaunchTokens, "the cloud has no launch tokens");
        var group = NewGroup();
        var request = Request(group);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, Repeats).Select(_ => Task.Run(() => Cloud.LaunchAsync(request, Cancellation))));

        var id = Assert.Single(answers.Select(answer => answer.Id).Distinct());
        await WaitForAsync(group, id, InstanceState.Running);
        Assert.Equal(id, Assert.Single(await ListAsync(group)).Id);
    }

    [Fact]
    public async Task A_launch_repeated_after_the_instance_died_returns_the_dead_one()
    {
        Assert.SkipUnless(Cloud.Traits.LaunchTokens, "the cloud has no launch tokens");
        var group = NewGroup();
        var request = Request(group);
        var launched = await LaunchRunningAsync(group, request);
        await Harness.KillAsync(launched, Cancellation);
        await WaitForDeadAsync(group, launched.Id);

        var repeated = await Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(launched.Id, repeated.Id);
        Assert.True(repeated.IsDead, $"repeated as {repeated.State}");
        Assert.DoesNotContain(await ListAsync(group), instance => instance.IsLive);
    }

    [Fact]
    public async Task A_launch_repeated_after_the_instance_was_terminated_makes_no_second_one()
    {
        Assert.SkipUnless(Cloud.Traits.LaunchTokens, "the cloud has no launch tokens");
        var group = NewGroup();
        var request = Request(group);
        var launched = await LaunchRunningAsync(group, request);
        await Cloud.TerminateAsync(launched.Id, Cancellation);
        await WaitForGoneAsync(group, launched.Id);

        var repeated = await Cloud.LaunchAsync(request, Cancellation);

        Assert.False(repeated.IsLive, $"repeated as {repeated.State}");
        Assert.DoesNotContain(await ListAsync(group), instance => instance.IsLive);
    }

    [Fact]
    public async Task An_instance_killed_by_hand_is_listed_as_dead_until_it_is_terminated()
    {
        var group = NewGroup();
        var launched = await LaunchRunningAsync(group, Request(group));

        await Harness.KillAsync(launched, Cancellation);

        var dead = await WaitForDeadAsync(group, launched.Id);
        Assert.False(string.IsNullOrEmpty(dead.StateDetail), "a dead instance says why");
        await Cloud.TerminateAsync(launched.Id, Cancellation);
        await WaitForGoneAsync(group, launched.Id);
    }

    [Fact]
    public async Task A_terminated_instance_stops_to_be_live_and_is_gone_from_the_listing()
    {
        var group = NewGroup();
        var launched = await LaunchRunningAsync(group, Request(group));

        await Cloud.TerminateAsync(launched.Id, Cancellation);

        await WaitForGoneAsync(group, launched.Id);
    }

    [Fact]
    public async Task Terminating_twice_at_once_or_what_never_was_is_success()
    {
        var group = NewGroup();
        var launched = await LaunchRunningAsync(group, Request(group));

        await Task.WhenAll(
            Enumerable.Range(0, Repeats).Select(_ => Task.Run(() => Cloud.TerminateAsync(launched.Id, Cancellation))));
        await WaitForGoneAsync(group, launched.Id);
        await Cloud.TerminateAsync(launched.Id, Cancellation);

        await Cloud.TerminateAsync(new InstanceId(Harness.Random.NextId().ToString()), Cancellation);
        await Cloud.TerminateAsync(new InstanceId("no such instance/../x"), Cancellation);
    }

    [Fact]
    public async Task Terminating_one_leaves_its_neighbours_alone()
    {
        var group = NewGroup();
        var first = await LaunchRunningAsync(group, Request(group));
        var second = await LaunchRunningAsync(group, Request(group));

        await Cloud.TerminateAsync(first.Id, Cancellation);

        await WaitForGoneAsync(group, first.Id);
        var left = Assert.Single(await ListAsync(group));
        Assert.Equal((second.Id, InstanceState.Running), (left.Id, left.State));
    }

    [Fact]
    public async Task A_listing_shows_what_the_filter_names_and_nothing_foreign()
    {
        var (ours, other) = (NewGroup(), NewGroup());
        var (foreigner, neighbour) = (new InstallationId(Harness.Random.NextId()), new AccountId(Harness.Random.NextId()));
        var mine = await LaunchRunningAsync(ours, Request(ours));
        var sibling = await LaunchRunningAsync(other, Request(other));
        var neighbours = await Cloud.LaunchAsync(Request(ours, account: neighbour), Cancellation);
        var foreign = await Cloud.LaunchAsync(Request(ours, installation: foreigner), Cancellation);

        await WaitUntilAsync("all of them are listed", async () =>
            (await ListAsync(new InstanceFilter(Installation))).Length == 3
            && (await ListAsync(new InstanceFilter(foreigner))).Length == 1);
        await AssertListedAsync(new InstanceFilter(Installation), mine, sibling, neighbours);
        await AssertListedAsync(new InstanceFilter(Installation, Account), mine, sibling);
        await AssertListedAsync(new InstanceFilter(Installation, Account, ours), mine);
        await AssertListedAsync(new InstanceFilter(Installation, Group: ours), mine, neighbours);
        await AssertListedAsync(new InstanceFilter(Installation, neighbour), neighbours);
        await AssertListedAsync(new InstanceFilter(Installation, neighbour, other));
        await AssertListedAsync(new InstanceFilter(foreigner), foreign);
        await AssertListedAsync(new InstanceFilter(new InstallationId(Harness.Random.NextId())));
    }

    [Fact]
    public async Task An_empty_listing_is_one_last_page()
    {
        var pages = await PagesAsync(new InstanceFilter(Installation, Account, NewGroup()));

        var page = Assert.Single(pages);
        Assert.True(page.IsLast);
        Assert.Empty(page.Instances);
    }

    [Fact]
    public async Task Many_launched_at_once_are_each_listed_exactly_once()
    {
        var group = NewGroup();
        var requests = Enumerable.Range(0, Harness.Crowd).Select(_ => Request(group)).ToArray();

        var launched = await Task.WhenAll(requests.Select(request => Task.Run(() => Cloud.LaunchAsync(request, Cancellation))));

        Assert.Equal(requests.Length, launched.Select(instance => instance.Id).Distinct().Count());
        await WaitUntilAsync("all of them run", async () =>
            (await ListAsync(group)).Count(instance => instance.State is InstanceState.Running) == requests.Length);
        var pages = await PagesAsync(new InstanceFilter(Installation, Account, group));
        AssertPaged(pages);
        var listed = pages.SelectMany(page => page.Instances).ToArray();
        Assert.Equal(
            launched.Select(instance => instance.Id).Order(),
            listed.Select(instance => instance.Id).Order());
        Assert.Equal(
            requests.Select(request => request.Launch.ToString()).Order(StringComparer.Ordinal),
            listed.Select(instance => instance.Tags[MusterTags.Launch]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tags_come_back_as_they_were_given()
    {
        var group = NewGroup();
        var request = Request(group);
        var longest = new string('x', Math.Min(Cloud.Traits.TagValueLengthMax, 255));
        request = request with
        {
            Tags = request.Tags
                .SetItem("plain", "value")
                .SetItem("accents", "Übergröße, naïve, 東京, 🚀")
                .SetItem("quotes", "'single' \"double\" \\back\\ $dollar `tick`")
                .SetItem("longest", longest),
        };

        var launched = await LaunchRunningAsync(group, request);

        AssertTags(request, launched);
    }

    [Fact]
    public async Task A_good_template_passes_the_check()
    {
        var check = await Cloud.CheckAsync(Harness.GoodTemplate(), Cancellation);

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        Assert.NotEmpty(check.Findings);
    }

    [Fact]
    public async Task The_check_names_a_bad_image()
    {
        var template = Harness.BadImageTemplate();

        var check = await Cloud.CheckAsync(template, Cancellation);

        Assert.False(check.IsGood);
        var finding = Assert.Single(check.Findings, finding => !finding.IsGood);
        Assert.Equal("image", finding.Field);
        Assert.Contains(template.Image, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_image_is_refused_by_name_and_leaves_nothing_behind()
    {
        var group = NewGroup();
        var template = Harness.BadImageTemplate();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => Cloud.LaunchAsync(Request(group) with { Template = template }, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains(template.Image, error.Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(group));
    }

    [Fact]
    public async Task A_cancelled_call_says_so_and_does_nothing()
    {
        var group = NewGroup();
        var launched = await LaunchRunningAsync(group, Request(group));
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cloud.LaunchAsync(Request(group), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cloud.TerminateAsync(launched.Id, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cloud.CheckAsync(Harness.GoodTemplate(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Cloud.ListAsync(new InstanceFilter(Installation), cancelled))
            {
            }
        });

        Assert.Equal(InstanceState.Running, Assert.Single(await ListAsync(group)).State);
    }

    [Fact]
    public async Task Watching_hints_at_a_launch_and_at_a_death()
    {
        Assert.SkipUnless(Cloud.Traits.Watches, "the cloud has no changes to watch");
        var group = NewGroup();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Harness.Patience);
        await using var changes = Cloud.WatchAsync(Installation, patience.Token).GetAsyncEnumerator(patience.Token);

        var next = changes.MoveNextAsync();
        var launched = await Cloud.LaunchAsync(Request(group), Cancellation);
        await NextAboutAsync(changes, next, launched.Id, group);
        await WaitForAsync(group, launched.Id, InstanceState.Running);

        await Harness.KillAsync(launched, Cancellation);
        // What the launch still had to say may come first: only a death ends the wait.
        do
        {
            await NextAboutAsync(changes, changes.MoveNextAsync(), launched.Id, group);
        }
        while (!(await ListAsync(group)).Single(instance => instance.Id == launched.Id).IsDead);
    }

    [Fact]
    public async Task Watching_hints_at_nothing_foreign_and_ends_by_cancellation()
    {
        Assert.SkipUnless(Cloud.Traits.Watches, "the cloud has no changes to watch");
        var (group, foreigner) = (NewGroup(), new InstallationId(Harness.Random.NextId()));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var changes = Cloud.WatchAsync(Installation, stop.Token).GetAsyncEnumerator(stop.Token);

        var next = changes.MoveNextAsync();
        await Cloud.LaunchAsync(Request(group, installation: foreigner), Cancellation);
        var ours = await Cloud.LaunchAsync(Request(group), Cancellation);

        Assert.True(await next);
        Assert.Equal(ours.Id, changes.Current.Instance);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await changes.MoveNextAsync())
            {
            }
        });
    }

    /// <summary>A new group of this test's account.</summary>
    private GroupId NewGroup() => new(Harness.Random.NextId());

    private LaunchRequest Request(GroupId group, AccountId? account = null, InstallationId? installation = null)
    {
        var template = Harness.GoodTemplate();
        var launch = new LaunchId(Harness.Random.NextId());
        return new LaunchRequest
        {
            Launch = launch,
            Name = $"conformance-{launch.ToString()[..8]}",
            Template = template,
            Tags = new Dictionary<string, string>
            {
                [MusterTags.Installation] = (installation ?? Installation).ToString(),
                [MusterTags.Account] = (account ?? Account).ToString(),
                [MusterTags.Group] = group.ToString(),
                [MusterTags.GroupName] = "conformance",
                [MusterTags.Template] = template.Id.ToString(),
                [MusterTags.Launch] = launch.ToString(),
            }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    private async Task<Instance> LaunchRunningAsync(GroupId group, LaunchRequest request)
    {
        var launched = await Cloud.LaunchAsync(request, Cancellation);
        return await WaitForAsync(group, launched.Id, InstanceState.Running);
    }

    private Task<Instance> WaitForAsync(GroupId group, InstanceId id, InstanceState state) =>
        WaitForAsync(group, id, $"{id} is {state}", instance => instance?.State == state)!;

    private Task<Instance> WaitForDeadAsync(GroupId group, InstanceId id) =>
        WaitForAsync(group, id, $"{id} is dead", instance => instance is { IsDead: true })!;

    private async Task WaitForGoneAsync(GroupId group, InstanceId id) =>
        await WaitForAsync(group, id, $"{id} is gone", instance =>
        {
            Assert.False(instance is { IsLive: true }, $"{id} was terminated and is {instance?.State}");
            return instance is null;
        });

    private async Task<Instance?> WaitForAsync(GroupId group, InstanceId id, string what, Func<Instance?, bool> condition)
    {
        Instance? found = null;
        await WaitUntilAsync(what, async () =>
        {
            found = (await ListAsync(group)).SingleOrDefault(instance => instance.Id == id);
            return condition(found);
        });
        return found;
    }

    private async Task WaitUntilAsync(string what, Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Harness.Patience, $"waited {Harness.Patience} in vain until {what}");
            await Harness.WaitAsync(Cancellation);
        }
    }

    private Task<Instance[]> ListAsync(GroupId group) => ListAsync(new InstanceFilter(Installation, Group: group));

    private async Task<Instance[]> ListAsync(InstanceFilter filter) =>
        [.. (await PagesAsync(filter)).SelectMany(page => page.Instances)];

    private async Task<List<InstancePage>> PagesAsync(InstanceFilter filter)
    {
        var pages = new List<InstancePage>();
        await foreach (var page in Cloud.ListAsync(filter, Cancellation))
        {
            pages.Add(page);
        }
        AssertPaged(pages);
        return pages;
    }

    private void AssertPaged(List<InstancePage> pages)
    {
        Assert.All(pages, page => Assert.InRange(page.Instances.Length, 0, Cloud.Traits.PageSize));
        Assert.All(pages.SkipLast(1), page => Assert.False(page.IsLast));
        Assert.True(pages[^1].IsLast);
    }

    private async Task AssertListedAsync(InstanceFilter filter, params Instance[] expected) =>
        Assert.Equal(
            expected.Select(instance => instance.Id).Order(),
            (await ListAsync(filter)).Select(instance => instance.Id).Order());

    private static void AssertTags(LaunchRequest request, Instance instance) =>
        Assert.All(request.Tags, tag => Assert.Equal(tag.Value, instance.Tags.GetValueOrDefault(tag.Key)));

    private static async Task NextAboutAsync(
        IAsyncEnumerator<CloudChange> changes, ValueTask<bool> next, InstanceId instance, GroupId group)
    {
        Assert.True(await next, "the stream of changes ended");
        Assert.Equal(instance, changes.Current.Instance);
        Assert.True(changes.Current.Group is null || changes.Current.Group == group);
    }
}
