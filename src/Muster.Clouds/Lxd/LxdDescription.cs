using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>What there is to say of LXD and Incus.</summary>
internal static class LxdDescription
{
    private const string Container = "container";

    // What the command lines of LXD and Incus come with.
    private static readonly ImmutableSortedDictionary<string, string> KnownRemotes = new Dictionary<string, string>
    {
        ["images"] = "https://images.linuxcontainers.org",
        ["ubuntu"] = "https://cloud-images.ubuntu.com/releases",
        ["ubuntu-daily"] = "https://cloud-images.ubuntu.com/daily",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>A file with a trust token.</summary>
    public static ConfigOption<string?> TokenFile { get; } = Option.Text(
        "token_file", "a file with a trust token, used once, when the daemon does not know the certificate");

    /// <summary>The project that instances live in.</summary>
    public static ConfigOption<string> Project { get; } =
        Option.TextOr("project", "the project that instances live in", "default", "a project's name", emptyIsUnset: true);

    /// <summary>How long a shutdown may take.</summary>
    public static ConfigOption<TimeSpan> StopGrace { get; } = Option.StopGrace(
        "how long a shutdown may take before an instance is stopped by force; `0s` for force at once");

    /// <summary>Servers of images, by what templates call them before the colon.</summary>
    public static ConfigOption<ImmutableSortedDictionary<string, string>> Remotes { get; } = Option.Of(
        "remotes", "further servers of images: `name=https://server` with blanks between", "`images`, `ubuntu`, `ubuntu-daily`",
        "name=https://server with blanks between", TryRemotes, KnownRemotes);

    /// <summary>Whether an instance is a container or a machine.</summary>
    public static ConfigOption<string> Type { get; } = Option.Choice(
        "type", "`container` or `virtual-machine`", (Container, Container), ("virtual-machine", "virtual-machine"));

    /// <summary>The storage pool of the root disk.</summary>
    public static ConfigOption<string?> Pool { get; } =
        Option.Text("pool", "the root disk's storage pool", "a profile's", "a storage pool's name");

    /// <summary>The size of the root disk.</summary>
    public static ConfigOption<string?> DiskSize { get; } = Option.Text(
        "disk_size", "the root disk's size, such as `10GiB`; only with `pool`", "the pool's default", "a size, such as 10GiB");

    /// <summary>The profiles that an instance has.</summary>
    public static ConfigOption<string?> Profiles { get; } = Option.Text(
        "profiles", "names of profiles with blanks between", "`default`", "names of profiles with blanks between");

    /// <summary>Where in a cluster it runs.</summary>
    public static ConfigOption<string?> Target { get; } = Option.Text(
        "target", "the member of the cluster to run on, or `@group`", "LXD chooses", "a member of the cluster, or @group");

    /// <summary>LXD's own spreading.</summary>
    public static ConfigOption<string?> PlacementGroup { get; } = Option.Text(
        "placement_group", "LXD's placement group", "none", "a placement group's name");

    /// <summary>How cloud-init gets user data: a value of the configuration, which has no limit of its own.</summary>
    public static UserDataForm UserData { get; } = new(TemplateRules.UserDataBytesMax);

    /// <summary>A key of the instance's configuration.</summary>
    public static ConfigOption Config { get; } = new()
    {
        Name = "config.KEY",
        Prefix = "config.",
        Meaning = "the configuration key `KEY`, such as `config.limits.processes`; "
            + "what [reaches the host](#what-reaches-the-host) must be allowed",
    };

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            .. DaemonEndpoint.Options(
                "`unix:///path/to/unix.socket`, or `https://host:8443`",
                "the first that is there of `/var/lib/lxd`, the snap's, and `/var/lib/incus`",
                "the daemon's own certificate, PEM (`lxc info` shows it), or its authority's"),
            TokenFile,
            Project,
            HostAllowance.Describe(
                "options that [reach the host](#what-reaches-the-host) and that templates may use: `config.KEY`, `config.KEY=VALUE`, "
                + "`profile=NAME`; with blanks between"),
            StopGrace,
            Remotes,
        ],
        Fields =
        [
            new("image", "an alias or a fingerprint that is there, or `images:alpine/3.20`: an alias at one of the remotes"),
            new(
                "size",
                "limits of memory and processors: `256m`, `2cpu`, `cpu=0.5,memory=256m` (a part of a processor for containers only), "
                + "or an instance type: `c2-m4`, `aws:t2.micro`"),
            new("network", "a managed network; they become `eth0`, `eth1`, ... in order. The profiles' unless set"),
            new("firewall", "refused: LXD guards networks; give the network an ACL"),
            new("metadata", "`user.meta.KEY` in the configuration, which a guest reads at `/dev/lxd`"),
            new("user_data", "`cloud-init.user-data`; does something in images with cloud-init"),
            new("tags", "`user.tag.KEY` in the configuration"),
        ],
        TemplateOptions = [Type, Pool, DiskSize, Profiles, Target, PlacementGroup, Config],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Watch, CloudAbility.Usage, CloudAbility.Stop, CloudAbility.Suspend,
        ],
        Credential =
            "The daemon is called over its socket, or over https with a client's certificate that it trusts. "
            + "A user who may use the socket is root on its host; a certificate can be confined to a project: "
            + "lxc config trust add muster.crt --restricted --projects muster.",
    };

    private static bool TryRemotes(string text, [NotNullWhen(true)] out ImmutableSortedDictionary<string, string>? remotes)
    {
        remotes = KnownRemotes;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var split = word.IndexOf('=', StringComparison.Ordinal);
            if (split < 1 || !Uri.TryCreate(word[(split + 1)..], UriKind.Absolute, out var server) || server.Scheme is not "https")
            {
                return false;
            }

            remotes = remotes.SetItem(word[..split], word[(split + 1)..]);
        }

        return true;
    }
}
