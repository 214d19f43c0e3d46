using System.Collections.Immutable;

using Muster.Clouds.Proxmox;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxTemplateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("node", "-x", "options.node is '-x': a node's name, such as pve1")]
    [InlineData("choice", "best", "options.choice is 'best': template, memory or round_robin")]
    [InlineData("clone", "half", "options.clone is 'half': linked or full")]
    [InlineData("storage", "ceph", "options.storage is 'ceph': only with options.clone=full: a linked clone is where its template is")]
    [InlineData("pool", "a b", "options.pool is 'a b': a pool's name")]
    [InlineData("sshkeys", "AAAA", "options.sshkeys is 'AAAA': public keys such as ssh-ed25519 AAAA... name, with ; between")]
    [InlineData(
        "ipconfig", "ip=192.0.2.7/24",
        "options.ipconfig is 'ip=192.0.2.7/24': ip=dhcp, ip6=dhcp or ip6=auto, with a comma between: all machines of a template get the "
        + "same")]
    [InlineData("nameserver", "dns.example", "options.nameserver is 'dns.example': IP addresses with blanks between")]
    [InlineData(
        "cicustom", "user=/etc/passwd",
        "options.cicustom is 'user=/etc/passwd': user=STORAGE:snippets/FILE, and vendor=, network= or meta= the same way, with commas "
        + "between")]
    [InlineData("onboot", "yes", "options.onboot is 'yes': on or off")]
    [InlineData(
        "vmid", "7",
        "options.vmid is '7': no such option; allowed are node, choice, clone, storage, pool, ciuser, sshkeys, ipconfig, nameserver, "
        + "cicustom, onboot")]
    public void A_wrong_option_is_told_with_what_is_allowed(string option, string value, string told) =>
        Assert.Equal(told, ProxmoxTemplates.Read(Good() with { Options = Options((option, value)) }).Refusal);

    [Fact]
    public void All_that_is_wrong_with_a_template_is_told_at_once()
    {
        var template = Good() with
        {
            Image = "a b",
            Size = "0.5cpu,4m",
            Networks = ["vmbr0/5000"],
            UserData = "#cloud-config",
            Metadata = Options(("role", "secret")),
        };

        var findings = ProxmoxTemplates.Read(template).Findings;

        Assert.Equal(
            [
                "image is 'a b': the name or the vmid of a template of the cluster: qm list",
                "size is '0.5cpu,4m': processors as a whole number, such as cpu=2",
                "size is '0.5cpu,4m': memory of at least 16m",
                "network is 'vmbr0/5000': a bridge's or VNet's name, and a VLAN from 1 to 4094 behind a slash: vmbr0 or vmbr0/20",
                "metadata.role is not allowed: Proxmox hands a machine no metadata; put it into a snippet and name that in "
                + "options.cicustom",
                "user_data is not allowed: Proxmox takes none by its API; put them on a storage as a snippet, and name it in "
                + "options.cicustom, such as user=local:snippets/web.yaml",
            ],
            findings.Select(finding => finding.Message));
        Assert.All(findings, finding => Assert.False(finding.IsGood));
    }

    [Fact]
    public void A_firewall_needs_an_interface() => Assert.Equal(
        "firewall is 'on': only with network, since Proxmox's firewall is a property of each interface",
        ProxmoxTemplates.Read(Good() with { FirewallEnabled = true }).Refusal);

    [Fact]
    public void Without_a_size_and_a_network_the_templates_own_are_left()
    {
        var spec = ProxmoxTemplates.Read(Good() with { Size = null }).Required;

        Assert.Equal([new("onboot", "1")], spec.Config);
        Assert.Null(spec.MemoryBytes);
    }

    [Fact]
    public async Task A_check_tells_what_is_there()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var template = harness.GoodTemplate() with
        {
            Networks = ["vmbr0", "vmbr1/7"],
            Options = Options(("clone", "full"), ("storage", "ceph"), ("pool", "muster"), ("node", "pve2")),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(
            """
            True image: template debian-12: 9000 on pve1
            True options.node: node pve2 is online; the template is not on it, which needs shared storage
            True options.storage: storage ceph, 768 GiB free
            True options.pool: pool muster is there
            True network: bridge vmbr0 is on pve2
            True network: bridge vmbr1 is on pve2
            """,
            Told(check));
    }

    [Fact]
    public async Task A_check_tells_what_is_not_there_with_what_is()
    {
        await using var harness = await ProxmoxHarness.StartAsync(options => options.OfflineNodes = ["pve3"]);
        var template = harness.GoodTemplate() with { Networks = ["vmbr9"] };

        var wrong = await harness.Cloud.CheckAsync(
            template with { Options = Options(("clone", "full"), ("storage", "nfs"), ("pool", "x"), ("node", "pve9")) }, Cancellation);
        var iso = await harness.Cloud.CheckAsync(
            template with { Options = Options(("clone", "full"), ("storage", "local"), ("node", "pve3")) }, Cancellation);
        var bridge = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(
            """
            True image: template debian-12: 9000 on pve1
            False options.node: options.node is 'pve9': the nodes of the cluster are pve1, pve2, pve3
            False options.storage: options.storage is 'nfs': node pve9 has no such storage; for disks there are ceph, local-lvm
            False options.pool: options.pool is 'x': no such pool, or the token lacks Pool.Audit on /pool/x; it sees muster
            """,
            Told(wrong));
        Assert.Equal(
            """
            True image: template debian-12: 9000 on pve1
            False options.node: options.node is 'pve3': that node is offline
            False options.storage: options.storage is 'local': that storage holds backup, iso, snippets, vztmpl, and no disks (images)
            """,
            Told(iso));
        Assert.Equal(
            """
            True image: template debian-12: 9000 on pve1
            False network: network is 'vmbr9': node pve1 has no such bridge; it has vmbr0, vmbr1
            """,
            Told(bridge));
    }

    [Fact]
    public async Task A_check_of_a_token_without_Sys_Audit_says_how_nodes_are_chosen()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        await using var cloud = harness.Open(("token_file", harness.WriteToken("blind", harness.Simulator.AddTokenWithout("Sys.Audit"))));

        var check = await cloud.CheckAsync(harness.GoodTemplate() with { Options = Options(("choice", "memory")) }, Cancellation);

        Assert.True(check.IsGood);
        Assert.Equal(
            "the token does not see the nodes' memory (Sys.Audit on /nodes): the node with the fewest machines is chosen",
            check.Findings[1].Message);
    }

    private static string Told(TemplateCheck check) =>
        string.Join('\n', check.Findings.Select(finding => $"{finding.IsGood} {finding.Field}: {finding.Message}"));

    private static Template Good() => Local.Requests.Template("debian-12") with { Size = "memory=1g,cpu=1" };

    private static ImmutableSortedDictionary<string, string> Options(params (string Name, string Value)[] options) =>
        options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal);
}
