using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.OpenStack;

/// <summary>What there is to say of OpenStack.</summary>
internal static class OpenStackDescription
{
    /// <summary>Longest name of a thing that a template names.</summary>
    private const int NameLengthMax = 255;

    private const string Switch = "`true` or `false`";

    /// <summary>The file with the credential.</summary>
    public static ConfigOption<string?> CloudsFile { get; } = Option.Text(
        "clouds_file", "a `clouds.yaml`, mode 0600, with a password or an application credential; read anew for each token",
        "the `OS_*` variables of the environment");

    /// <summary>The secrets beside it.</summary>
    public static ConfigOption<string?> SecureFile { get; } = Option.Text(
        "secure_file", "a `secure.yaml` beside `clouds_file`, mode 0600, whose values win");

    /// <summary>Which cloud of the file.</summary>
    public static ConfigOption<string?> OsCloud { get; } = Option.Text(
        "os_cloud", "which cloud of `clouds_file`", "`OS_CLOUD`, or the only one in the file", "a cloud's name");

    /// <summary>The region.</summary>
    public static ConfigOption<string?> RegionName { get; } = Option.Text(
        "region_name", "the region; [each is a cloud of its own](#regions-and-zones)", "the credential's, or the only one of the catalogue",
        "a region's name: openstack region list");

    /// <summary>Which endpoints.</summary>
    public static ConfigOption<string?> Interface { get; } = Option.Of<string?>(
        "interface", "`public`, `internal` or `admin`: which endpoints of the catalogue", "the credential's, or `public`",
        "public, internal or admin", TryInterface, null);

    /// <summary>Whom to believe.</summary>
    public static ConfigOption<string?> AuthorityFile { get; } = Option.Text(
        "authority_file", "PEM of the authority of the cloud's certificates", "`cacert` of the credential, or the system's authorities");

    /// <summary>Whether plain HTTP is allowed.</summary>
    public static ConfigOption<bool> AllowHttp { get; } = Option.Choice(
        "allow_http", "`true`: passwords and tokens may go over `http://` to other machines, too", ("false", false), ("true", true));

    /// <summary>How servers are listed.</summary>
    public static ConfigOption<bool> ListBy { get; } = Option.Choice(
        "list_by",
        "`project`: every server of the project is read, and a part of the cloud that does not answer is seen; `tags`: only Muster's own, "
        + "for projects with thousands of others, [where the cloud's operator has made that safe](#listings)",
        ("project", false), ("tags", true));

    /// <summary>Where the members of pools are.</summary>
    public static ConfigOption<Guid?> MemberSubnet { get; } = Option.Of<Guid?>(
        "member_subnet",
        "the id of the subnet whose addresses [members of load balancers](#load-balancers) have, where it is not that of the load "
        + "balancer's address",
        "the load balancer's", "a subnet's id: openstack subnet list", TryId, null);

