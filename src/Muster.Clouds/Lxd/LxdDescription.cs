using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>What there is to say of LXD and its relatives.</summary>
internal static class LxdDescription
{
    /// <summary>The type of an instance that shares the host's kernel.</summary>
    public const string Container = "container";

    /// <summary>The type of one with its own kernel.</summary>
    public const string Machine = "virtual-machine";

    /// <summary>What stands before the address of a registry of OCI images.</summary>
    public const string RegistryPrefix = "oci+";

    /// <summary>A file with a trust token.</summary>
    public static ConfigOption<string?> TokenFile { get; } = Option.Text(
        "token_file", "a file with a trust token, used once, when the daemon does not know the certificate");

    /// <summary>How long a shutdown may take.</summary>
    public static ConfigOption<TimeSpan> StopGrace { get; } = Option.StopGrace(
        "how long a shutdown may take before an instance is stopped by force; `0s` for force at once");

    /// <summary>Whether an instance is a container or a machine.</summary>
    public static ConfigOption<string> Type { get; } = Option.Choice(
        "type", "`container` or `virtual-machine`", (Container, Container), (Machine, Machine));

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
        "target", "the member of the cluster to run on, or `@group`", "the cluster chooses", "a member of the cluster, or @group");

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

    /// <summary>The project that instances live in; null unless set.</summary>
    public static ConfigOption<string?> ProjectOf(LxdDialect dialect) => Option.Text(
        "project", "the project that instances live in",
        $"`default`{(dialect.UserSockets.IsEmpty ? "" : "; over a socket `unix.socket.user` the user's own, `user-UID`")}",
        "a project's name", emptyIsUnset: true);

    /// <summary>Servers of images, by what templates call them before the colon.</summary>
    public static ConfigOption<ImmutableSortedDictionary<string, string>> RemotesOf(LxdDialect dialect) =>
        Option.Of<ImmutableSortedDictionary<string, string>>(
            "remotes",
            "further servers of images: `name=https://server` with blanks between"
                + (dialect.HasRegistries ? "; a registry of OCI images is `name=oci+https://server`" : ""),
            string.Join(", ", dialect.KnownRemotes.Keys.Select(name => $"`{name}`")),
            dialect.HasRegistries
                ? "name=https://server, or name=oci+https://server for a registry of OCI images, with blanks between"
                : "name=https://server with blanks between",
            (string text, [MaybeNullWhen(false)] out ImmutableSortedDictionary<string, string> remotes) =>
                TryRemotes(text, dialect, out remotes),
            dialect.KnownRemotes);

    /// <summary>All there is to say of a daemon of the family.</summary>
    public static KindDescription Of(LxdDialect dialect) => new()
    {
        Options =
        [
            .. DaemonEndpoint.Options(
                "`unix:///path/to/unix.socket`, or `https://host:8443`",
                dialect.EndpointUnlessSet,
                $"the daemon's own certificate, PEM (`{dialect.Client} info` shows it), or its authority's"),
            TokenFile,
            ProjectOf(dialect),
            HostAllowance.Describe(
                "options that [reach the host](#what-reaches-the-host) and that templates may use: `config.KEY`, `config.KEY=VALUE`, "
                + "`profile=NAME`; with blanks between"),
            StopGrace,
            RemotesOf(dialect),
        ],
        Fields =
        [
            new(
                "image",
                "an alias or a fingerprint that is there, or `images:alpine/3.20`: an alias at one of the remotes"
                + (dialect.HasRegistries ? "; of a registry, `docker:nginx:1.27`" : "")),
            new(
                "size",
                "limits of memory and processors: `256m`, `2cpu`, `cpu=0.5,memory=256m` (a part of a processor for containers only), "
                + "or an instance type: `c2-m4`, `aws:t2.micro`"),
            new("network", "a managed network; they become `eth0`, `eth1`, ... in order. The profiles' unless set"),
            new("firewall", $"refused: {dialect.Product} guards networks; give the network an ACL"),
            new("metadata", $"`user.meta.KEY` in the configuration, which a guest reads at `{dialect.GuestDevice}`"),
            new("user_data", "`cloud-init.user-data`; does something in images with cloud-init"),
            new("tags", "`user.tag.KEY` in the configuration"),
        ],
        TemplateOptions =
            [Type, Pool, DiskSize, Profiles, Target, .. dialect.HasPlacementGroups ? (ConfigOption[])[PlacementGroup] : [], Config],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Watch, CloudAbility.Usage, CloudAbility.Stop, CloudAbility.Suspend,
            CloudAbility.Retag, CloudAbility.Like, CloudAbility.SelfDescription,
        ],
        Credential = dialect.Credential,
    };

    private static bool TryRemotes(
        string text, LxdDialect dialect, [NotNullWhen(true)] out ImmutableSortedDictionary<string, string>? remotes)
    {
        remotes = dialect.KnownRemotes;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var split = word.IndexOf('=', StringComparison.Ordinal);
            var address = split < 1 ? "" : word[(split + 1)..];
            var server = dialect.HasRegistries && address.StartsWith(RegistryPrefix, StringComparison.Ordinal)
                ? address[RegistryPrefix.Length..]
                : address;
            if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme is not "https")
            {
                return false;
            }

            remotes = remotes.SetItem(word[..split], address);
        }

        return true;
    }
}
