using System.Collections.Immutable;

using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Tests.Daemons;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Libvirt.Settings;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>What is libvirt's own, on a simulated host that libvirt's own library speaks to.</summary>
public sealed class LibvirtCloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_makes_a_disk_on_the_base_volume_and_a_seed_and_keeps_the_domain()
    {
        await using var harness = LibvirtHarness.Start();
        var request = harness.Request(template => template with { Options = Options(("disk", "20g")) });

        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(request.Launch.Value.ToString("D"), launched.Id.Value);
        Assert.Equal(["192.168.122.3"], launched.Addresses);
        var domain = Assert.Single(harness.Simulator.Host.Domains);
        Assert.True(domain.IsPersistent);
        var volumes = harness.Simulator.Host.Volumes().Where(one => one.Name != Catalogue.Image).ToArray();
        Assert.Equal(launched.Attributes["volumes"].Split(','), volumes.Select(one => $"default/{one.Name}"));
        Assert.Equal(
            ("qcow2", $"/var/lib/libvirt/images/{Catalogue.Image}", 20L << 30), (volumes[0].Format, volumes[0].BasePath, volumes[0].Bytes));
        Assert.Equal("raw", volumes[1].Format);
        Assert.Equal(volumes[1].Bytes, volumes[1].Content.Length);
    }

    [Fact]
    public async Task A_full_clone_is_a_copy_and_works_in_a_pool_of_block_devices()
    {
        await using var harness = LibvirtHarness.Start();

        await harness.Cloud.LaunchAsync(
            harness.Request(template => template with { Options = Options(("clone", "full"), ("pool", Catalogue.BlockPool)) }),
            Cancellation);

        var root = harness.Simulator.Host.Volumes(Catalogue.BlockPool)[0];
        Assert.Equal((null, null, Catalogue.ImageBytes), (root.Format, root.BasePath, root.Bytes));
        Assert.Contains("""<driver name="qemu" type="raw" />""", harness.Simulator.Host.Domains[0].Xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launch_costs_so_many_calls()
    {
        await using var harness = LibvirtHarness.Start();
        await harness.ListAsync();
        var before = harness.Simulator.Calls.Values.Sum();

        await harness.Cloud.LaunchAsync(harness.Request(template => template with { UserData = null }), Cancellation);
        var after = harness.Simulator.Calls.Values.Sum();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var withSeed = harness.Simulator.Calls.Values.Sum();

        // The first one also asks what the host can do, once for each connection.
        Assert.Equal((17, 21), (after - before, withSeed - after));
    }

    [Theory]
    [InlineData(
        "image is 'none.qcow2': pool 'default' of qemu:///system has no such volume; its volumes are debian-12.qcow2", "none.qcow2")]
    [InlineData("image is 'a': qemu:///system has no pool 'isos'; its pools are default, vg0", "isos/a")]
    [InlineData("options.pool is 'fast': qemu:///system has no such pool; its pools are default, vg0", null, "pool", "fast")]
    [InlineData(
        "options.clone is 'linked': pool 'vg0' of qemu:///system is of kind 'logical', which has no such volumes; set clone=full",
        null, "pool", "vg0")]
    [InlineData(
        "options.disk is 1073741824 bytes: the base volume default/debian-12.qcow2 on qemu:///system has 2147483648 already",
        null, "disk", "1g")]
    public async Task What_the_host_does_not_have_is_refused_with_what_it_has(
        string message, string? image, string? option = null, string? value = null)
    {
        await using var harness = LibvirtHarness.Start();
        var request = harness.Request(template => template with
        {
            Image = image ?? template.Image,
            Options = option is null ? template.Options : Options((option, value!)),
        });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal((CloudErrorKind.InvalidRequest, message), (error.Kind, error.Message));
        Assert.Single(harness.Simulator.Host.Volumes());
    }

    [Fact]
    public async Task A_check_names_all_that_the_host_does_not_have()
    {
        await using var harness = LibvirtHarness.Start();

        var check = await harness.Cloud.CheckAsync(
            harness.GoodTemplate() with
            {
                Image = "none.qcow2", Size = "64cpu,1t", Networks = ["front", Catalogue.StoppedNetwork, "default"],
            },
            Cancellation);

        Assert.Equal(
            [
                "image is 'none.qcow2': pool 'default' of qemu:///system has no such volume; its volumes are debian-12.qcow2",
                "size is 64 processors and 1048576 MiB: qemu:///system has 32 and 65536 MiB in all",
                "network is 'front': qemu:///system has no such network; its networks are default, lab; network is 'lab': "
                + "it does not run on qemu:///system; start it (virsh net-start lab, and net-autostart)",
            ],
            check.Findings.Select(finding => finding.Message));
    }

    [Fact]
    public async Task A_network_that_is_not_there_leaves_nothing_behind()
    {
        await using var harness = LibvirtHarness.Start();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(template => template with { Networks = ["front"] }), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("no network with matching name 'front'", error.Message, StringComparison.Ordinal);
        Assert.Single(harness.Simulator.Host.Volumes());
    }

    [Fact]
    public async Task A_domain_that_does_not_start_leaves_nothing_behind()
    {
        await using var harness = LibvirtHarness.Start();
        harness.Options.FailingShare = 1;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Single(harness.Simulator.Host.Volumes());
        Assert.Empty(harness.Simulator.Host.Domains);
    }

    [Fact]
    public async Task Somebody_elses_domain_of_the_name_is_left_alone()
    {
        await using var harness = LibvirtHarness.Start();
        var first = harness.Request();
        await harness.Cloud.LaunchAsync(first, Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Name = first.Name }, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains($"domain '{first.Name}' already exists", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, harness.Simulator.Host.Volumes().Count);
    }

    [Fact]
    public async Task A_full_host_is_out_of_stock_and_the_next_one_is_tried()
    {
        await using var harness = LibvirtHarness.Start();
        harness.Options.MachinesMax = 0;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Single(harness.Simulator.Host.Volumes());
    }

    [Fact]
    public async Task Without_a_zone_the_hosts_fill_evenly()
    {
        await using var harness = LibvirtHarness.Start(hasZones: true);

        for (var i = 0; i < 4; i++)
        {
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        }

        Assert.Equal((2, 2), (harness.Simulator.Host.Domains.Count, harness.Second.Host.Domains.Count));
    }

    [Fact]
    public async Task A_repeat_finds_what_the_first_made_on_whichever_host()
    {
        await using var harness = LibvirtHarness.Start(hasZones: true);
        var request = harness.Request() with { Zone = "b" };
        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        await using var other = harness.Open();

        var again = await other.LaunchAsync(request with { Zone = "a", IsRepeat = true }, Cancellation);

        Assert.Equal((first.Id, "b"), (again.Id, again.Zone));
        Assert.Empty(harness.Simulator.Host.Domains);
    }

    [Fact]
    public async Task A_host_that_is_down_hides_no_other_and_its_instances_are_unknown()
    {
        await using var harness = LibvirtHarness.Start(hasZones: true);
        var near = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "a" }, Cancellation);
        var far = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "b" }, Cancellation);
        await harness.ListAsync();
        await harness.Second.DisposeAsync();

        var listed = (await harness.ListAsync()).ToDictionary(instance => instance.Id);

        Assert.Equal(InstanceState.Running, listed[near.Id].State);
        Assert.Equal((InstanceState.Unknown, "b"), (listed[far.Id].State, listed[far.Id].Zone));
        Assert.StartsWith("its host cannot be asked: host b (qemu:///system): ", listed[far.Id].StateDetail, StringComparison.Ordinal);
        await harness.Cloud.TerminateAsync(near.Id, Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(far.Id, Cancellation));
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);

        // Whoever has never seen that host can say nothing of the whole.
        await using var other = harness.Open();
        await Assert.ThrowsAsync<CloudException>(() => LibvirtHarness.ListAllAsync(other));
    }

    [Fact]
    public async Task A_launch_without_a_zone_passes_over_a_host_that_is_down()
    {
        await using var harness = LibvirtHarness.Start(hasZones: true);
        await harness.Second.DisposeAsync();

        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal("a", launched.Zone);
    }

    [Fact]
    public async Task A_host_that_hangs_is_given_up_after_its_time()
    {
        await using var harness = LibvirtHarness.Start(hasZones: false, ("timeout", "1s"));
        await harness.ListAsync();
        harness.Options.Faults = _ => new Fault.Slow(TimeSpan.FromMinutes(10));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.EndsWith("no answer within 1 s: it hangs, or is too slow", error.Message, StringComparison.Ordinal);
        harness.Options.Faults = _ => null;
    }

    [Fact]
    public async Task No_connection_has_two_calls_at_once()
    {
        await using var harness = LibvirtHarness.Start();
        harness.Options.Latency = new(TimeSpan.FromMilliseconds(20));

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 8).Select(_ => harness.Cloud.LaunchAsync(harness.Request(), Cancellation))),
            Task.WhenAll(Enumerable.Range(0, 8).Select(_ => harness.ListAsync())));

        Assert.Equal(1, harness.Simulator.MostAtOnce);
    }

    [Fact]
    public async Task A_host_that_dies_under_many_calls_takes_nobody_with_it()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var harness = LibvirtHarness.Start();
            harness.Options.Latency = new(TimeSpan.FromMilliseconds(1));
            var calls = Enumerable.Range(0, 16)
                .Select(_ => Record.ExceptionAsync(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation)).AsTask()).ToArray();
            await Task.WhenAny(calls);

            await harness.Simulator.DisposeAsync();

            Assert.All(await Task.WhenAll(calls), error => Assert.True(error is null or CloudException, error?.ToString()));
        }
    }

    [Fact]
    public async Task A_domain_without_the_mark_is_neither_listed_nor_ended()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Host.SetMetadata(Guid.Parse(launched.Id.Value), InstanceMark.Uri, null);

        Assert.Empty(await harness.ListAsync());
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("does not carry Muster's mark", error.Message, StringComparison.Ordinal);
        Assert.Single(harness.Simulator.Host.Domains);
    }

    [Fact]
    public async Task One_whose_metadata_a_hand_has_spoilt_is_unknown_and_hides_no_other()
    {
        await using var harness = LibvirtHarness.Start();
        var good = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var spoilt = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Host.SetMetadata(
            Guid.Parse(spoilt.Id.Value), InstanceMark.Uri,
            $"<m:instance xmlns:m='{InstanceMark.Uri}' created='yesterday'><m:tag name='{MusterTags.Installation}' "
            + $"value='{Local.Requests.Installation}'/></m:instance>");

        var listed = (await harness.ListAsync()).ToDictionary(instance => instance.Id);

        Assert.Equal(InstanceState.Running, listed[good.Id].State);
        Assert.Equal(
            (InstanceState.Unknown, "not understood: its created is no time"), (listed[spoilt.Id].State, listed[spoilt.Id].StateDetail));
    }

    [Fact]
    public async Task Volumes_that_a_hand_wrote_into_the_metadata_are_not_deleted()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Host.SetMetadata(
            Guid.Parse(launched.Id.Value), InstanceMark.Uri,
            $"<m:instance xmlns:m='{InstanceMark.Uri}' created='yesterday'>"
            + $"<m:volume pool='default' name='{Catalogue.Image}'/></m:instance>");

        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Empty(harness.Simulator.Host.Domains);
        Assert.Contains(harness.Simulator.Host.Volumes(), volume => volume.Name == Catalogue.Image);
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_listed_and_removed_and_nothing_else()
    {
        await using var harness = LibvirtHarness.Start(hasZones: true);
        var leaving = (ICloudWithLeftovers)harness.Cloud;
        var lives = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "b" }, Cancellation);
        var volume = VolumeName.RootOf("default", Local.Requests.Installation.Value, new LaunchId(harness.Random.NextId()));
        harness.Second.Host.Add(new(volume.Name, 1 << 20, "qcow2", null, DateTimeOffset.UnixEpoch.AddDays(1)));
        harness.Second.Host.Add(new(
            VolumeName.RootOf("default", harness.Random.NextId(), new LaunchId(harness.Random.NextId())).Name, 1 << 20, "qcow2", null,
            DateTimeOffset.UnixEpoch));

        var left = Assert.Single(await leaving.ListLeftoversAsync(Local.Requests.Installation, Cancellation));

        Assert.Equal(new Leftover("volume", $"b/default/{volume.Name}", volume.Name, DateTimeOffset.UnixEpoch.AddDays(1)), left);
        await leaving.RemoveLeftoverAsync(left, Cancellation);
        await leaving.RemoveLeftoverAsync(left, Cancellation);
        Assert.Empty(await leaving.ListLeftoversAsync(Local.Requests.Installation, Cancellation));
        var error = await Assert.ThrowsAsync<CloudException>(() => leaving.RemoveLeftoverAsync(
            new("volume", $"b/{lives.Attributes["volumes"].Split(',')[0]}", null, null), Cancellation));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
    }

    [Fact]
    public async Task A_launch_that_was_cut_short_is_listed_as_on_its_way_and_gone_on_with()
    {
        await using var harness = LibvirtHarness.Start();
        var request = harness.Request();
        await CutShortAsync(harness, request);

        var half = Assert.Single(await harness.ListAsync());
        var made = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal((InstanceState.Provisioning, "its disks are being made"), (half.State, half.StateDetail));
        Assert.Equal((half.Id, InstanceState.Running), (made.Id, made.State));
        Assert.True(half.IsHalfMade);
        Assert.False(Assert.Single(await harness.ListAsync()).IsHalfMade);
        Assert.Equal(3, harness.Simulator.Host.Volumes().Count);
    }

    [Fact]
    public async Task A_launch_that_was_cut_short_is_ended_with_all_that_it_made()
    {
        await using var harness = LibvirtHarness.Start();
        await CutShortAsync(harness, harness.Request());

        await harness.Cloud.TerminateAsync(Assert.Single(await harness.ListAsync()).Id, Cancellation);

        Assert.Empty(harness.Simulator.Host.Domains);
        Assert.Single(harness.Simulator.Host.Volumes());
    }

    [Fact]
    public async Task With_a_grace_the_button_is_pressed_before_the_plug_is_pulled()
    {
        await using var harness = LibvirtHarness.Start(hasZones: false, ("stop_grace", "1m"));
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Empty(harness.Simulator.Host.Domains);
        Assert.Contains(("DomainShutdown", 0), harness.Simulator.Calls.Keys);
        Assert.Contains(("DomainDestroy", 55), harness.Simulator.Calls.Keys);
    }

    [Fact]
    public async Task A_machine_of_Muster_is_read_into_the_template_that_it_came_from()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(
            harness.Request(template => template with
            {
                Size = "2cpu,512m", Options = Options(("firmware", "efi"), ("cpu", "host-model")),
            }),
            Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal((Catalogue.Image, "memory=524288k,cpu=2"), (draft.Image, draft.Size));
        Assert.Equal(["default"], draft.Networks);
        Assert.Equal(Options(("firmware", "efi"), ("cpu", "host-model")), draft.Options);
        Assert.Empty(draft.Tags);
    }

    [Fact]
    public async Task A_host_says_what_it_is_and_has()
    {
        await using var harness = LibvirtHarness.Start();

        var steps = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation);

        Assert.Equal(
            [
                new CloudStep("identity", true, "qemu:///system: libvirt 9.0.0 on simulated, x86_64, with KVM"),
                new CloudStep("permissions", true, "qemu:///system: pool 'default' can be seen"),
                new CloudStep("quota", true, "qemu:///system: 32 processors and 65536 MiB in all; 0 domains run"),
            ],
            steps);
    }

    [Fact]
    public async Task A_daemon_that_is_too_old_is_told_with_what_is_needed()
    {
        await using var harness = LibvirtHarness.Start();
        harness.Options.Version = 2_005_001;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal("qemu:///system: libvirt 2.5.1 runs there: Muster needs 3.0.0 or newer", error.Message);
    }

    [Fact]
    public async Task Where_nobody_listens_the_sentence_says_what_to_do()
    {
        await using var harness = LibvirtHarness.Start();
        await using var cloud = harness.Open(("uri", "qemu:///system?socket=/nowhere/libvirt-sock"));

        var error = await Assert.ThrowsAsync<CloudException>(() => LibvirtHarness.ListAllAsync(cloud));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("Failed to connect socket to '/nowhere/libvirt-sock'", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("or name its socket in the URI (qemu:///system?socket=/path)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_of_several_installations_shows_the_ones_own_and_costs_three_calls_each()
    {
        await using var harness = LibvirtHarness.Start();
        for (var i = 0; i < 3; i++)
        {
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        }

        var before = harness.Simulator.Calls.Values.Sum();
        var listed = await harness.ListAsync();

        Assert.Equal(3, listed.Length);
        Assert.Equal(1 + (3 * 3), harness.Simulator.Calls.Values.Sum() - before);
        Assert.Empty(await harness.ListAsync(new InstanceFilter(new InstallationId(harness.Random.NextId()))));
    }

    [Fact]
    public async Task Virsh_sees_what_Muster_made()
    {
        await using var harness = LibvirtHarness.Start();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        Task<string> VirshAsync(params string[] words) => Tool.RunAsync("virsh", ["--quiet", "--connect", harness.Simulator.Uri, .. words]);

        Assert.Contains(launched.Name, await VirshAsync("list", "--all"), StringComparison.Ordinal);
        Assert.Equal("running (booted)", (await VirshAsync("domstate", "--reason", launched.Name)).Trim());
        Assert.Contains(
            Local.Requests.Installation.ToString(), await VirshAsync("metadata", launched.Name, InstanceMark.Uri),
            StringComparison.Ordinal);
        Assert.Contains("muster-", await VirshAsync("vol-list", "default"), StringComparison.Ordinal);
        Assert.Contains("active", await VirshAsync("pool-list", "--all"), StringComparison.Ordinal);
        await VirshAsync("destroy", launched.Id.Value);
        Assert.Equal("shut off (destroyed)", (await VirshAsync("domstate", "--reason", launched.Name)).Trim());
        Assert.Equal(InstanceState.Stopped, Assert.Single(await harness.ListAsync()).State);
    }

    /// <summary>Has the host make the disk of a launch, and the connection break then.</summary>
    private static async Task CutShortAsync(LibvirtHarness harness, LaunchRequest request)
    {
        harness.Options.Faults = asked => asked.Method == "StorageVolCreateXml" ? new Fault.LostAnswer() : null;
        var cut = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        harness.Options.Faults = _ => null;
        Assert.Equal(CloudErrorKind.Ambiguous, cut.Kind);
        Assert.Equal(2, harness.Simulator.Host.Volumes().Count);
    }

    private static ImmutableSortedDictionary<string, string> Options(params (string Name, string Value)[] options) =>
        options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal);
}
