using System.Collections.Immutable;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit;
using Muster.Clouds.Proxmox.Marks;
using Muster.Core.Options;

namespace Muster.Clouds.Proxmox;

/// <summary>What there is to say of Proxmox VE.</summary>
internal static partial class ProxmoxDescription
{
    // So that a call is over before a launch's outcome is called ambiguous.
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1), TimeoutMax = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan LaunchMin = TimeSpan.FromSeconds(30), LaunchMax = TimeSpan.FromHours(1);

    /// <summary>Where the API is.</summary>
    public static ConfigOption<Uri?> Endpoint { get; } = new()
    {
        Name = "endpoint",
        Meaning = "the API of any node, or of a balancer before them: `https://pve1.example.com:8006`; `http://` on this machine only",
        UnlessSet = "required",
        Allowed = "an address such as https://pve1.example.com:8006; http:// only on this machine",
        Parse = TryEndpoint,
        Default = null,
        IsRequired = true,
    };

    /// <summary>The token's file.</summary>
    public static ConfigOption<string?> TokenFile { get; } = Option.RequiredText(
        "token_file", "the file with the API token, `USER@REALM!ID=SECRET` in one line, mode 0600; read anew for each call", "a path");

    /// <summary>Whose certificates are believed.</summary>
    public static ConfigOption<string?> AuthorityFile { get; } = Option.Text(
        "authority_file",
        "PEM of the authority, or of the very certificate, that is believed; a cluster has its own in `/etc/pve/pve-root-ca.pem`",
        "the system's authorities");

    /// <summary>Which certificate is believed.</summary>
    public static ConfigOption<string?> Fingerprint { get; } = Option.Of<string?>(
        "fingerprint", "the SHA-256 fingerprint of the one certificate that is believed, as Proxmox shows it; not with `authority_file`",
        "none", "64 hexadecimal digits, with or without colons between", TryFingerprint, null);

    /// <summary>Which ids are Muster's.</summary>
    public static ConfigOption<VmidRange> Vmids { get; } = Option.Of(
        "vmids",
        "the ids that are for this Muster alone, `FIRST-LAST`, at least 1000 of them; never change it while launches are under way",
        $"`{VmidRange.Default}`", "FIRST-LAST, such as 500000-599999: from 100 to 999999999, and at least 1000 ids", VmidRange.TryParse,
        VmidRange.Default);

    /// <summary>How many clones at once.</summary>
    public static ConfigOption<int> Clones { get; } = Option.Number(
        "clones", "clones of one template, or onto one storage, at the same moment; more time out on the storage's lock", 2, 1, 50);

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeoutMin, TimeoutMax, "1s to 100s");

    /// <summary>How long a launch may take.</summary>
    public static ConfigOption<TimeSpan> LaunchTimeout { get; } = Option.Time(
        "launch_timeout", "how long a launch may take, its clone included, 30s to 1h; more than a full clone takes",
        TimeSpan.FromMinutes(10), LaunchMin, LaunchMax, "30s to 1h");

    /// <summary>Where machines are made.</summary>
    public static ConfigOption<string?> Node { get; } = Name(
        "node", "a node's name; a placement's zone says the same", "as `choice` says", "a node's name, such as pve1");

    /// <summary>How a node is chosen.</summary>
    public static ConfigOption<NodeChoice> Choice { get; } = Option.Choice(
        "choice", "how a node is chosen: `template`: the one that has the template, of several the one with the most free memory; "
        + "`memory`: the one with the most free memory; `round_robin`: each in turn. The last two need the template on shared storage, or "
        + "one of its name on each node",
        ("template", NodeChoice.Template), ("memory", NodeChoice.Memory), ("round_robin", NodeChoice.RoundRobin));

    /// <summary>How it is cloned.</summary>
    public static ConfigOption<bool> Clone { get; } = Option.Choice(
        "clone", "`linked`: a clone that needs its template; `full`: a copy of its own, which takes as long as its disks are large",
        ("linked", false), ("full", true));

    /// <summary>Where its disks are.</summary>
    public static ConfigOption<string?> Storage { get; } = Name(
        "storage", "the storage for the disks of full clones", "the template's", "a storage's name, such as local-lvm");

    /// <summary>Which pool it joins.</summary>
    public static ConfigOption<string?> Pool { get; } = Name("pool", "the pool that machines join", "none", "a pool's name");

    /// <summary>Who cloud-init lets in.</summary>
    public static ConfigOption<string?> CiUser { get; } = Name(
        "ciuser", "the user that cloud-init makes", "the image's own", "a user's name");

    /// <summary>Whose keys it lets in.</summary>
    public static ConfigOption<string?> SshKeys { get; } = Option.Of<string?>(
        "sshkeys", "public SSH keys for that user, in the form of OpenSSH, with `;` between", "the template's",
        "public keys such as ssh-ed25519 AAAA... name, with ; between", TryKeys, null);

    /// <summary>What its interfaces are called.</summary>
    public static ConfigOption<string?> IpConfig { get; } = Option.Of<string?>(
        "ipconfig", "what cloud-init sets for every interface: `ip=dhcp`, `ip6=auto`, or both with a comma", "the template's",
        "ip=dhcp, ip6=dhcp or ip6=auto, with a comma between: all machines of a template get the same", TryIpConfig, null);

    /// <summary>Who resolves names for it.</summary>
    public static ConfigOption<string?> NameServer { get; } = Option.Of<string?>(
        "nameserver", "addresses of DNS servers for cloud-init, with blanks between", "the template's", "IP addresses with blanks between",
        TryAddresses, null);

    /// <summary>Files for cloud-init.</summary>
    public static ConfigOption<string?> CiCustom { get; } = Option.Of<string?>(
        "cicustom", "cloud-init files on a storage for snippets that the node has: `user=local:snippets/web.yaml`", "the template's",
        "user=STORAGE:snippets/FILE, and vendor=, network= or meta= the same way, with commas between", TryCustom, null);

    /// <summary>Whether it starts with its node.</summary>
    public static ConfigOption<bool> OnBoot { get; } = Option.Choice(
        "onboot", "`on`: Proxmox starts machines again when their node has started; `off`", ("on", true), ("off", false));

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options = [Endpoint, TokenFile, AuthorityFile, Fingerprint, Vmids, Clones, Timeout, LaunchTimeout],
        Fields =
        [
            new("image", "a template's name or vmid; of several with one name the one that fits the node"),
            new("size", "memory and processors: `memory=2g,cpu=2`; the template's own unless set"),
            new("network", "a bridge or VNet, with a VLAN behind a slash: `vmbr0/20`; the template's own unless set"),
            new("firewall", "Proxmox's firewall on each interface; only with `network`"),
            new("metadata", "not available: cloud-init gets none from Proxmox; see `option cicustom`"),
            new("user_data", "not available: Proxmox's API takes none; put them on a storage as a snippet, see `option cicustom`"),
            new("tags", "tags; what a word cannot hold is written in a form that Muster reads back"),
        ],
        TemplateOptions =
            [Node, Choice, Clone, Storage, Pool, CiUser, SshKeys, IpConfig, NameServer, CiCustom, OnBoot],
        Credential =
            "Every call carries an API token of a user. Give it a role of its own with the privileges below, and with privilege "
            + "separation the same role twice: a token may do what both it and its user may.",
        LeastPrivilege =
        [
            new("`VM.Audit` on `/vms`", "listings: without it a machine is not seen until it is in its pool, or never"),
            new("`VM.Clone` on the template", "launching"),
            new(
                "`VM.Allocate`, `VM.Config.Options`, `VM.Config.CPU`, `VM.Config.Memory`, `VM.Config.Network`, `VM.Config.Cloudinit`, "
                + "`VM.PowerMgmt` on `/vms`, or on the pool",
                "launching and terminating"),
            new("`Datastore.AllocateSpace` on the storage of the disks", "launching; `Datastore.Audit` lets checks name storages"),
            new("`SDN.Use` on `/sdn/zones/localnetwork`", "launching, from version 8 on"),
            new("`Sys.Audit` on `/nodes`", "choosing nodes by free memory; checks of bridges"),
            new("`Pool.Audit` on `/pool/NAME`", "machines' pools in listings"),
        ],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Stop, CloudAbility.Suspend, CloudAbility.Leftovers,
            CloudAbility.Like, CloudAbility.SelfDescription,
        ],
    };

    private static ConfigOption<string?> Name(string name, string meaning, string unlessSet, string allowed) =>
        Option.Of<string?>(name, meaning, unlessSet, allowed, TryName, null);

    private static bool TryName(string text, out string? name)
    {
        name = text;
        return NameForm().IsMatch(text);
    }

    private static bool TryEndpoint(string text, out Uri? endpoint)
    {
        const string Path = "/api2/json";
        var bare = text.TrimEnd('/');
        bare = bare.EndsWith(Path, StringComparison.Ordinal) ? bare[..^Path.Length] : bare;
        var isGood = Uri.TryCreate($"{bare}{Path}/", UriKind.Absolute, out endpoint) && endpoint.Query.Length == 0
            && endpoint.Fragment.Length == 0
            && endpoint.UserInfo.Length == 0
            && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback));
        return isGood;
    }

    private static bool TryFingerprint(string text, out string? fingerprint)
    {
        fingerprint = text.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return fingerprint.Length == 64 && fingerprint.All(char.IsAsciiHexDigit);
    }

    private static bool TryKeys(string text, out string? keys)
    {
        var each = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        keys = string.Join('\n', each);
        return each.Length > 0 && each.All(key => KeyForm().IsMatch(key));
    }

    private static bool TryIpConfig(string text, out string? config)
    {
        config = text;
        return IpConfigForm().IsMatch(text);
    }

    private static bool TryAddresses(string text, out string? addresses)
    {
        addresses = text;
        var each = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return each.Length > 0 && each.All(address => System.Net.IPAddress.TryParse(address, out _));
    }

    private static bool TryCustom(string text, out string? custom)
    {
        custom = text;
        return CustomForm().IsMatch(text);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._\-]{0,62}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[a-z0-9@.\-]+ [A-Za-z0-9+/=]+( [^\n\r]*)?\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^(ip=dhcp|ip6=(dhcp|auto))(,(ip=dhcp|ip6=(dhcp|auto)))?\z")]
    private static partial Regex IpConfigForm();

    [GeneratedRegex(@"^(?:(?:^|,)(?:user|vendor|network|meta)=[A-Za-z][A-Za-z0-9._\-]*:snippets/[A-Za-z0-9._\-]+)+\z")]
    private static partial Regex CustomForm();
}
