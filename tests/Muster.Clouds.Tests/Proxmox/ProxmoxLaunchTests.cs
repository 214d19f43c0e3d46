using Muster.Clouds.Proxmox.Marks;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Proxmox.Machines;
using Muster.Testing;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxLaunchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_is_a_look_a_clone_a_configuration_and_a_start()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request(template => template with { Tags = template.Tags.Add("owner", "me") });

        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        var vmid = ProxmoxHarness.VmidOf(launched);
        var calls = harness.Judge.Seen.ToArray();
        Assert.Equal(
            [
                "GET /cluster/resources", "POST /nodes/{node}/qemu/{vmid}/clone", "GET /nodes/{node}/tasks/{upid}/status",
                "PUT /nodes/{node}/qemu/{vmid}/config", "POST /nodes/{node}/qemu/{vmid}/status/start",
                "GET /nodes/{node}/tasks/{upid}/status",
            ],
            calls.Select(call => call.Call));
        var made = harness.Only.Config["tags"].Split(';').Single(tag => tag.StartsWith("muster.made", StringComparison.Ordinal));
        Assert.Equal(
            new SortedDictionary<string, string>
            {
                ["node"] = "pve1",
                ["vmid"] = "9000",
                ["newid"] = $"{vmid}",
                ["name"] = request.Name,
                ["full"] = "0",
                ["description"] = ProxmoxTags.WriteNotes(request.Tags.SetItem(ProxmoxTags.NameTag, request.Name)
                    .SetItem(ProxmoxTags.MadeTag, made["muster.made_".Length..])),
            },
            calls[1].Parameters);
        Assert.Equal(
            new SortedDictionary<string, string>
            {
                ["node"] = "pve1",
                ["vmid"] = $"{vmid}",
                ["cores"] = "1",
                ["memory"] = "1024",
                ["onboot"] = "1",
                ["sockets"] = "1",
                ["tags"] = ProxmoxTags.Write(request.Tags.SetItem(ProxmoxTags.NameTag, request.Name)
                    .SetItem(ProxmoxTags.MadeTag, made["muster.made_".Length..])),
            },
            calls[3].Parameters);
        Assert.Equal((InstanceState.Running, "pve1", request.Name), (launched.State, launched.Zone, launched.Name));
        Assert.Equal(VmidRange.Default.Of(request.Launch).First(), vmid);
    }

    [Fact]
    public async Task All_that_a_template_says_is_sent()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request(
            ("clone", "full"), ("storage", "ceph"), ("pool", "muster"), ("node", "pve3"), ("ciuser", "ops"),
            ("sshkeys", "ssh-ed25519 AAAAC3Nz+a/b= ops@home; ssh-rsa AAAAB3 two words"), ("ipconfig", "ip=dhcp,ip6=auto"),
            ("nameserver", "192.0.2.53 2001:db8::53"), ("cicustom", "user=local:snippets/web.yaml,vendor=local:snippets/v.yaml"),
            ("onboot", "off"));
        request = request with
        {
            Template = request.Template with { Size = "2cpu,512m", Networks = ["vmbr0/20", "vmbr1"], FirewallEnabled = true },
        };

        await harness.Cloud.LaunchAsync(request, Cancellation);

        var clone = Sent(harness, "POST /nodes/{node}/qemu/{vmid}/clone");
        var config = Sent(harness, "PUT /nodes/{node}/qemu/{vmid}/config");
        Assert.Equal(("1", "ceph", "muster", "pve3"), (clone["full"], clone["storage"], clone["pool"], clone["target"]));
        Assert.Equal(
            """
            cicustom: user=local:snippets/web.yaml,vendor=local:snippets/v.yaml
            ciuser: ops
            cores: 2
            ipconfig0: ip=dhcp,ip6=auto
            ipconfig1: ip=dhcp,ip6=auto
            memory: 512
            nameserver: 192.0.2.53 2001:db8::53
            net0: virtio,bridge=vmbr0,tag=20,firewall=1
            net1: virtio,bridge=vmbr1,firewall=1
            node: pve3
            onboot: 0
            sockets: 1
            sshkeys: ssh-ed25519%20AAAAC3Nz%2Ba%2Fb%3D%20ops%40home%0Assh-rsa%20AAAAB3%20two%20words
            """,
            string.Join('\n', config.Where(sent => sent.Key is not ("tags" or "vmid")).Select(sent => $"{sent.Key}: {sent.Value}")));
        Assert.Equal(("pve3", "muster"), (harness.Only.Node, harness.Only.Pool));
    }

    [Theory]
    [InlineData("POST", "/clone", false)]
    [InlineData("POST", "/clone", true)]
    [InlineData("GET", "/status", true)]
    [InlineData("PUT", "/config", false)]
    [InlineData("PUT", "/config", true)]
    [InlineData("POST", "/status/start", false)]
    [InlineData("POST", "/status/start", true)]
    public async Task A_launch_that_broke_off_anywhere_goes_on_there(string method, string end, bool isCarriedOut)
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request();
        var broken = 0;
        harness.Options.Faults = asked => asked.Method == method && asked.Path.EndsWith(end, StringComparison.Ordinal)
            && Interlocked.Exchange(ref broken, 1) == 0
                ? isCarriedOut ? new Fault.LostAnswer() : new Fault.Reset()
                : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        await using var other = harness.Open();
        var again = await other.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(InstanceState.Running, again.State);
        Assert.Equal(ProxmoxHarness.VmidOf(again), harness.Only.Id);
        var listed = Assert.Single(await harness.ListAsync());
        Assert.Equal((again.Id, InstanceState.Running, request.Name), (listed.Id, listed.State, listed.Name));
    }

    [Fact]
    public async Task A_number_that_is_taken_is_left_alone_and_the_next_one_taken()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request();
        var numbers = VmidRange.Default.Of(request.Launch).Take(2).ToArray();
        harness.Simulator.Machines.Put(Foreign(numbers[0]));

        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);
        // The foreign one goes: the number is free, and not for this launch any more.
        harness.Simulator.Machines.Delete(numbers[0]);
        var again = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal((numbers[1], launched.Id), (ProxmoxHarness.VmidOf(launched), again.Id));
        Assert.Equal(numbers[1], harness.Only.Id);
    }

    [Fact]
    public async Task A_number_that_is_taken_between_look_and_clone_is_looked_at_again()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request();
        var numbers = VmidRange.Default.Of(request.Launch).Take(2).ToArray();
        harness.Options.Faults = asked =>
        {
            if (asked.Path.EndsWith("/clone", StringComparison.Ordinal) && harness.Simulator.Machines.Clones.Count == 0)
            {
                harness.Simulator.Machines.Put(Foreign(numbers[0]));
            }

            return null;
        };

        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(numbers[1], ProxmoxHarness.VmidOf(launched));
    }

    [Fact]
    public async Task Where_all_numbers_of_a_launch_are_taken_a_wider_range_is_asked_for()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request();
        foreach (var number in VmidRange.Default.Of(request.Launch))
        {
            harness.Simulator.Machines.Put(Foreign(number));
        }

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.QuotaExceeded, error.Kind);
        Assert.EndsWith("widen the cloud's option vmids, which is 100000000-999999999", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_that_does_not_say_yet_for_whom_may_be_the_launch()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request();
        var number = VmidRange.Default.Of(request.Launch).First();
        harness.Simulator.Machines.Put(new()
        {
            Id = number, Node = "pve1", Storage = "ceph", Created = TimeProvider.System.GetUtcNow(), Lock = "clone",
        });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.EndsWith(
            $"machine {number} on node pve1 is being cloned, and does not say yet for whom", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_takes_the_machine_away_again()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.FailingShare = 1);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("start failed: QEMU exited with code 1", error.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task A_full_storage_is_out_of_stock_and_nothing_is_left()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.IsFull = true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task A_configuration_that_is_refused_takes_the_clone_away_again()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        harness.Options.Faults = asked => asked is { Method: "PUT" }
            ? new Fault.Answer(403, """{"data":null,"message":"Permission check failed (/vms/1, VM.Config.CPU)\n"}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Empty(harness.Simulator.Machines.Clones);
    }

    [Fact]
    public async Task No_more_clones_of_a_template_are_under_way_than_its_storage_takes()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options =>
        {
            options.ClonesMax = 2;
            options.Provisioning = new(TimeSpan.FromMilliseconds(50));
        });

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => harness.Cloud.LaunchAsync(harness.Request(), Cancellation)));
        await using var greedy = harness.Open(("clones", "8"));
        var errors = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await greedy.LaunchAsync(harness.Request(), Cancellation);
                return null;
            }
            catch (CloudException error)
            {
                return error;
            }
        }));

        Assert.All(made, instance => Assert.Equal(InstanceState.Running, instance.State));
        Assert.All(errors.OfType<CloudException>(), error => Assert.Equal(CloudErrorKind.Unavailable, error.Kind));
        Assert.Contains(
            errors, error => error?.Message.Contains("too many clones at once for this storage", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Half_a_clone_that_nobody_works_on_is_answered_as_failed()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Provisioning = new(TimeSpan.FromMilliseconds(400)));
        var request = harness.Request();
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var launch = harness.Cloud.LaunchAsync(request, given.Token);
        await Patiently.UntilAsync(
            () => Task.FromResult(harness.Simulator.Machines.Clones is [{ Name: not null }]), "it has its marks");
        harness.Simulator.Machines.BreakOffClones();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => launch);

        var again = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal((InstanceState.Failed, "half a clone, and nobody works on it"), (again.State, again.StateDetail));
    }

    [Fact]
    public async Task A_repeat_waits_for_a_clone_that_is_still_under_way()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Provisioning = new(TimeSpan.FromMilliseconds(600)));
        var request = harness.Request();
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var launch = harness.Cloud.LaunchAsync(request, given.Token);
        await Patiently.UntilAsync(
            () => Task.FromResult(harness.Simulator.Machines.Clones is [{ Name: not null }]), "it has its marks");
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launch);

        var again = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(InstanceState.Running, again.State);
        Assert.Equal(harness.Only.Id, ProxmoxHarness.VmidOf(again));
    }

    [Fact]
    public async Task A_template_on_one_nodes_own_storage_makes_machines_where_it_is()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request(template => template with { Image = Catalogue.LocalImage });

        var second = await harness.Cloud.LaunchAsync(request with { Zone = "pve2" }, Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(
            harness.Request(template => template with { Image = Catalogue.LocalImage }) with { Zone = "pve3" }, Cancellation));

        Assert.Equal("pve2", second.Zone);
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith("image is 'alpine-local': ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("put a template of the same name on each node", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("template", "pve1", "pve2", "pve1", "pve2")]
    [InlineData("memory", "pve3", "pve2", "pve1", "pve3")]
    [InlineData("round_robin", "pve1", "pve2", "pve3", "pve1")]
    public async Task Nodes_are_chosen_as_the_template_says(string choice, params string[] nodes)
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var chosen = new List<string?>();
        for (var launch = 0; launch < nodes.Length; launch++)
        {
            var request = harness.Request(("choice", choice));
            var image = choice == "template" ? Catalogue.LocalImage : Catalogue.Image;
            chosen.Add((await harness.Cloud.LaunchAsync(
                request with { Template = request.Template with { Image = image } }, Cancellation)).Zone);
        }

        Assert.Equal(nodes.Order(StringComparer.Ordinal), chosen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("debian-99", "image is 'debian-99': no template of that name or vmid; there are alpine-local, debian-12")]
    [InlineData("router", "image is 'router': machine 101 on pve1 is no template: qm template 101")]
    [InlineData("102", "image is '102': 102 is a container, and Muster clones virtual machines")]
    public async Task An_image_that_cannot_be_is_told_with_what_there_is(string image, string told)
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request(template => template with { Image = image });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal((CloudErrorKind.InvalidRequest, told), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("pool", "none", "options.pool is 'none': ", "pool 'none' does not exist (500)")]
    [InlineData("node", "pve9", "options.node is 'pve9': the nodes of the cluster are pve1, pve2, pve3", "")]
    public async Task What_the_cluster_does_not_have_is_told_in_the_words_of_the_template(
        string option, string value, string begin, string end)
    {
        await using var harness = await ProxmoxHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request((option, value)), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith(begin, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(end, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_down_is_out_of_stock()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.OfflineNodes = ["pve3"]);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "pve3" }, Cancellation));

        Assert.Equal((CloudErrorKind.OutOfStock, "node pve3 is offline: nothing can be made there now"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_zone_and_another_node_cannot_both_be_asked_for()
    {
        await using var harness = await ProxmoxHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(("node", "pve1")) with { Zone = "pve2" }, Cancellation));

        Assert.Equal("zone is 'pve2': the template's options.node is 'pve1'; leave one of them out", error.Message);
    }

    private static IReadOnlyDictionary<string, string> Sent(ProxmoxHarness harness, string call) =>
        harness.Judge.Seen.Single(seen => seen.Call == call).Parameters;

    private static SimulatedMachine Foreign(int number) => new()
    {
        Id = number, Node = "pve2", Storage = "ceph", Created = TimeProvider.System.GetUtcNow(),
    };
}
