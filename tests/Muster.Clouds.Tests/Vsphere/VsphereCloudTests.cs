using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Tests.Daemons;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Vsphere;
using Muster.Simulators.Vsphere.Machines;
using Muster.Simulators.Vsphere.Settings;

namespace Muster.Clouds.Tests.Vsphere;

/// <summary>What is vSphere's own: launches, listings, sessions, checks.</summary>
public sealed class VsphereCloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_asks_for_one_clone_and_a_hundred_look_names_up_once()
    {
        await using var harness = await VsphereHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var before = harness.Simulator.Calls.Values.Sum();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => harness.Cloud.LaunchAsync(harness.Request(), Cancellation)));

        // The clone, three calls to wait for it and one to end that, and a look at what was made; a wait more where it was not done yet.
        var calls = (harness.Simulator.Calls.Values.Sum() - before) / 10.0;
        Assert.InRange(calls, 6, 7);
        Assert.Equal(11, harness.Count("CloneVM_Task"));
        Assert.Equal(0, harness.Simulator.Collectors);
    }

    [Fact]
    public async Task A_machine_that_is_there_when_the_watch_begins_is_hinted_at_unless_it_was_seen_before()
    {
        await using var harness = await VsphereHarness.StartAsync();
        await using var watcher = harness.Open();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await VsphereHarness.ListAllAsync(watcher);
        var unseen = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await Patiently.UntilAsync(
            async () => (await harness.ListAsync()).Count(instance => instance.State is InstanceState.Running) == 2, "both are up");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(harness.Patience);

        await using var changes = watcher.WatchAsync(Local.Requests.Installation, patience.Token).GetAsyncEnumerator(patience.Token);

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(unseen.Id, changes.Current.Instance);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_that_is_taken_by_the_same_launch_is_that_launch(bool atOnce)
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.RefusesDuplicatesAtOnce = atOnce);
        var request = harness.Request();

        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        var second = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(first.Id, second.Id);
        Assert.Single(harness.Machines);
    }

    [Fact]
    public async Task A_name_that_is_taken_by_something_else_is_refused()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var other = harness.Request() with { Name = launched.Name };

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(other, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("has that name and not the marks of launch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_that_is_left_off_is_started()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.LeavesClonesOff = true);

        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal((InstanceState.Running, "poweredOn"), (launched.State, harness.Of(launched).State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clone_that_cannot_be_started_is_taken_away_again(bool leavesOff)
    {
        await using var harness = await VsphereHarness.StartAsync(
            options => (options.LeavesClonesOff, options.CannotStart) = (leavesOff, true));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Empty(harness.Machines);
    }

    [Fact]
    public async Task A_full_cluster_and_too_few_licences_are_told_apart()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.FullClusters = ["west"]);
        var full = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "west" }, Cancellation));
        var made = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "east" }, Cancellation);
        harness.Options.MachinesMax = 1;
        var limit = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal((CloudErrorKind.OutOfStock, "east", CloudErrorKind.QuotaExceeded), (full.Kind, made.Zone, limit.Kind));
    }

    [Fact]
    public async Task A_right_that_is_missing_is_named()
    {
        await using var harness = await VsphereHarness.StartAsync(
            options => options.DeniedRights = ["VirtualMachine.Inventory.CreateFromExisting"]);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains(
            "the right VirtualMachine.Inventory.CreateFromExisting on VirtualMachine:vm-11", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_under_way_is_listed_as_coming_and_can_be_ended()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.Provisioning = new(TimeSpan.FromSeconds(1)));
        await harness.ListAsync();
        var launch = harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        while (!harness.Machines.Any())
        {
            await harness.WaitAsync(Cancellation);
        }

        var during = Assert.Single(await harness.ListAsync());
        var launched = await launch;

        Assert.Equal((InstanceState.Provisioning, "is being cloned"), (during.State, during.StateDetail));
        Assert.Equal((during.Id, InstanceState.Running), (launched.Id, launched.State));
    }

    [Fact]
    public async Task A_repeated_launch_finds_the_clone_under_way_that_another_server_asked_for()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.HangingShare = 1);
        var request = harness.Request();
        using var killed = new CancellationTokenSource();
        var lost = harness.Cloud.LaunchAsync(request, killed.Token);
        while (!harness.Machines.Any())
        {
            await harness.WaitAsync(Cancellation);
        }

        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        await using var restarted = harness.Open();

        var found = await restarted.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal((request.Launch.ToString(), InstanceState.Provisioning), (found.Id.Value, found.State));
        Assert.Single(harness.Machines);
    }

    [Fact]
    public async Task What_a_person_cloned_from_an_instance_is_no_instance()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var copy = harness.Simulator.Machines.Copy(launched.Id.Value, "by-hand");

        await harness.Cloud.TerminateAsync(new(copy), Cancellation);

        Assert.Equal(launched.Id, Assert.Single(await harness.ListAsync()).Id);
        Assert.Contains(harness.Machines, vm => vm.Name == "by-hand");
    }

    [Fact]
    public async Task One_odd_machine_among_many_pages_hides_no_other()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.PageMax = 2);
        var launched = new List<Instance>();
        for (var i = 0; i < 5; i++)
        {
            launched.Add(await harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        }

        var marks = harness.Of(launched[2]).Extra["muster.tags"];
        harness.Simulator.Machines.SetExtra(launched[2].Id.Value, "muster.tags", $"{marks}&broken");

        var listed = await harness.ListAsync();

        Assert.Equal(launched.Select(one => one.Id).Order(), listed.Select(one => one.Id).Order());
        Assert.Equal(
            (InstanceState.Unknown, "not understood: muster.tags is not what Muster wrote"),
            listed.Where(one => one.Id == launched[2].Id).Select(one => (one.State, one.StateDetail)).Single());
    }

    [Theory]
    [InlineData("poweredOn", "connected", InstanceState.Running, "poweredOn")]
    [InlineData("poweredOff", "connected", InstanceState.Stopped, "poweredOff")]
    [InlineData("suspended", "connected", InstanceState.Stopped, "suspended")]
    [InlineData("poweredOn", "disconnected", InstanceState.Unknown, "disconnected: its host is not connected to vCenter")]
    [InlineData("poweredOn", "inaccessible", InstanceState.Unknown, "inaccessible: its files cannot be reached")]
    [InlineData("poweredOn", "orphaned", InstanceState.Unknown, "orphaned: its host does not know it any more")]
    [InlineData("poweredOn", "newer", InstanceState.Unknown, "newer")]
    public async Task A_state_has_a_meaning(string power, string connection, InstanceState state, string detail)
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetPower(launched.Id.Value, power);
        harness.Simulator.Machines.SetConnection(launched.Id.Value, connection);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((state, detail), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task A_young_machine_that_nobody_saw_on_is_starting()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetPower(launched.Id.Value, "poweredOff");
        await using var restarted = harness.Open();

        var listed = Assert.Single(await VsphereHarness.ListAllAsync(restarted));

        Assert.Equal((InstanceState.Provisioning, "poweredOff: it was not started yet"), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task A_machine_whose_files_are_out_of_reach_makes_no_listing_shorter()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetConnection(launched.Id.Value, "inaccessible");
        await using var restarted = harness.Open();

        var error = await Assert.ThrowsAsync<CloudException>(() => VsphereHarness.ListAllAsync(restarted));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains($"of '{launched.Name}' vCenter tells nothing but the name (inaccessible)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_keyed_paths_is_asked_for_all_settings()
    {
        await using var harness = await VsphereHarness.StartAsync(options => options.HasNoKeyedPaths = true);
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(launched.Tags, listed.Tags);
    }

    [Fact]
    public async Task A_session_that_vCenter_has_ended_is_renewed_once()
    {
        await using var harness = await VsphereHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.EndSessions();

        var listed = await harness.ListAsync();

        Assert.Single(listed);
        Assert.Equal((2, 1), (harness.Count("Login"), harness.Simulator.Sessions));
    }

    [Fact]
    public async Task Whoever_is_done_logs_out()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var cloud = harness.Open();
        await VsphereHarness.ListAllAsync(cloud);
        var during = harness.Simulator.Sessions;
        await cloud.DisposeAsync();

        Assert.Equal((1, 0), (during, harness.Simulator.Sessions));
    }

    [Fact]
    public async Task A_password_that_was_refused_is_not_tried_again_at_once_and_a_new_one_is()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var file = harness.Write("other", "wrong");
        await using var cloud = harness.Open(("password_file", file));

        var first = await Assert.ThrowsAsync<CloudException>(() => VsphereHarness.ListAllAsync(cloud));
        var second = await Assert.ThrowsAsync<CloudException>(() => VsphereHarness.ListAllAsync(cloud));
        var tried = harness.Count("Login");
        harness.Write("other", VsphereHarness.Password);
        await VsphereHarness.ListAllAsync(cloud);

        Assert.Equal((CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized, 1), (first.Kind, second.Kind, tried));
        Assert.Contains("is not tried again for", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_with_its_path()
    {
        await using var harness = await VsphereHarness.StartAsync(null, ("folder", "nowhere"));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.StartsWith(
            "vsphere: there is no folder 'DC1/vm/nowhere' that muster@vsphere.local may see", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_names_all_that_is_not_there_with_what_is()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var options = ImmutableSortedDictionary<string, string>.Empty
            .Add("cluster", "north").Add("datastore", "tape").Add("folder", "none").Add("clone", "linked").Add("customization", "windows");

        var check = await harness.Cloud.CheckAsync(
            harness.GoodTemplate() with { Image = VsphereCatalogue.PlainImage, Networks = ["dmz"], Options = options }, Cancellation);

        Assert.Equal(
            [
                "options.clone is 'linked': the image 'alpine' has no snapshot to share disks with; take one of it",
                "options.cluster is 'north': the data centre has east, west",
                "options.datastore is 'tape': the data centre has hdd, ssd",
                "network is 'dmz': the data centre has VM-Network, web",
                "options.folder is 'none': there is no folder 'DC1/vm/muster/none'",
                "options.customization is 'windows': vCenter has no customization specification of that name",
            ],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
    }

    [Fact]
    public async Task A_datastore_cluster_and_a_pool_that_is_not_there_are_refused_by_name()
    {
        await using var harness = await VsphereHarness.StartAsync();
        Task LaunchAsync(string option, string value) => harness.Cloud.LaunchAsync(
            harness.Request(template => template with { Options = template.Options.Add(option, value) }), Cancellation);

        var pod = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync("datastore", "pod"));
        var pool = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync("resource_pool", "web/none"));

        Assert.Equal(
            (
                "options.datastore is 'pod': a datastore; datastore clusters are not known to Muster yet: name one of its datastores",
                "options.resource_pool is 'web/none': there is no pool 'none' in that pool"),
            (pod.Message, pool.Message));
    }

    [Fact]
    public async Task The_steps_say_who_it_is_and_which_rights_are_missing()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var cloud = (ISelfDescribingCloud)harness.Cloud;

        var good = await cloud.DescribeAsync(Cancellation);
        harness.Options.DeniedRights = ["VirtualMachine.Interact.PowerOn"];
        var bad = await cloud.DescribeAsync(Cancellation);

        Assert.Equal(
            [
                "muster@vsphere.local on VMware vCenter Server 6.7.0 build-0 (simulated)",
                "the user may make, start, stop and delete machines in 'DC1/vm/muster' (5 rights)",
            ],
            good.Select(step => step.Message));
        Assert.Equal(
            (false, "on 'DC1/vm/muster' the user lacks VirtualMachine.Interact.PowerOn: give the role of docs/clouds/vsphere.md there"),
            (bad[1].IsGood, bad[1].Message));
    }

    [Fact]
    public async Task An_instance_is_read_into_the_template_that_made_it()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(
            harness.Request(template => template with { Size = "2cpu,4g", Networks = ["web"] }), Cancellation);
        var cloud = (ITemplateReadingCloud)harness.Cloud;

        var draft = await cloud.ReadTemplateAsync(launched.Id, Cancellation);
        var foreign = await cloud.ReadTemplateAsync(new("vm-11"), Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.ReadTemplateAsync(new("vm-9"), Cancellation));

        Assert.Equal(
            (VsphereCatalogue.ImagePath, "2cpu,4096m", "web", "east", "ssd"),
            (draft.Image, draft.Size, draft.Networks.Single(), draft.Options["cluster"], draft.Options["datastore"]));
        Assert.Equal((VsphereCatalogue.ImagePath, 2), (foreign.Image, foreign.LeftOut.Length));
        Assert.Equal(CloudErrorKind.NotFound, error.Kind);
    }

    [Fact]
    public async Task Only_the_certificate_that_is_named_is_believed()
    {
        using var directory = new TemporaryDirectory();
        Certificates.Make(directory.Path);
        using var pem = X509Certificate2.CreateFromPemFile(
            System.IO.Path.Combine(directory.Path, "server.crt"), Path.Combine(directory.Path, "server.key"));
        using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        await using var harness = await VsphereHarness.StartAsync();
        await using var secure = await VsphereSimulator.StartAsync(
            new VsphereSimulatorOptions { PerSecond = 0 }, TimeProvider.System, certificate);
        secure.AddUser(VsphereHarness.User, VsphereHarness.Password);
        Task<Instance[]> ListAsync(params (string, string)[] options) =>
            ListOnceAsync(harness, [("url", secure.Url.ToString()), .. options]);

        var unknown = await Assert.ThrowsAsync<CloudException>(() => ListAsync());
        var other = await Assert.ThrowsAsync<CloudException>(() => ListAsync(("thumbprint", new string('0', 64))));
        var byThumbprint = await ListAsync(("thumbprint", certificate.GetCertHashString(HashAlgorithmName.SHA256)));
        var byOlder = await ListAsync(("thumbprint", certificate.GetCertHashString(HashAlgorithmName.SHA1)));
        var byAuthority = await ListAsync(("ca_file", System.IO.Path.Combine(directory.Path, "ca.crt")));

        Assert.Empty(byThumbprint.Concat(byOlder).Concat(byAuthority));
        Assert.Contains(
            "name vCenter's authority in ca_file (its certificates are at https://127.0.0.1/certs/download.zip)", unknown.Message,
            StringComparison.Ordinal);
        Assert.Contains("and thumbprint names another", other.Message, StringComparison.Ordinal);
        Assert.Equal((CloudErrorKind.Unavailable, CloudErrorKind.Unavailable), (unknown.Kind, other.Kind));
    }

    [Fact]
    public async Task A_web_page_in_place_of_vCenter_is_no_missing_instance()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Options.Faults = _ => new Fault.Answer(404, "<html>Not here</html>", Html: true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains($"is {harness.Simulator.Url} the address of its SDK?", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Instance[]> ListOnceAsync(VsphereHarness harness, (string, string)[] options)
    {
        await using var cloud = harness.Open(options);
        return await VsphereHarness.ListAllAsync(cloud);
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("muster-vsphere-tls-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
