using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.DigitalOcean;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Simulators.DigitalOcean;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>What makes a launch once on a cloud that gives out nothing only once.</summary>
public sealed class DigitalOceanLaunchTests
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_launch_is_one_call()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal([("POST droplets", 202)], harness.Simulator.Calls.Keys);
        Assert.Equal(1, harness.Simulator.Calls[("POST droplets", 202)]);
    }

    [Fact]
    public async Task What_a_launch_is_answered_with_has_its_tags_though_DigitalOcean_puts_them_on_later()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.TagLag = TimeSpan.FromMinutes(1));
        var request = harness.Request();

        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Empty(Assert.Single(harness.Simulator.Droplets.Alive).Tags);
        Assert.Equal((IEnumerable<KeyValuePair<string, string>>)request.Tags, launched.Tags);
    }

    [Fact]
    public async Task An_answer_lost_after_the_droplet_was_made_is_ambiguous_and_the_listing_shows_it_by_its_launch()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.Faults =
            request => request is { Method: "POST" } ? new Fault.LostAnswer() : null);
        var request = harness.Request();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(request.Launch.ToString(), Assert.Single(await harness.ListAsync()).Tags[MusterTags.Launch]);
    }

    [Fact]
    public async Task A_repeat_finds_the_droplet_whose_tags_are_not_on_it_yet()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.TagLag = TimeSpan.FromMinutes(10));
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        var repeated = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(launched.Id, repeated.Id);
        Assert.Equal(request.Launch.ToString(), repeated.Tags[MusterTags.Launch]);
        Assert.Equal(1, harness.Simulator.Calls[("POST droplets", 202)]);
    }

    [Fact]
    public async Task A_repeat_that_finds_nothing_waits_the_declared_lag_and_looks_again_before_it_makes_one()
    {
        var time = new FakeTimeProvider();
        await using var harness = await DigitalOceanHarness.StartAsync(time, cloudOptions: [("listing_lag", "5s"), ("timeout", "100s")]);
        var request = harness.Request() with { IsRepeat = true };

        var repeat = harness.Cloud.LaunchAsync(request, Cancellation);
        await UntilAsync(() => harness.Simulator.Calls.GetValueOrDefault(("GET droplets", 200)) == 1);
        Assert.False(repeat.IsCompleted);
        await AdvanceAsync(time, repeat);
        await repeat;

        Assert.Equal(2, harness.Simulator.Calls[("GET droplets", 200)]);
        Assert.Equal(1, harness.Simulator.Calls[("POST droplets", 202)]);
    }

    [Fact]
    public async Task A_repeat_whose_droplet_shows_only_after_the_lag_makes_no_second_one()
    {
        var time = new FakeTimeProvider();
        await using var harness = await DigitalOceanHarness.StartAsync(
            time, options => options.Lag = Lag - TimeSpan.FromSeconds(1), ("listing_lag", "5s"), ("timeout", "100s"));
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        var repeat = harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);
        await UntilAsync(() => harness.Simulator.Calls.GetValueOrDefault(("GET droplets", 200)) == 1);
        await AdvanceAsync(time, repeat);

        Assert.Equal(launched.Id, (await repeat).Id);
        Assert.Single(harness.Simulator.Droplets.Alive);
    }

    [Fact]
    public async Task A_launch_whose_id_was_computed_is_looked_for_once_since_another_run_may_have_made_it()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var request = harness.Request();
        request = request with { Tags = request.Tags.Add(SlotLaunchIdentities.SlotTag, "0") };

        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        var second = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(1, harness.Simulator.Calls[("POST droplets", 202)]);
        Assert.Equal(2, harness.Simulator.Calls[("GET droplets", 200)]);
    }

    [Fact]
    public async Task A_look_that_finds_a_droplet_of_that_name_that_it_cannot_read_makes_none()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var request = harness.Request() with { IsRepeat = true };
        var name = DropletNames.Of(request.Name, request.Launch);
        harness.Options.Faults = one => one.Method is "GET"
            ? new Fault.Answer(200, $$$"""{"droplets":[{"id":7,"name":"{{{name}}}","status":{}}],"links":{},"meta":{"total":1}}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("droplet 7 may be the one that is looked for", error.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Simulator.Droplets.Alive);
    }

    [Fact]
    public async Task Two_droplets_of_one_launch_are_told_with_what_to_do()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var request = harness.Request();
        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        var second = await harness.Cloud.LaunchAsync(request, Cancellation);

        var listed = await harness.ListAsync();
        await harness.ListAsync();

        Assert.Equal(2, listed.Length);
        var line = Assert.Single(harness.Said);
        Assert.StartsWith($"droplets {second.Id} and {first.Id} answer the same launch {request.Launch}:", line, StringComparison.Ordinal);
        Assert.EndsWith("if it happens again, set listing_lag higher", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_droplet_whose_creation_fails_is_there_for_a_while_and_then_is_not()
    {
        var time = new FakeTimeProvider();
        await using var harness = await DigitalOceanHarness.StartAsync(
            time, options => (options.FailingShare, options.Provisioning) = (1, new(TimeSpan.FromSeconds(30))));
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var before = await harness.ListAsync();
        time.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(() => harness.Simulator.Droplets.Alive.Count == 0);

        Assert.Equal((InstanceState.Provisioning, "new"), (Assert.Single(before).State, before[0].StateDetail));
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task DigitalOcean_that_is_down_surely_made_nothing()
    {
        var harness = await DigitalOceanHarness.StartAsync();
        await harness.Simulator.DisposeAsync();

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        await harness.DisposeAsync();

        Assert.Equal(CloudErrorKind.Unavailable, launch.Kind);
        Assert.Contains("no answer from DigitalOcean: nobody listens at 127.0.0.1:", launch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launch_that_takes_too_long_is_ambiguous_and_a_listing_is_not()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(
            options => options.Faults = _ => new Fault.Slow(TimeSpan.FromMinutes(10)), ("timeout", "1s"));

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
    }

    [Fact]
    public async Task The_burst_is_waited_out_as_long_as_DigitalOcean_says_and_the_hour_until_its_oldest_call()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
        await using var harness = await DigitalOceanHarness.StartAsync(time, options => options.PerSecond = null);
        async Task<CloudException?> SpendAsync(int calls)
        {
            for (var i = 0; i < calls; i++)
            {
                try
                {
                    await harness.Cloud.TerminateAsync(new("1"), Cancellation);
                }
                catch (CloudException error)
                {
                    return error;
                }
            }

            return null;
        }

        var burst = await SpendAsync(251);
        for (var minute = 1; minute < 20; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Null(await SpendAsync(250));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        var hour = await SpendAsync(1);

        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromMinutes(1)), (burst!.Kind, burst.RetryAfter));
        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromMinutes(40)), (hour!.Kind, hour.RetryAfter));
    }

    [Fact]
    public async Task What_Muster_allows_itself_stays_below_both_of_DigitalOcean_s_limits()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var traits = harness.Cloud.Traits;
        int Within(TimeSpan time) =>
            traits.ReadWindows.Concat(traits.WriteWindows).Where(window => window.Within == time).Sum(window => window.Calls);

        Assert.InRange(Within(TimeSpan.FromMinutes(1)), 225, 249);
        Assert.InRange(Within(TimeSpan.FromHours(1)), 4500, 4999);
    }

    [Fact]
    public async Task A_hundred_are_launched_and_ended_at_once_and_nobody_is_refused()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.PerSecond = null);
        await using var cloud = GovernedCloud.Over("sea", harness.Cloud, TimeProvider.System);

        var launched = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cloud.LaunchAsync(harness.Request(), Cancellation)));
        await Task.WhenAll(launched.Select(instance => cloud.TerminateAsync(instance.Id, Cancellation)));

        Assert.Equal(
            [("DELETE droplets", 204, 100), ("POST droplets", 202, 100)],
            harness.Simulator.Calls.Select(one => (one.Key.Call, one.Key.Status, one.Value)).Order());
        Assert.Equal(0, cloud.Governor.Figures.Throttled);
    }

    /// <summary>The wait begins some moments after the look was answered: time goes on until it is over.</summary>
    private static async Task AdvanceAsync(FakeTimeProvider time, Task until)
    {
        while (!until.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(until, Task.Delay(Step, TimeProvider.System, Cancellation));
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(Step, TimeProvider.System, Cancellation);
        }
    }
}
