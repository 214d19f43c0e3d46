using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxEndingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_is_looked_at_stopped_and_removed()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var before = harness.Judge.Seen.Count;

        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(
            [
                "GET /cluster/resources", "GET /nodes/{node}/qemu/{vmid}/config", "GET /nodes/{node}/qemu/{vmid}/status/current",
                "POST /nodes/{node}/qemu/{vmid}/status/stop", "GET /nodes/{node}/tasks/{upid}/status", "DELETE /nodes/{node}/qemu/{vmid}",
                "GET /nodes/{node}/tasks/{upid}/status",
            ],
            harness.Judge.Seen.Skip(before).Select(seen => seen.Call));
        Assert.Equal(
            "1", harness.Judge.Seen.Single(seen => seen.Call == "DELETE /nodes/{node}/qemu/{vmid}").Parameters["purge"]);
        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task A_protected_machine_goes_on_and_it_is_said_how_to_lift_that()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var vmid = ProxmoxHarness.VmidOf(launched);
        harness.Simulator.Machines.SetConfig(vmid, "protection", "1");

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Equal(
            $"machine {launched.Id} on node pve1 is protected from removal: qm set {vmid} --protection 0 lifts that", error.Message);
        Assert.Equal("running", harness.Only.State);
    }

    [Fact]
    public async Task The_next_machine_of_a_number_is_not_ended_for_the_last_one()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var before = new InstanceId($"{ProxmoxHarness.VmidOf(launched)}-00000000");

        await harness.Cloud.TerminateAsync(before, Cancellation);

        Assert.Equal("running", harness.Only.State);
    }

    [Theory]
    [InlineData("101")]
    [InlineData("102")]
    [InlineData("9000")]
    public async Task What_is_not_of_Muster_is_never_ended(string id)
    {
        await using var harness = await ProxmoxHarness.StartAsync();

        await harness.Cloud.TerminateAsync(new InstanceId(id), Cancellation);

        Assert.Equal(5, harness.Simulator.Machines.All.Count);
    }

    [Fact]
    public async Task A_machine_that_has_moved_is_ended_where_it_is()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Options.Faults = asked =>
        {
            if (asked.Path.EndsWith("/config", StringComparison.Ordinal) && harness.Only.Node == "pve1")
            {
                harness.Simulator.Machines.Move(harness.Only.Id, "pve2");
            }

            return null;
        };

        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task One_that_is_being_ended_is_terminating()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Stopping = new(TimeSpan.FromMilliseconds(500)));
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var end = harness.Cloud.TerminateAsync(launched.Id, Cancellation);
        var seen = new List<InstanceState>();
        while (!end.IsCompleted)
        {
            seen.AddRange((await harness.ListAsync()).Select(instance => instance.State));
        }

        await end;
        Assert.Contains(InstanceState.Terminating, seen);
        Assert.DoesNotContain(InstanceState.Stopped, seen);
        Assert.Empty(await harness.ListAsync());
    }
}
