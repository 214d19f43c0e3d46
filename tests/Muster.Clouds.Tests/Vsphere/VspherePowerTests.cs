using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Vsphere;

/// <summary>What stops and starts do to machines beyond what holds of every cloud.</summary>
public sealed class VspherePowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_tools_a_machine_is_only_powered_off()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.HasNoTools = true);
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var stopper = (IStoppingCloud)harness.Cloud;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.EndsWith("stop it at once", error.Message, StringComparison.Ordinal);
        Assert.Equal("poweredOn", harness.Of(launched).State);
        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.AtOnce, Cancellation);
        Assert.Equal(InstanceState.Stopped, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_start_without_room_is_out_of_stock_and_the_machine_rests()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var stopper = (IStoppingCloud)harness.Cloud;
        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.KeepingMemory, Cancellation);
        harness.Options.CannotStart = true;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => stopper.StartAsync(Local.Requests.Installation, launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Equal("suspended", harness.Of(launched).State);
    }
}
