using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Proxmox.Machines;
using Muster.Testing;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxListingTests
{
    private const string Mark = "muster.installation";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_call_lists_all_that_run()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var before = harness.Judge.Seen.Count;

        var listed = await harness.ListAsync();

        Assert.Equal(2, listed.Length);
        Assert.Equal(["GET /cluster/resources"], harness.Judge.Seen.Skip(before).Select(seen => seen.Call));
        Assert.All(listed, instance => Assert.Equal((InstanceState.Running, "running"), (instance.State, instance.StateDetail)));
        Assert.All(listed, instance => Assert.Equal(
            ["node", "vmid"], instance.Attributes.Keys.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Machines_of_a_node_that_is_down_are_unknown_and_not_gone(bool isForgotten)
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var there = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "pve2" }, Cancellation);
        var here = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "pve1" }, Cancellation);

        harness.Options.OfflineNodes = ["pve2"];
        harness.Options.HasForgottenOffline = isForgotten;
        var down = (await harness.ListAsync()).ToDictionary(instance => instance.Id);
        var repeat = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(there.Id, Cancellation));
        harness.Options.OfflineNodes = [];
        harness.Options.HasForgottenOffline = false;
        var back = (await harness.ListAsync()).ToDictionary(instance => instance.Id);

        Assert.Equal(
            (InstanceState.Unknown, "node pve2 does not answer the others"), (down[there.Id].State, down[there.Id].StateDetail));
        Assert.Equal(InstanceState.Running, down[here.Id].State);
        Assert.Equal(InstanceState.Running, back[there.Id].State);
        Assert.Equal(CloudErrorKind.Unavailable, repeat.Kind);
        Assert.Equal(
            $"machine {there.Id} is on node pve2, which is offline: nothing can be done to it before that is back", repeat.Message);
    }

    [Fact]
    public async Task A_node_without_quorum_is_not_believed()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.OfflineNodes = ["pve2", "pve3"]);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(
            (CloudErrorKind.Unavailable,
                "proxmox: the node that answers sees 1 of 3 nodes, and so has no quorum: nothing is concluded from what it tells"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_machine_whose_start_is_under_way_is_not_taken_for_stopped()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Starting = new(TimeSpan.FromMilliseconds(500)));
        var launch = harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var seen = new List<InstanceState>();
        while (!launch.IsCompleted)
        {
            seen.AddRange((await harness.ListAsync()).Select(instance => instance.State));
        }

        Assert.Equal(InstanceState.Running, (await launch).State);
        Assert.DoesNotContain(InstanceState.Stopped, seen);
    }

    [Fact]
    public async Task A_launch_asked_for_again_while_its_node_is_down_is_unknown()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request() with { Zone = "pve2" };
        await harness.Cloud.LaunchAsync(request, Cancellation);
        harness.Options.OfflineNodes = ["pve2"];

        var again = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(InstanceState.Unknown, again.State);
    }

    [Fact]
    public async Task A_node_that_goes_between_two_looks_makes_its_machines_unknown()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetStatus(ProxmoxHarness.VmidOf(launched), "stopped");
        harness.Options.Faults = asked => asked.Path.EndsWith("/qemu", StringComparison.Ordinal)
            ? new Fault.Answer(595, """{"data":null,"message":"Connection refused"}""")
            : null;

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((InstanceState.Unknown, "node pve1 does not answer"), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task What_the_cluster_says_of_a_new_machine_is_asked_of_its_node()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Lag = TimeSpan.FromMinutes(1));
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);
        var before = harness.Judge.Seen.Count;

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((launched.Id, InstanceState.Running, request.Name), (listed.Id, listed.State, listed.Name));
        Assert.Equal(
            ["GET /cluster/resources", "GET /nodes/{node}/qemu"], harness.Judge.Seen.Skip(before).Select(seen => seen.Call));
    }

    [Fact]
    public async Task One_that_stopped_says_so_and_what_it_is_locked_for()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var vmid = ProxmoxHarness.VmidOf(launched);

        harness.Simulator.Machines.SetLock(vmid, "backup");
        var locked = Assert.Single(await harness.ListAsync());
        harness.Simulator.Machines.SetLock(vmid, null);
        harness.Simulator.Machines.SetStatus(vmid, "stopped");
        var stopped = Assert.Single(await harness.ListAsync());

        Assert.Equal((InstanceState.Running, "running, locked for backup"), (locked.State, locked.StateDetail));
        Assert.Equal((InstanceState.Stopped, "stopped"), (stopped.State, stopped.StateDetail));
    }

    [Fact]
    public async Task A_copy_that_a_person_made_is_not_ours()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var made = harness.Only;
        harness.Simulator.Machines.Put(new()
        {
            Id = 777_000_777, Node = "pve1", Storage = "ceph", Created = TimeProvider.System.GetUtcNow(), Config = made.Config,
        });

        var listed = Assert.Single(await harness.ListAsync());
        await harness.Cloud.TerminateAsync(new InstanceId($"777000777-{launched.Id.Value.Split('-')[1]}"), Cancellation);

        Assert.Equal(launched.Id, listed.Id);
        Assert.Equal(2, harness.Simulator.Machines.Clones.Count);
    }

    [Fact]
    public async Task A_foreign_machine_among_our_numbers_is_asked_about_once_a_minute()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        harness.Simulator.Machines.Put(new()
        {
            Id = 777_000_777, Node = "pve1", Storage = "ceph", Created = TimeProvider.System.GetUtcNow(),
        });

        Assert.Empty(await harness.ListAsync());
        Assert.Empty(await harness.ListAsync());

        Assert.Equal(1, harness.Judge.Seen.Count(seen => seen.Call == "GET /nodes/{node}/qemu/{vmid}/config"));
    }

    [Fact]
    public async Task Half_made_machines_are_left_out_while_their_launch_may_go_on_and_have_failed_afterwards()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        harness.Options.Faults = asked => asked is { Method: "PUT" } ? new Fault.Reset() : null;
        var unconfigured = harness.Request();
        await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(unconfigured, Cancellation));
        harness.Options.Faults = asked => asked.Path.EndsWith("/start", StringComparison.Ordinal) ? new Fault.Reset() : null;
        var unstarted = harness.Request();
        await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(unstarted, Cancellation));
        harness.Options.Faults = _ => null;

        var young = await harness.ListAsync();
        // An hour passes on the cluster.
        harness.Options.ClockSkew = TimeSpan.FromHours(1);
        var old = (await harness.ListAsync()).ToDictionary(instance => instance.Tags[MusterTags.Launch]);
        var ofAnother = await harness.ListAsync(new InstanceFilter(new InstallationId(harness.Random.NextId())));
        foreach (var instance in old.Values)
        {
            await harness.Cloud.TerminateAsync(instance.Id, Cancellation);
        }

        Assert.Empty(young);
        Assert.Empty(ofAnother);
        var failed = old[unconfigured.Launch.ToString()];
        Assert.Equal((InstanceState.Failed, "half made: cloned and never started"), (failed.State, failed.StateDetail));
        Assert.Equal(unconfigured.Name, failed.Name);
        Assert.Equal(InstanceState.Stopped, old[unstarted.Launch.ToString()].State);
        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task Half_a_clone_has_failed_once_nobody_works_on_it()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Provisioning = new(TimeSpan.FromSeconds(20)));
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var launch = harness.Cloud.LaunchAsync(harness.Request(), given.Token);
        await Patiently.UntilAsync(() => Task.FromResult(harness.Simulator.Machines.Clones.Count == 1), "it is being cloned");
        // Its first disk is there: it has its marks.
        var notes = harness.Judge.Seen.Single(seen => seen.Call.EndsWith("/clone", StringComparison.Ordinal)).Parameters["description"];
        harness.Simulator.Machines.SetConfig(harness.Only.Id, "description", notes);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launch);

        var young = await harness.ListAsync();
        harness.Options.ClockSkew = TimeSpan.FromHours(1);
        var underWay = Assert.Single(await harness.ListAsync());
        harness.Simulator.Machines.BreakOffClones();
        var broken = Assert.Single(await harness.ListAsync());
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(broken.Id, Cancellation));

        Assert.Empty(young);
        Assert.Equal((InstanceState.Provisioning, "clone"), (underWay.State, underWay.StateDetail));
        Assert.Equal((InstanceState.Failed, "half a clone, and nobody works on it"), (broken.State, broken.StateDetail));
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.EndsWith(
            $"is locked for clone: where nobody works on it any more, only root can lift that, by "
            + $"qm unlock {harness.Only.Id} on that node; Muster tries again",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_odd_element_hides_no_other_on_several_pages()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var installation = Local.Requests.Installation;
        var rows = Enumerable.Range(100_000_000, 2_500).Select(vmid =>
            $$"""
            {"type":"qemu","vmid":{{vmid}},"node":"pve1","status":"running","tags":"{{Mark}}_{{installation}};muster.made_{{vmid}}.5"}
            """);
        string[] odd =
        [
            $$"""{"type":"qemu","vmid":100002999,"node":[],"tags":"{{Mark}}_{{installation}};muster.made_100002999.5"}""",
            """{"type":"qemu","vmid":"x","node":"pve1","tags":["a"]}""",
            """{"type":"pool","pool":"x"}""",
            """{"type":"new","what":[]}""",
        ];
        harness.Options.Faults = _ => new Fault.Answer(
            200, $$"""{"data":[{"type":"node","node":"pve1","status":"online"},{{string.Join(',', rows.Concat(odd))}}]}""");
        var pages = new List<InstancePage>();

        await foreach (var page in harness.Cloud.ListAsync(new InstanceFilter(installation), Cancellation))
        {
            pages.Add(page);
        }

        Assert.Equal([1_000, 1_000, 501], pages.Select(page => page.Instances.Length));
        Assert.Equal([false, false, true], pages.Select(page => page.IsLast));
        var all = pages.SelectMany(page => page.Instances);
        var unknown = Assert.Single(all, instance => instance.State is InstanceState.Unknown);
        Assert.Equal(("100002999", "not understood: node is missing"), (unknown.Id.Value, unknown.StateDetail));
        Assert.Equal(2, harness.Said.Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"data\":null}")]
    [InlineData("{\"data\":{}}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public async Task What_is_no_list_is_not_believed(string body)
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Faults = _ => new Fault.Answer(200, body));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("was answered with something that is not understood", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_zones_are_the_nodes()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.OfflineNodes = ["pve2"]);

        Assert.Equal(Catalogue.Nodes, await harness.Zones!.ListZonesAsync(Cancellation));
    }
}
