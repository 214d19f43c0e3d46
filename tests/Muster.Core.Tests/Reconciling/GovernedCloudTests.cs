using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

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

    private static LaunchRequest Request() => new()
    {
        Launch = new(Some.Id(1)),
        Name = "web-1",
        Template = Some.Template(),
        Tags = MusterTags.For(Some.Installation, Some.Group(1), Some.Template(), new(Some.Id(1))),
    };
}
