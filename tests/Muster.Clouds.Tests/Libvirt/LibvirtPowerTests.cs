using Muster.Clouds.Tests.Daemons;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>What stops and starts do to domains beyond what holds of every cloud.</summary>
public sealed class LibvirtPowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_saved_domain_goes_on_with_its_memory_and_one_that_was_destroyed_boots()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var stopper = (IStoppingCloud)harness.Cloud;

        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.KeepingMemory, Cancellation);
        var saved = Assert.Single(await harness.ListAsync());
        await stopper.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);
        var restored = await StateAsync(harness, launched);
        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.AtOnce, Cancellation);
        var destroyed = Assert.Single(await harness.ListAsync());
        await stopper.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);

        Assert.Equal((InstanceState.Stopped, "saved by hand", (bool?)true), (saved.State, saved.StateDetail, saved.StoppedOnOrder));
        Assert.Equal("running (restored)", restored);
        Assert.Equal(
            (InstanceState.Stopped, "destroyed by hand", (bool?)true), (destroyed.State, destroyed.StateDetail, destroyed.StoppedOnOrder));
        Assert.Equal("running (booted)", await StateAsync(harness, launched));
    }

    [Fact]
    public async Task A_paused_domain_goes_on_and_is_not_stopped_again()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await Tool.RunAsync("virsh", ["--connect", harness.Simulator.Uri, "suspend", launched.Id.Value]);
        var stopper = (IStoppingCloud)harness.Cloud;

        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.AtOnce, Cancellation);
        Assert.Equal("paused (user)", await StateAsync(harness, launched));
        await stopper.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);

        Assert.Equal("running (unpaused)", await StateAsync(harness, launched));
    }

    [Fact]
    public async Task A_start_that_the_host_refuses_is_told_and_the_domain_rests()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var stopper = (IStoppingCloud)harness.Cloud;
        await stopper.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);
        harness.Options.MachinesMax = 0;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => stopper.StartAsync(Local.Requests.Installation, launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Equal(InstanceState.Stopped, Assert.Single(await harness.ListAsync()).State);
    }

    private static async Task<string> StateAsync(LibvirtHarness harness, Instance instance) =>
        (await Tool.RunAsync("virsh", ["--connect", harness.Simulator.Uri, "domstate", "--reason", instance.Id.Value])).Trim();
}
