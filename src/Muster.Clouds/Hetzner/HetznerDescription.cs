using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.Hetzner;

/// <summary>What there is to say of Hetzner Cloud.</summary>
internal static class HetznerDescription
{
    private const string NamesAllowed = "names or ids with commas between, each once";

    private static readonly Uri PublicEndpoint = new("https://api.hetzner.cloud/v1/");
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    // So that a call is over before a launch's outcome is called ambiguous.
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(100);

    /// <summary>Where the API is.</summary>
    public static ConfigOption<Uri> Endpoint { get; } = Option.Of(
        "endpoint",
        "the API with its version; `https://`, or `http://` on this machine only",
        "`https://api.hetzner.cloud/v1`",
        "the API's address with its version: https://...; http:// only on this machine",
        TryEndpoint,
        PublicEndpoint);

    /// <summary>The token's file.</summary>
    public static ConfigOption<string?> TokenFile { get; } = Option.Text(
        "token_file", "the file with the project's API token, mode 0600; read anew for each call", "`HCLOUD_TOKEN` of the environment");

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeoutMin, TimeoutMax, "1s to 100s");

    /// <summary>Where servers are made.</summary>
    public static ConfigOption<string?> Location { get; } = Option.Of<string?>(
        "location", "a location's name: `fsn1`; a placement's zone says the same", "Hetzner's choice", "a location's name, such as fsn1",
        TryName, null);

    /// <summary>Which firewalls are put on them.</summary>
    public static ConfigOption<ImmutableArray<string>> Firewalls { get; } =
        List("firewalls", "names or ids of firewalls, with commas between", "none");

    /// <summary>Which placement group they join.</summary>
    public static ConfigOption<string?> PlacementGroup { get; } = Option.Of<string?>(
        "placement_group", "a placement group's name or id; Hetzner lets one hold 10 servers", "none", "a placement group's name or id",
        TryName, null);

    /// <summary>Whose keys they let in.</summary>
    public static ConfigOption<ImmutableArray<string>> SshKeys { get; } = List(
        "ssh_keys", "names or ids of SSH keys, with commas between; without one Hetzner mails a password for each server", "none");

    /// <summary>Whether they have a public IPv4 address.</summary>
    public static ConfigOption<bool> Ipv4 { get; } = Switch("ipv4", "`on`: a public IPv4 address, which costs extra; `off`");

    /// <summary>Whether they have a public IPv6 network.</summary>
    public static ConfigOption<bool> Ipv6 { get; } = Switch("ipv6", "`on`: a public IPv6 network; `off`");

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options = [Endpoint, TokenFile, Timeout],
        Fields =
        [
            new("image", "an image's name or id, or `snapshot:SELECTOR`: the newest snapshot with these labels, looked up at each launch"),
            new("size", "a server type's name: `cx22`; required"),
            new("network", "a private network's name or id, up to three of them"),
            new("firewall", "not available: firewalls have names here, see `option firewalls`"),
            new("metadata", "not available: Hetzner hands a server none; put them into the user data"),
            new("user_data", "as they are, for cloud-init; 32 KiB at most"),
            new("tags", "labels; what a label cannot hold is written in a form that Muster reads back"),
        ],
        TemplateOptions = [Location, Firewalls, PlacementGroup, SshKeys, Ipv4, Ipv6],
        Credential =
            "Every call carries an API token of the project. Hetzner has two kinds, Read and Read & Write, and no rights call by call: "
            + "Muster needs Read & Write. Give Muster a project of its own, since a token may do everything within its project.",
        LeastPrivilege =
        [
            new("`GET /servers`, `/servers/ID`, `/servers/actions`", "every look"),
            new("`POST /servers`, `DELETE /servers/ID`", "launching and terminating"),
            new("`GET /images`, `/networks`, `/firewalls`, `/placement_groups`", "what a template calls by name or selector, at a launch"),
            new("`GET /server_types`, `/locations`, `/ssh_keys`, `/images/ID`, `/networks/ID` ...", "checks of templates, zones"),
            new("`GET /pricing`", "prices"),
            new("`GET` and `DELETE /primary_ips`, `/volumes`", "`muster cloud leftovers`"),
        ],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Prices, CloudAbility.Stop, CloudAbility.Retag,
            CloudAbility.Leftovers, CloudAbility.Like, CloudAbility.SelfDescription,
        ],
    };

    private static ConfigOption<bool> Switch(string name, string meaning) => Option.Choice(name, meaning, ("on", true), ("off", false));

    private static ConfigOption<ImmutableArray<string>> List(string name, string meaning, string unlessSet) =>
        Option.Of<ImmutableArray<string>>(name, meaning, unlessSet, NamesAllowed, TryList, []);

    private static bool TryList(string text, out ImmutableArray<string> names)
    {
        names = [.. text.Split(',', StringSplitOptions.TrimEntries)];
        return names.All(name => TryName(name, out _)) && names.Distinct(StringComparer.Ordinal).Count() == names.Length;
    }

    private static bool TryName(string text, out string? name)
    {
        name = text;
        return text.Length is >= 1 and <= 200 && !text.Any(char.IsControl) && text == text.Trim();
    }

    private static bool TryEndpoint(string text, out Uri endpoint)
    {
        var isGood = Uri.TryCreate($"{text.TrimEnd('/')}/", UriKind.Absolute, out var url) && url.Query.Length == 0
            && url.Fragment.Length == 0
            && url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
        endpoint = url!;
        return isGood;
    }
}
