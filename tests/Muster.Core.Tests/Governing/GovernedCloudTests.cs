using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Governing;

public sealed class GovernedCloudTests
{
    [Fact]
    public async Task A_right_to_launch_ends_when_the_cloud_asks_for_silence()
    {
        var weather = new Weather();
        var cloud = GovernedCloud.Over(
            "sim", new SimulatedCloud("sim", EngineBed.Traits, weather, TimeProvider.System), TimeProvider.System);
        await cloud.AcquireWriteAsync(TestContext.Current.CancellationToken);
        cloud.Governor.OnFailed(new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromMinutes(5)));

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.LaunchPermittedAsync(Request(), TestContext.Current.CancellationToken));

        Assert.Equal(CloudErrorKind.Throttled, error.Kind);
        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.Equal(0, weather.Launches);
    }

    // Each launch made three calls, and one was permitted.
    [Fact]
    public async Task Every_call_that_an_operation_makes_takes_a_right_of_its_kind()
    {
        var cloud = GovernedCloud.Over("sim", new TalkativeCloud(looks: 3, changes: 2), TimeProvider.System);

        await cloud.LaunchAsync(Request(), TestContext.Current.CancellationToken);
        await cloud.TerminateAsync(new("web-1"), TestContext.Current.CancellationToken);
        await cloud.CheckAsync(Some.Template(), TestContext.Current.CancellationToken);
        await foreach (var page in cloud.ListAsync(new(Some.Installation), TestContext.Current.CancellationToken))
        {
            Assert.Empty(page.Instances);
        }

        await foreach (var change in cloud.WatchAsync(Some.Installation, TestContext.Current.CancellationToken))
        {
            Assert.NotNull(change);
        }

        // A launch and an end: 3 looks and 2 changes each; a check, a listing and a watch: 3 looks each.
        Assert.Equal((15, 4), (cloud.Governor.Figures.Reads, cloud.Governor.Figures.Writes));
    }

    [Fact]
    public async Task A_stop_and_a_start_take_rights_as_every_operation_does()
    {
        var cloud = GovernedCloud.Over("sim", new TalkativeCloud(looks: 1, changes: 1), TimeProvider.System);
        var stopping = cloud.Stopping!;

        await stopping.StopAsync(Some.Installation, new("web-1"), StopManner.Orderly, TestContext.Current.CancellationToken);
        await stopping.StartAsync(Some.Installation, new("web-1"), TestContext.Current.CancellationToken);

        Assert.True(stopping.CanSuspend);
        Assert.Equal((2, 2), (cloud.Governor.Figures.Reads, cloud.Governor.Figures.Writes));
    }

    [Fact]
    public void A_cloud_that_cannot_stop_has_nothing_to_offer() => Assert.Null(GovernedCloud.Over(
        "sim", new SimulatedCloud("sim", EngineBed.Traits, new Weather(), TimeProvider.System), TimeProvider.System).Stopping);

    [Fact]
    public async Task A_call_beyond_the_budget_waits_inside_of_its_operation()
    {
        var clock = new FakeTimeProvider();
        var traits = EngineBed.Traits with { ReadsPerSecond = 1, WritesPerSecond = 1, Burst = 2 };
        var inner = new TalkativeCloud(looks: 4, changes: 1) { Traits = traits };
        var cloud = GovernedCloud.Over("sim", inner, clock);

        var launch = cloud.LaunchAsync(Request(), TestContext.Current.CancellationToken);

        Assert.Equal((false, 2), (launch.IsCompleted, inner.Looked));
        for (var look = 1; look <= 4; look++)
        {
            // A look a second after the two of the burst.
            clock.Advance(look > 2 ? TimeSpan.FromSeconds(1.01) : TimeSpan.Zero);
            await inner.NextLookAsync();
        }

        await launch;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wish_for_silence_is_heard_also_where_the_launch_says_something_else(bool survives)
    {
        var throttled = new CloudException(CloudErrorKind.Throttled, "slow down", TimeSpan.FromMinutes(1));
        var cloud = GovernedCloud.Over(
            "sim", new TalkativeCloud(looks: 0, changes: 1) { LastLook = throttled, Survives = survives }, TimeProvider.System);

        var launch = () => cloud.LaunchAsync(Request(), TestContext.Current.CancellationToken);

        if (survives)
        {
            await launch();
        }
        else
        {
            Assert.Equal(CloudErrorKind.Ambiguous, (await Assert.ThrowsAsync<CloudException>(launch)).Kind);
        }

        Assert.InRange(cloud.Governor.Silence, TimeSpan.FromSeconds(50), TimeSpan.FromMinutes(1));
    }

    private static LaunchRequest Request() => new()
    {
        Launch = new(Some.Id(1)),
        Name = "web-1",
        Template = Some.Template(),
        Tags = InstanceTags.For(Some.Installation, Some.Group(1), Some.Template(), new(Some.Id(1))),
    };
}
