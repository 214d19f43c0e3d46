using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit;
using Muster.Clouds.Proxmox;
using Muster.Clouds.Proxmox.Marks;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxKindTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_option_is_read()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var print = string.Join(':', Enumerable.Repeat("ab", 32));

        var options = ProxmoxKind.Read(harness.Setup(
            ("endpoint", "https://pve1.example.com:8006"), ("fingerprint", print), ("vmids", "500000-599999"), ("clones", "1"),
            ("timeout", "7s"), ("launch_timeout", "30m")));

        Assert.Equal(
            (new Uri("https://pve1.example.com:8006/api2/json/"), print.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant(),
                new VmidRange(500_000, 599_999), 1),
            (options.Endpoint, options.Fingerprint, options.Vmids, options.ClonesMax));
        Assert.Equal(
            (TimeSpan.FromSeconds(7), TimeSpan.FromMinutes(30), $"PVEAPIToken={harness.Token}", "muster@pve!test"),
            (options.Timeout, options.LaunchTimeout, options.Token.Header(), options.Token.Id));
    }

    [Fact]
    public async Task Every_wrong_option_is_named_at_once()
    {
        await using var harness = await ProxmoxHarness.StartAsync();

        var error = Assert.Throws<InputException>(() => harness.Open(
            ("endpoint", "http://pve1.example.com:8006"), ("token_file", Path.Combine(harness.Root, "none")), ("authority_file", "/none"),
            ("fingerprint", "ab:cd"), ("vmids", "1-2"), ("clones", "0"), ("timeout", "0s"), ("launch_timeout", "1s"), ("token", "abc")));

        Assert.Equal(
            ["token", "endpoint", "fingerprint", "vmids", "clones", "timeout", "launch_timeout", "token_file", "authority_file"],
            error.Errors.Select(wrong => wrong.Field.Replace("clouds.cellar.", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("https://pve1:8006", "https://pve1:8006/api2/json/")]
    [InlineData("https://pve1:8006/", "https://pve1:8006/api2/json/")]
    [InlineData("https://pve1:8006/api2/json", "https://pve1:8006/api2/json/")]
    [InlineData("https://pve.example.com/cluster", "https://pve.example.com/cluster/api2/json/")]
    public async Task An_endpoint_may_have_the_path_of_the_API_or_not(string endpoint, string address)
    {
        await using var harness = await ProxmoxHarness.StartAsync();

        Assert.Equal(new Uri(address), ProxmoxKind.Read(harness.Setup(("endpoint", endpoint))).Endpoint);
    }

    [Fact]
    public async Task A_tokens_file_is_its_owners_alone_and_holds_a_token()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var open = harness.WriteToken("open", harness.Token);
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.GroupRead);
        var none = harness.WriteToken("none", "muster@pve=secret");

        var ofOpen = Assert.Throws<InputException>(() => harness.Open(("token_file", open)));
        var ofNone = Assert.Throws<InputException>(() => harness.Open(("token_file", none)));

        Assert.Equal($"clouds.cellar.token_file is '{open}': a file that only its owner may read: chmod 600 {open}", ofOpen.Message);
        Assert.Equal(
            $"clouds.cellar.token_file is '{none}': a file that holds an API token in one line: USER@REALM!ID=SECRET, such as "
            + "muster@pve!muster=12345678-..., and nothing else",
            ofNone.Message);
    }

    [Fact]
    public async Task A_new_token_in_the_file_counts_at_once_and_an_empty_file_changes_nothing()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        await harness.ListAsync();
        var next = harness.Simulator.AddToken();

        harness.Simulator.RemoveToken(harness.Token);
        var refused = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        File.WriteAllText(harness.TokenFile, $"PVEAPIToken={next}\n");
        await harness.ListAsync();
        File.WriteAllText(harness.TokenFile, "");
        await harness.ListAsync();

        Assert.Equal(CloudErrorKind.Unauthorized, refused.Kind);
        Assert.DoesNotContain(harness.Token.Split('=')[1], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_own_certificate_is_believed_by_its_file_or_its_fingerprint_and_not_otherwise()
    {
        using var certificate = Certificate("127.0.0.1");
        using var other = Certificate("127.0.0.1");
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Certificate = certificate);
        var file = Path.Combine(harness.Root, "pve-root-ca.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        var print = certificate.GetCertHashString(HashAlgorithmName.SHA256);

        await using var byFile = harness.Open(("authority_file", file));
        await using var byPrint = harness.Open(("fingerprint", print.ToLowerInvariant()));
        await using var byWrong = harness.Open(("fingerprint", other.GetCertHashString(HashAlgorithmName.SHA256)));

        Assert.Empty(await Simulated.SimulatedHarness.ListAllAsync(byFile));
        Assert.Empty(await Simulated.SimulatedHarness.ListAllAsync(byPrint));
        var wrong = await Assert.ThrowsAsync<CloudException>(() => Simulated.SimulatedHarness.ListAllAsync(byWrong));
        var system = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        Assert.Contains(
            $"shows a certificate with the SHA-256 fingerprint {string.Join(':', print.Chunk(2).Select(pair => new string(pair)))}, "
            + "which is not the one in the configuration",
            wrong.Message, StringComparison.Ordinal);
        Assert.Equal((CloudErrorKind.Unavailable, CloudErrorKind.Unavailable), (wrong.Kind, system.Kind));
    }

    [Fact]
    public async Task What_the_description_says_it_can_do_it_can_do()
    {
        await using var harness = await ProxmoxHarness.StartAsync();

        Assert.Equal(ProxmoxDescription.Kind.Abilities, CloudAbilities.Of(harness.Cloud));
    }

    [Fact]
    public async Task The_steps_tell_who_the_token_is_and_what_it_lacks()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.OfflineNodes = ["pve2"]);
        await using var less = harness.Open(
            ("token_file", harness.WriteToken("less", harness.Simulator.AddTokenWithout("VM.Clone", "Datastore.AllocateSpace"))));

        var all = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation);
        var lacking = await ((ISelfDescribingCloud)less).DescribeAsync(Cancellation);
        var unknown = await ((ISelfDescribingCloud)harness.OpenWithWrongCredential!()).DescribeAsync(Cancellation);

        Assert.Equal(
            [
                new("identity", IsGood: true, "token muster@pve!test, Proxmox VE 9.1.3"),
                new("permissions", IsGood: true, "the token may list, clone, configure, start, stop and remove machines"),
                new("nodes", IsGood: true, "1 of 3 nodes are offline: pve2; their machines are unknown until they are back"),
            ],
            all);
        Assert.Equal(
            new(
                "permissions", IsGood: false,
                "the token lacks VM.Clone on /vms, Datastore.AllocateSpace on /storage/NAME: add them to its role, and with privilege "
                + "separation give the role to the token as well as to its user (pveum acl modify PATH --tokens USER@REALM!ID --roles "
                + "ROLE)"),
            lacking[1]);
        Assert.Equal(("identity", false), (Assert.Single(unknown).Name, unknown[0].IsGood));
    }

    [Fact]
    public async Task A_token_that_may_not_clone_is_unauthorized()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        await using var cloud = harness.Open(("token_file", harness.WriteToken("less", harness.Simulator.AddTokenWithout("VM.Clone"))));

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("Permission check failed (/vms/9000, VM.Clone)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disks_and_half_clones_among_our_numbers_are_left_over()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var cloud = (ICloudWithLeftovers)harness.Cloud;
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.LooseVolumes["local-lvm:vm-500000001-disk-0"] = "pve2";
        harness.Simulator.Machines.LooseVolumes["ceph:vm-500000002-disk-1"] = "pve1";
        harness.Simulator.Machines.LooseVolumes["ceph:vm-105-disk-0"] = "pve1";
        harness.Simulator.Machines.Put(new()
        {
            Id = 500_000_003, Node = "pve3", Storage = "ceph", Created = TimeProvider.System.GetUtcNow(), Lock = "clone",
        });

        var left = await cloud.ListLeftoversAsync(Local.Requests.Installation, Cancellation);
        var half = await Assert.ThrowsAsync<CloudException>(
            () => cloud.RemoveLeftoverAsync(left.Single(one => one.Kind == "half a clone"), Cancellation));
        foreach (var volume in left.Where(one => one.Kind == "volume"))
        {
            await cloud.RemoveLeftoverAsync(volume, Cancellation);
        }

        Assert.Equal(
            ["half a clone pve3/500000003", "volume pve1/ceph:vm-500000002-disk-1", "volume pve2/local-lvm:vm-500000001-disk-0"],
            left.Select(one => $"{one.Kind} {one.Id}").Order(StringComparer.Ordinal));
        Assert.Equal(
            "machine 500000003 on pve3 is locked for a clone, which only root may lift: qm unlock 500000003, then qm destroy 500000003",
            half.Message);
        Assert.Equal(["ceph:vm-105-disk-0"], harness.Simulator.Machines.LooseVolumes.Keys);
    }

    [Fact]
    public async Task A_disk_that_belongs_to_a_machine_by_now_is_not_removed()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var vmid = ProxmoxHarness.VmidOf(launched);

        var error = await Assert.ThrowsAsync<CloudException>(() => ((ICloudWithLeftovers)harness.Cloud).RemoveLeftoverAsync(
            new("volume", $"pve1/ceph:vm-{vmid}-disk-0", null, null), Cancellation));

        Assert.Equal($"volume ceph:vm-{vmid}-disk-0 belongs to machine {vmid} on pve1 by now", error.Message);
    }

    [Fact]
    public async Task A_machine_is_read_into_a_template()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var request = harness.Request(("pool", "muster"), ("ciuser", "ops"), ("ipconfig", "ip=dhcp"), ("sshkeys", "ssh-rsa AAAA me"));
        request = request with
        {
            Template = request.Template with { Networks = ["vmbr0/20"], FirewallEnabled = true },
            Tags = request.Tags.SetItem("owner", "me"),
        };
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal(
            ("debian-12", "memory=1024m,cpu=1", "vmbr0/20", true),
            (draft.Image, draft.Size, Assert.Single(draft.Networks), draft.FirewallEnabled));
        Assert.Equal(["owner"], draft.Tags.Keys);
        Assert.Equal(
            [new("ciuser", "ops"), new("ipconfig", "ip=dhcp"), new("pool", "muster")], draft.Options);
        Assert.Equal(["SSH keys and the password of cloud-init: set options.sshkeys"], draft.LeftOut);
    }

    [Fact]
    public async Task A_person_s_machine_is_read_by_its_number_and_what_is_not_there_is_told()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var cloud = (ITemplateReadingCloud)harness.Cloud;

        var draft = await cloud.ReadTemplateAsync(new InstanceId("101"), Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.ReadTemplateAsync(new InstanceId("999"), Cancellation));

        Assert.Equal(("", "memory=2048m,cpu=2", "off"), (draft.Image, draft.Size, draft.Options["onboot"]));
        Assert.Equal(
            ["its image: it is no linked clone of a template that is there; say which template to use"], draft.LeftOut);
        Assert.Equal(CloudErrorKind.NotFound, error.Kind);
    }

    private static X509Certificate2 Certificate(string address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN=PVE {address}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
