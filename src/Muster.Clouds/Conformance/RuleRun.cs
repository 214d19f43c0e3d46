using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>One trial of one rule: its installation, and what all rules do with a cloud.</summary>
/// <param name="harness">The cloud under test.</param>
/// <param name="installation">This trial's own.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class RuleRun(CloudHarness harness, InstallationId installation, CancellationToken cancellationToken)
{
    /// <summary>How often a call is repeated at once where a rule is about that.</summary>
    public const int Repeats = 20;

    public const string NoInterruptible = "the cloud has no interruptible instances";

    private readonly ConcurrentQueue<(InstallationId Of, LaunchId Launch)> _asked = new();

    public CloudHarness Harness => harness;

    public ICloud Cloud => harness.Cloud;

    public CloudTraits Traits => harness.Cloud.Traits;

    public InstallationId Installation => installation;

    public AccountId Account { get; } = new(harness.Random.NextId());

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>A new group of this trial's account.</summary>
    public GroupId NewGroup() => new(harness.Random.NextId());

    public LaunchRequest Request(GroupId group, AccountId? account = null, InstallationId? of = null)
    {
        var template = harness.GoodTemplate();
        var launch = new LaunchId(harness.Random.NextId());
        _asked.Enqueue((of ?? installation, launch));
        return new LaunchRequest
        {
            Launch = launch,
            Name = $"conformance-{launch.Value.ToString("N")[..12]}",
            Template = template,
            Tags = template.Tags.SetItems(new Dictionary<string, string>
            {
                [MusterTags.Installation] = (of ?? installation).ToString(),
                [MusterTags.Account] = (account ?? Account).ToString(),
                [MusterTags.Group] = group.ToString(),
                [MusterTags.GroupName] = "conformance",
                [MusterTags.Template] = template.Id.ToString(),
                [MusterTags.Launch] = launch.ToString(),
            }),
        };
    }

    /// <summary>The request for an interruptible instance, as a group's placement makes it.</summary>
    public LaunchRequest InterruptibleRequest(GroupId group)
    {
        var request = Request(group);
        return request with { IsInterruptible = true, Tags = request.Tags.SetItem(MusterTags.Interruptible, "true") };
    }

    /// <summary>The launches of an installation that requests were made for.</summary>
    public IEnumerable<LaunchId> Asked(InstallationId of) => _asked.Where(one => one.Of == of).Select(one => one.Launch);

    public Task<Instance> LaunchAsync(LaunchRequest request) => Cloud.LaunchAsync(request, cancellationToken);

    public async Task<Instance> LaunchRunningAsync(GroupId group, LaunchRequest request)
    {
        var launched = await LaunchAsync(request);
        return await WaitForAsync(group, launched.Id, InstanceState.Running);
    }

    public Task TerminateAsync(InstanceId id) => Cloud.TerminateAsync(id, cancellationToken);

    /// <summary>
    /// Tries a rule with an installation that nobody who runs the suite would clean up: what is of it ends with the rule.
    /// </summary>
    public async Task WithForeignerAsync(Func<InstallationId, Task> rule)
    {
        var foreigner = new InstallationId(harness.Random.NextId());
        var cleanUp = new CleanUp(Cloud, harness.ListingLagMax, TimeProvider.System);
        try
        {
            await rule(foreigner);
        }
        catch
        {
            await cleanUp.TerminateAllAsync(foreigner, Asked(foreigner));
            throw;
        }

        var left = await cleanUp.TerminateAllAsync(foreigner, []);
        Expect.That(left is null, left ?? "");
    }

    /// <summary>Starts a call as many times as a rule repeats it, all at once.</summary>
    public static Task<T[]> RepeatAsync<T>(Func<Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, Repeats).Select(_ => Task.Run(call)));

    public async Task<Instance> WaitForAsync(GroupId group, InstanceId id, InstanceState state) =>
        (await WaitForAsync(group, id, $"{id} is {state}", instance => instance?.State == state))!;

    public async Task<Instance> WaitForDeadAsync(GroupId group, InstanceId id) =>
        (await WaitForAsync(group, id, $"{id} is stopped or failed", instance => instance is { IsDead: true }))!;

    /// <summary>Waits until what was terminated is gone; alive it may be listed for as long as listings lag, and no longer.</summary>
    public async Task WaitForGoneAsync(GroupId group, InstanceId id)
    {
        var terminatedAt = TimeProvider.System.GetTimestamp();
        Instance? found = null;
        await WaitUntilAsync(
            $"{id} is gone",
            async () =>
            {
                var maySeemAlive = TimeProvider.System.GetElapsedTime(terminatedAt) < harness.ListingLagMax;
                found = await FindAsync(group, id);
                Expect.That(maySeemAlive || found is not { IsLive: true }, $"{id} was terminated and is {found?.State}");
                return found is null;
            },
            () => $"it is {found?.State}, {found?.StateDetail}");
    }

    public async Task<Instance?> WaitForAsync(GroupId group, InstanceId id, string what, Func<Instance?, bool> condition)
    {
        Instance? found = null;
        await WaitUntilAsync(
            what,
            async () =>
            {
                found = await FindAsync(group, id);
                return condition(found);
            },
            () => found is null ? "it is not listed" : $"it is {found.State}, {found.StateDetail}");
        return found;
    }

    public async Task WaitUntilAsync(string what, Func<Task<bool>> condition, Func<string>? state = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        var patience = harness.Patience + harness.ListingLagMax;
        while (!await condition())
        {
            Expect.That(
                TimeProvider.System.GetElapsedTime(start) < patience,
                $"waited {patience.TotalSeconds} s in vain until {what}{(state is null ? "" : $": {state()}")}");
            await harness.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Returns when no listing that begins now can be older than what was done: what is not shown then is not there.</summary>
    public Task SettleAsync() => Task.Delay(harness.ListingLagMax, TimeProvider.System, cancellationToken);

    public async Task<Instance?> FindAsync(GroupId group, InstanceId id) =>
        (await ListAsync(group)).SingleOrDefault(instance => instance.Id == id);

    public Task<Instance[]> ListAsync(GroupId group) => ListAsync(new InstanceFilter(installation, Group: group));

    public async Task<Instance[]> ListAsync(InstanceFilter filter) =>
        [.. (await PagesAsync(filter)).SelectMany(page => page.Instances)];

    public async Task<ImmutableArray<InstancePage>> PagesAsync(InstanceFilter filter)
    {
        var pages = ImmutableArray.CreateBuilder<InstancePage>();
        await foreach (var page in Cloud.ListAsync(filter, cancellationToken))
        {
            Expect.That(
                page.Instances.Length <= Traits.PageSize,
                $"a page holds {page.Instances.Length} instances: the page size is {Traits.PageSize}");
            Expect.That(pages.Count == 0 || !pages[^1].IsLast, "a page follows the last one");
            pages.Add(page);
        }

        Expect.That(pages.Count > 0 && pages[^1].IsLast, "the listing ended without a last page");
        return pages.ToImmutable();
    }

    /// <summary>Expects exactly those to be listed as soon as listings cannot be older than now.</summary>
    public async Task ExpectListedAsync(InstanceFilter filter, params Instance[] expected)
    {
        await SettleAsync();
        await ExpectShownAsync(filter, expected);
    }

    /// <summary>Expects exactly those to be listed now.</summary>
    public async Task ExpectShownAsync(InstanceFilter filter, params Instance[] expected) =>
        Expect.Same(
            expected.Select(instance => instance.Id),
            (await ListAsync(filter)).Select(instance => instance.Id),
            $"the listing of {filter}");

    public static void ExpectTags(LaunchRequest request, Instance instance)
    {
        foreach (var (key, value) in request.Tags)
        {
            Expect.Equal(value, instance.Tags.GetValueOrDefault(key), $"the tag {key}");
        }
    }

    /// <summary>What a rule cannot do without; asked for before it launches anything.</summary>
    /// <exception cref="RuleSkippedException">The harness does not have it.</exception>
    public static T Need<T>(T? hand, string otherwise) where T : class => hand ?? throw new RuleSkippedException(otherwise);

    /// <summary>The hand that kills.</summary>
    /// <exception cref="RuleSkippedException">The harness has none.</exception>
    public Hand NeedKilling() => Need(harness.Killing, "there is no --kill, the command that ends an instance behind the cloud's back");

    /// <summary>The hand that gives notice, on a cloud with interruptible instances.</summary>
    /// <exception cref="RuleSkippedException">The cloud has none, or the harness no such hand.</exception>
    public NoticeHand NeedNotice()
    {
        SkipUnless(Traits.Interruptible, NoInterruptible);
        return Need(harness.GivingNotice, harness.WithoutNotice);
    }

    /// <summary>Skips the rule where the cloud does not promise what it is about.</summary>
    public static void SkipUnless(bool promised, string otherwise)
    {
        if (!promised)
        {
            throw new RuleSkippedException(otherwise);
        }
    }
}
