using Muster.Clouds.Tests.Azure;
using Muster.Clouds.Tests.DigitalOcean;
using Muster.Clouds.Tests.Gce;
using Muster.Clouds.Tests.Hetzner;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Simulated;

/// <summary>What the suite cannot see of stopping and starting, since each cloud has it in its own way.</summary>
public sealed class PowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Google_tells_at_the_end_of_a_start_that_there_is_no_room_and_the_instance_rests()
    {
        await using var harness = await GceHarness.StartAsync();
        var (cloud, id) = await StoppedAsync(harness);
        harness.Options.IsFull = true;

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.StartAsync(Local.Requests.Installation, id, Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Equal(InstanceState.Stopped, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task Google_tells_a_suspended_instance_from_one_that_stopped()
    {
        await using var harness = await GceHarness.StartAsync();
        var cloud = (IStoppingCloud)harness.Cloud;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.KeepingMemory, Cancellation);

        var listed = Assert.Single(await harness.ListAsync());
        Assert.Equal((InstanceState.Stopped, "suspended", true), (listed.State, listed.StateDetail, listed.StoppedOnOrder));
    }

    [Fact]
    public async Task Azure_tells_a_start_that_waits_that_there_is_no_room()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.RetryAfterSeconds = 1, ("launch_wait", "30s"));
        var (cloud, id) = await StoppedAsync(harness);
        harness.Options.IsFull = true;

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.StartAsync(Local.Requests.Installation, id, Cancellation));
        harness.Options.IsFull = false;
        await cloud.StartAsync(Local.Requests.Installation, id, Cancellation);

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Contains("failed in the end: AllocationFailed: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task Azure_deallocates_what_is_only_stopped_and_still_paid_for()
    {
        await using var harness = await AzureHarness.StartAsync();
        var cloud = (IStoppingCloud)harness.Cloud;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetState(launched.Id.Value, "Stopped");
        Assert.Null(Assert.Single(await harness.ListAsync()).StoppedOnOrder);

        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);

        var listed = Assert.Single(await harness.ListAsync());
        Assert.Equal(("deallocated", true), (listed.StateDetail, listed.StoppedOnOrder));
    }

    [Fact]
    public async Task A_server_of_Hetzners_that_does_not_listen_is_switched_off_at_once()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var cloud = (IStoppingCloud)harness.Cloud;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Servers.IgnoreShutdown(Assert.Single(harness.Simulator.Servers.All).Id);

        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);
        var asked = Assert.Single(await harness.ListAsync());
        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.AtOnce, Cancellation);
        var off = Assert.Single(await harness.ListAsync());

        Assert.Equal((InstanceState.Running, InstanceState.Stopped), (asked.State, off.State));
    }

    [Fact]
    public async Task A_droplet_whose_tags_are_still_to_come_is_asked_again_and_not_called_foreign()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.TagLag = TimeSpan.FromMinutes(5));
        var cloud = (IStoppingCloud)harness.Cloud;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    private static async Task<(IStoppingCloud Cloud, Core.InstanceId Id)> StoppedAsync(SimulatedHarness harness)
    {
        var cloud = (IStoppingCloud)harness.Cloud;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);
        return (cloud, launched.Id);
    }
}
