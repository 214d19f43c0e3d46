using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.DigitalOcean;

/// <summary>What there is to say of DigitalOcean.</summary>
internal static class DigitalOceanDescription
{
    // With smaller ones a listing that is disturbed may not get on: see PageWindow.
    private const int PageMin = 20;

    /// <summary>Longer than any fingerprint.</summary>
    private const int KeyLengthMax = 100;

    private const string EndpointDefault = "https://api.digitalocean.com";

    /// <summary>The file with the token.</summary>
    public static ConfigOption<string?> TokenFile { get; } = Option.Text(
        "token_file", "the API token, one line; mode 0600. Read at each call: a new token counts at once",
        "`DIGITALOCEAN_TOKEN` or `DIGITALOCEAN_ACCESS_TOKEN` of the environment");

    /// <summary>Where the API is.</summary>
    public static ConfigOption<Uri> Endpoint { get; } = Option.Of<Uri>(
        "endpoint", "the API's address; `https://`, or `http://` on this machine only", $"`{EndpointDefault}`",
        "the API's address: https://...; http:// only on this machine", TryUrl!, new Uri(EndpointDefault));

    /// <summary>How late a listing may show a new droplet.</summary>
    public static ConfigOption<TimeSpan> ListingLag { get; } = Option.Time(
        "listing_lag",
        "how late a listing may show a new droplet or its tags, 5s to 10m: [what keeps a launch from being made twice](#launches)",
        TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), "5s to 10m");

    /// <summary>Droplets on a page.</summary>
    public static ConfigOption<int> PageSize { get; } =
        Option.Number("page_size", "droplets on a page of a listing, 20 to 200", DigitalOceanApi.PageMax, PageMin, DigitalOceanApi.PageMax);

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100),
        "1s to 100s");

    /// <summary>Where a template's droplets are.</summary>
    public static ConfigOption<string?> Region { get; } = Option.Of<string?>(
        "region", "a region's slug (`nyc3`), or how those of several begin (`nyc`). A placement's zone is a region, too",
        "any region", "a region's slug: doctl compute region list",
        (string text, out string? region) => (region = text) is { Length: >= 2 and <= 32 } && text.All(IsOfSlug), null);

    /// <summary>Who may log in as root.</summary>
    public static ConfigOption<ImmutableArray<string>> SshKeys { get; } = Option.Of<ImmutableArray<string>>(
        "ssh_keys", "ids or fingerprints of the account's SSH keys, with commas between", "none",
        "ids or fingerprints with commas between: doctl compute ssh-key list", TryKeys, []);

    /// <summary>Whether the agent measures.</summary>
    public static ConfigOption<bool> Monitoring { get; } = Switch("monitoring", "`true`: with DigitalOcean's agent, which measures");

    /// <summary>Whether there is an address of IPv6.</summary>
    public static ConfigOption<bool> Ipv6 { get; } = Switch("ipv6", "`true`: with an address of IPv6");

    /// <summary>Whether there are backups.</summary>
    public static ConfigOption<bool> Backups { get; } = Switch("backups", "`true`: backed up daily, which costs");

    /// <summary>Whether there are public addresses.</summary>
    public static ConfigOption<bool> PublicNetworking { get; } = Option.Choice(
        "public_networking", "`true`, or `false`: reached in its VPC alone", ("true", true), ("false", false));

    /// <summary>DigitalOcean's own tags.</summary>
    public static ConfigOption<ImmutableArray<string>> Tags { get; } = Option.Of<ImmutableArray<string>>(
        "tags",
        "tags of DigitalOcean's as they are, with commas between: `web,env:prod`. "
        + "[Firewalls and load balancers](#firewalls-and-load-balancers) go by them",
        "none",
        "words of A-Z a-z 0-9 _ - : with commas between, of 255 characters at most, none of which begins with muster-",
        TryTags,
        []);

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options = [TokenFile, Endpoint, ListingLag, PageSize, Timeout],
        Fields =
        [
            new(
                "image",
                "the slug of a public image (`ubuntu-24-04-x64`), an image's id, or `snapshot:NAME`: the newest of the account's own "
                + "images of that name, found at each launch"),
            new("size", "a size's slug (`s-1vcpu-1gb`); required. GPU sizes are refused: DigitalOcean does not list them by tag"),
            new("network", "`vpc_uuid`: the id of one VPC; the region's default unless set"),
            new("firewall", "refused: [firewalls](#firewalls-and-load-balancers) choose their droplets by tags"),
            new("metadata", "refused: DigitalOcean hands droplets user data alone"),
            new("user_data", "`user_data`, which cloud-init reads; 64 KiB at most"),
            new("tags", "`KEY:VALUE`, [written as DigitalOcean takes it](#tags); 255 characters at most"),
        ],
        TemplateOptions = [Region, SshKeys, Monitoring, Ipv6, Backups, PublicNetworking, Tags],
        Credential =
            "Every call shows a personal access token of the account or team (token_file). "
            + "A token with custom scopes may be allowed the calls below and nothing else.",
        LeastPrivilege =
        [
            new("`droplet:read`, `tag:read`", "every look"),
            new("`droplet:create`, `tag:create`", "launching"),
            new("`droplet:delete`", "terminating"),
            new("`droplet:update`", "stopping and starting, where a pool of stopped instances is kept"),
            new(
                "`image:read`, `sizes:read`, `regions:read`",
                "checks of templates, prices, zones, `snapshot:NAME`; `image:read` also to launch"),
            new("`vpc:read`, `ssh_key:read`", "templates with `network` or `ssh_keys`, to launch and to check"),
            new("`account:read`", "`muster cloud check`: who the token is, and how many droplets are left"),
        ],
        Abilities =
        [
            CloudAbility.Zones, CloudAbility.Prices, CloudAbility.Stop, CloudAbility.Like, CloudAbility.SelfDescription,
        ],
    };

    private static ConfigOption<bool> Switch(string name, string meaning) => Option.Choice(name, meaning, ("false", false), ("true", true));

    private static bool IsOfSlug(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';

    private static bool TryUrl(string text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Query.Length == 0 && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static bool TryKeys(string text, out ImmutableArray<string> keys)
    {
        keys = Split(text);
        return !keys.IsEmpty && keys.All(key => key.Length <= KeyLengthMax && key.All(c => char.IsAsciiHexDigit(c) || c == ':'));
    }

    private static bool TryTags(string text, out ImmutableArray<string> tags)
    {
        tags = Split(text);
        return !tags.IsEmpty && tags.All(tag =>
            tag.Length <= DropletTags.LengthMax && !tag.AsSpan().ContainsAnyExcept(DropletTags.Taken)
            && !tag.StartsWith(DropletTags.Reserved, StringComparison.OrdinalIgnoreCase));
    }

    private static ImmutableArray<string> Split(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
