using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core.Options;

namespace Muster.Clouds.Libvirt;

/// <summary>What there is to say of libvirt.</summary>
internal static class LibvirtDescription
{
    /// <summary>How the options begin that name hosts, and pieces of XML.</summary>
    public const string HostPrefix = "host.", XmlPrefix = "xml.";

    /// <summary>The one host.</summary>
    public static ConfigOption<string?> Uri { get; } = Option.Text(
        "uri",
        "the host, where there is one: `qemu:///system`, `qemu+ssh://user@host/system`, `qemu+tls://host/system` "
        + "([libvirt's own](https://libvirt.org/uri.html))",
        "`qemu:///system`", "a URI such as qemu:///system");

    /// <summary>The pool.</summary>
    public static ConfigOption<string> Pool { get; } = Option.TextOr(
        "pool", "the storage pool of base volumes and instances' volumes, on each host", "default", "the name of a storage pool");

    /// <summary>The network.</summary>
    public static ConfigOption<string> Network { get; } = Option.TextOr(
        "network", "the network of instances whose template names none: one of libvirt's, `bridge:NAME`, or `none`", "default",
        "the name of a network, bridge:NAME, or none");

    /// <summary>How domains are run; null for the fastest that the host has.</summary>
    public static ConfigOption<string?> DomainType { get; } = Option.Choice<string?>(
        "domain_type", "`auto`: KVM where the host has it, and emulation otherwise; `kvm`, or `qemu`",
        ("auto", null), ("kvm", "kvm"), ("qemu", "qemu"));

    /// <summary>How long a shutdown may take.</summary>
    public static ConfigOption<TimeSpan> StopGrace { get; } = Option.Time(
        "stop_grace", "from the press of the power button to the pull of the plug, when an instance is terminated; `0s` pulls at once",
        TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1), "a time from 0s to 1h, such as 10s");

    /// <summary>How long a look may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a look at a host may take, 1s to 100s", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(100), "a time from 1s to 100s");

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            Uri,
            new()
            {
                Name = "host.NAME", Prefix = HostPrefix,
                Meaning = "several hosts in place of `uri`, each a zone of that name: `host.rack1 = \"qemu+ssh://root@rack1/system\"`",
            },
            Pool,
            Network,
            new()
            {
                Name = "xml.NAME", Prefix = XmlPrefix,
                Meaning = "a piece of a domain's description that templates may add by that name (`--option xml=NAME`): "
                    + "[the operator's allow list](#extra-xml)",
            },
            HostAllowance.Describe(
                "what of the host templates may reach: `network=bridge:NAME`, a `*` at the end for any; with blanks between"),
            DomainType,
            StopGrace,
            Timeout,
        ],
        Fields =
        [
            new("image", "the base volume that the disk is made from: its name in the cloud's `pool`, or `POOL/VOLUME`"),
            new("size", "memory and processors: `2g`, `2cpu`, `cpu=2,memory=2g`; 1 processor and 1 GiB unless set"),
            new("network", "networks of libvirt's by name, any number of them; `none` for none, and bridges that are allowed above"),
            new("firewall", "refused: libvirt has none for a domain by itself; a filter may stand in `xml.NAME`"),
            new(
                "metadata",
                "entries of cloud-init's meta-data on a NoCloud disk, such as `public-keys`; not `instance-id` and `local-hostname`, which "
                + "Muster writes"),
            new("user_data", "`user-data` on the same disk; 64 KiB at most"),
            new("tags", "an element of the domain's `<metadata>`, as they are"),
        ],
        TemplateOptions = LibvirtTemplateOptions.All,
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Watch, CloudAbility.Stop, CloudAbility.Suspend,
            CloudAbility.Leftovers, CloudAbility.Like, CloudAbility.SelfDescription,
        ],
        Credential =
            "libvirt's own library connects as the server's user does: to a socket by its groups or polkit, over ssh by that user's keys, "
            + "over TLS by the certificates of /etc/pki. "
            + "Whoever may manage domains of a host's system instance is as mighty as root there. "
            + "A host of its own for instances is the only lesser privilege; polkit's rules can narrow what one user may do.",
    };
}