    /// <summary>How late a listing may show a new server.</summary>
    public static ConfigOption<TimeSpan> ListingLag { get; } = Option.Time(
        "listing_lag", "how late a listing may show a new server, 1s to 10m: [what keeps a launch from being made twice](#launches)",
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "1s to 10m");

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100),
        "1s to 100s");

    /// <summary>Who may log in.</summary>
    public static ConfigOption<string?> KeyName { get; } = Name(
        "key_name", "a key pair of the user's, by name", "openstack keypair list");

    /// <summary>The security groups.</summary>
    public static ConfigOption<ImmutableArray<string>> SecurityGroups { get; } = Option.Of<ImmutableArray<string>>(
        "security_groups", "names or ids of security groups, with commas between", "`default`",
        "names or ids with commas between: openstack security group list", TryNames, []);

    /// <summary>Where a template's servers are.</summary>
    public static ConfigOption<string?> AvailabilityZone { get; } = Name(
        "availability_zone", "an availability zone; a placement's zone is one, too", "openstack availability zone list --compute",
        "the cloud's choice");

    /// <summary>The server group.</summary>
    public static ConfigOption<string?> ServerGroup { get; } = Name(
        "server_group", "a server group by name or id: which servers may share a host", "openstack server group list");

    /// <summary>The size of the volume to boot from.</summary>
    public static ConfigOption<int> BootVolumeSize { get; } = Option.Of(
        "boot_volume_size", "GiB of a volume that is made of the image, booted from and deleted with the server", "no volume",
        "1 to 65536",
        (string text, out int size) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= 65536,
        0);

    /// <summary>The kind of that volume.</summary>
    public static ConfigOption<string?> VolumeType { get; } = Name(
        "volume_type", "the type of that volume", "openstack volume type list", "the cloud's own");

    /// <summary>Whether there is a drive with the metadata.</summary>
    public static ConfigOption<bool> ConfigDrive { get; } = Option.Choice(
        "config_drive", $"{Switch}: whether the metadata are on a drive, too", ("false", false), ("true", true));

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options =
        [
            CloudsFile, SecureFile, OsCloud, RegionName, Interface, AuthorityFile, AllowHttp, ListBy, MemberSubnet, ListingLag, Timeout,
        ],
        Fields =
        [
            new("image", "an image's id, or a name: the newest active image of that name, found at each launch"),
            new("size", "a flavor's name or id; required"),
            new("network", "names or ids of networks, in order; `none` for none. The project's only network unless set (`auto`)"),
            new("firewall", "refused: [security groups](#template-fields) are always on; name them in the option `security_groups`"),
            new("metadata", "the server's metadata, which it reads from the metadata service or the config drive"),
            new("user_data", "`user_data`, which cloud-init reads; 49,149 bytes at most"),
            new("tags", "the server's metadata as well, [as OpenStack takes them](#tags)"),
        ],
        TemplateOptions =
            [KeyName, SecurityGroups, AvailabilityZone, ServerGroup, BootVolumeSize, VolumeType, ConfigDrive],
        Credential =
            "Every call shows a token, which is got with a user's password and a project, or with an application credential. "
            + "An application credential of a user with the role member in one project is enough; it can be bound to the calls below.",
        LeastPrivilege =
        [
            new("compute `GET /servers/detail`", "every look"),
            new("compute `POST /servers`", "launching"),
            new("compute `DELETE /servers/*`", "terminating"),
            new("compute `GET /servers/*`, `POST /servers/*/action`", "[stopping and starting](#stopping-and-starting)"),
            new("compute `GET /flavors/detail`; image `GET /v2/images`", "launching and checking by name"),
            new("network `GET /v2.0/networks`; compute `GET /os-server-groups`", "templates with `network` or `server_group` by name"),
            new(
                "compute `GET /os-availability-zone`, `GET /limits`, `GET /os-keypairs/*`, `GET /servers/*`; image `GET /v2/images/*`; "
                + "network `GET /v2.0/networks/*`, `GET /v2.0/security-groups`",
                "zones, `muster cloud check`, `muster template create --like`"),
            new(
                "load-balancer `GET /v2/lbaas/pools`, `GET /v2/lbaas/pools/*`, `GET /v2/lbaas/pools/*/members`, "
                + "`POST /v2/lbaas/pools/*/members`, `PUT /v2/lbaas/pools/*/members/*`, `DELETE /v2/lbaas/pools/*/members/*`",
                "[load balancers](#load-balancers)"),
        ],
        Abilities =
        [
            CloudAbility.Zones, CloudAbility.Stop, CloudAbility.Suspend, CloudAbility.Balancers, CloudAbility.Like,
            CloudAbility.SelfDescription,
        ],
    };

    private static ConfigOption<string?> Name(string name, string meaning, string command, string unlessSet = "none") => Option.Of<string?>(
        name, meaning, unlessSet, $"a name of 1 to {NameLengthMax} characters: {command}",
        (string text, out string? value) => (value = text) is { Length: >= 1 and <= NameLengthMax } && !text.Any(char.IsControl), null);

    private static bool TryId(string text, out Guid? value)
    {
        value = Guid.TryParse(text, out var id) ? id : null;
        return value is not null;
    }

    private static bool TryInterface(string text, out string? value) => (value = text) is "public" or "internal" or "admin";

    private static bool TryNames(string text, out ImmutableArray<string> names)
    {
        names =
        [
            .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal),
        ];
        return !names.IsEmpty && names.All(name => name.Length <= NameLengthMax && !name.Any(char.IsControl));
    }
}
