using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Proxmox;

/// <summary>What stops and starts do to machines beyond what holds of every cloud.</summary>
public sealed class ProxmoxPowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suspended_machine_is_told_as_one_that_rests_on_order_and_can_be_ended()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var stopper = (IStoppingCloud)harness.Cloud;

        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.KeepingMemory, Cancellation);

        Assert.Equal("suspended", harness.Only.Lock);
        var suspended = Assert.Single(await harness.ListAsync());
        Assert.Equal(
            (InstanceState.Stopped, "stopped, locked for suspended", (bool?)true),
            (suspended.State, suspended.StateDetail, suspended.StoppedOnOrder));
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);
        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task A_protected_machine_is_not_stopped_and_a_locked_one_later()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var stopper = (IStoppingCloud)harness.Cloud;
        async Task<CloudErrorKind> RefusedAsync() => (await Assert.ThrowsAsync<CloudException>(
            () => stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.AtOnce, Cancellation))).Kind;

        harness.Simulator.Machines.SetConfig(ProxmoxHarness.VmidOf(launched), "protection", "1");
        Assert.Equal(CloudErrorKind.InvalidRequest, await RefusedAsync());
        harness.Simulator.Machines.SetConfig(ProxmoxHarness.VmidOf(launched), "protection", null);
        harness.Simulator.Machines.SetLock(ProxmoxHarness.VmidOf(launched), "backup");
        Assert.Equal(CloudErrorKind.Unavailable, await RefusedAsync());
        harness.Simulator.Machines.SetLock(ProxmoxHarness.VmidOf(launched), "suspending");
        Assert.Equal(CloudErrorKind.Unavailable, await RefusedAsync());
        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.KeepingMemory, Cancellation);

        Assert.Equal("running", harness.Only.State);
    }
}
