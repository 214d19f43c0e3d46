using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Hetzner.Wire;

/// <summary>A page of servers.</summary>
internal sealed record ServersAnswer(Server[]? Servers)
{
    public static ServersAnswer Of(JsonFields of) => new(of.Array("servers", Server.Of));
}

/// <summary>One server.</summary>
internal sealed record ServerAnswer(Server? Server)
{
    public static ServerAnswer Of(JsonFields of) => new(of.Object("server", Server.Of));
}

/// <summary>What is answered to the creation of a server. Its <c>root_password</c> is not read: nobody here may know it.</summary>
internal sealed record CreateAnswer(Server? Server, ServerAction? Action)
{
    public static CreateAnswer Of(JsonFields of) => new(of.Object("server", Server.Of), of.Object("action", ServerAction.Of));
}

/// <summary>A page of actions.</summary>
internal sealed record ActionsAnswer(ServerAction[]? Actions)
{
    public static ActionsAnswer Of(JsonFields of) => new(of.Array("actions", ServerAction.Of));
}

/// <summary>What is or was done to something.</summary>
/// <param name="Id">Its id; later ones have higher ones.</param>
/// <param name="Command">What: <c>create_server</c>.</param>
/// <param name="Status"><c>running</c>, <c>success</c> or <c>error</c>.</param>
/// <param name="Started">When it began.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Resources">To what.</param>
internal sealed record ServerAction(
    long Id, string? Command, string? Status, DateTimeOffset? Started, ApiErrorText? Error, ResourceReference[]? Resources)
{
    public static ServerAction Of(JsonFields of) => new(
        of.Number("id") ?? default, of.Text("command"), of.Text("status"), of.Time("started"), of.Object("error", ApiErrorText.Of),
        of.Array("resources", ResourceReference.Of));
}

/// <summary>A code and a sentence.</summary>
internal sealed record ApiErrorText(string? Code, string? Message)
{
    public static ApiErrorText Of(JsonFields of) => new(of.Text("code"), of.Text("message"));
}

/// <summary>What an action is about.</summary>
internal sealed record ResourceReference(long Id, string? Type)
{
    public static ResourceReference Of(JsonFields of) => new(of.Number("id") ?? default, of.Text("type"));
}

/// <summary>Any answer that is a page of a list, read for that alone.</summary>
internal sealed record PageAnswer(PageMeta? Meta)
{
    public static PageAnswer Of(JsonFields of) => new(of.Object("meta", PageMeta.Of));
}

/// <summary>What stands beside a list.</summary>
internal sealed record PageMeta(Pagination? Pagination)
{
    public static PageMeta Of(JsonFields of) => new(of.Object("pagination", Pagination.Of));
}

/// <summary>Which page it is; what is not known, and what there is not, is null.</summary>
internal sealed record Pagination(int Page, int? NextPage, int? LastPage, int? TotalEntries)
{
    public static Pagination Of(JsonFields of) => new(
        of.Small("page") ?? default, of.Small("next_page"), of.Small("last_page"), of.Small("total_entries"));
}

/// <summary>A refusal.</summary>
internal sealed record ErrorAnswer(ApiError? Error)
{
    public static ErrorAnswer Of(JsonFields of) => new(of.Object("error", ApiError.Of));
}

/// <summary>A refusal: details name the wrong fields of what was sent, where the code is <c>invalid_input</c>.</summary>
internal sealed record ApiError(string? Code, string? Message, ApiErrorDetails? Details)
{
    public static ApiError Of(JsonFields of) => new(of.Text("code"), of.Text("message"), of.Object("details", ApiErrorDetails.Of));
}

/// <summary>The fields that are wrong.</summary>
internal sealed record ApiErrorDetails(ApiErrorField[]? Fields)
{
    public static ApiErrorDetails Of(JsonFields of) => new(of.Array("fields", ApiErrorField.Of));
}

/// <summary>A field that is wrong, and why.</summary>
internal sealed record ApiErrorField(string? Name, string[]? Messages)
{
    public static ApiErrorField Of(JsonFields of) => new(of.Text("name"), of.Texts("messages"));
}

/// <summary>A page of locations.</summary>
internal sealed record LocationsAnswer(Named[]? Locations)
{
    public static LocationsAnswer Of(JsonFields of) => new(of.Array("locations", Named.Of));
}

/// <summary>A page of networks.</summary>
internal sealed record NetworksAnswer(Named[]? Networks)
{
    public static NetworksAnswer Of(JsonFields of) => new(of.Array("networks", Named.Of));
}

/// <summary>A page of firewalls.</summary>
internal sealed record FirewallsAnswer(Named[]? Firewalls)
{
    public static FirewallsAnswer Of(JsonFields of) => new(of.Array("firewalls", Named.Of));
}

/// <summary>A page of placement groups.</summary>
internal sealed record PlacementGroupsAnswer(Named[]? PlacementGroups)
{
    public static PlacementGroupsAnswer Of(JsonFields of) => new(of.Array("placement_groups", Named.Of));
}

/// <summary>A page of SSH keys.</summary>
internal sealed record SshKeysAnswer(Named[]? SshKeys)
{
    public static SshKeysAnswer Of(JsonFields of) => new(of.Array("ssh_keys", Named.Of));
}

/// <summary>A page of images.</summary>
internal sealed record ImagesAnswer(Image[]? Images)
{
    public static ImagesAnswer Of(JsonFields of) => new(of.Array("images", Image.Of));
}

/// <summary>One image.</summary>
internal sealed record ImageAnswer(Image? Image)
{
    public static ImageAnswer Of(JsonFields of) => new(of.Object("image", Image.Of));
}

/// <summary>An image; a snapshot has no name.</summary>
internal sealed record Image(
    long Id, string? Name, string? Description, string? Type, string? Status, string? Architecture, DateTimeOffset? Created,
    DateTimeOffset? Deprecated)
{
    public static Image Of(JsonFields of) => new(
        of.Number("id") ?? default, of.Text("name"), of.Text("description"), of.Text("type"), of.Text("status"), of.Text("architecture"),
        of.Time("created"), of.Time("deprecated"));
}

/// <summary>A page of server types.</summary>
internal sealed record ServerTypesAnswer(ServerType[]? ServerTypes)
{
    public static ServerTypesAnswer Of(JsonFields of) => new(of.Array("server_types", ServerType.Of));
}

/// <summary>A server type; where it can be had stands in <c>locations</c> since 2025, in <c>prices</c> before.</summary>
internal sealed record ServerType(
    long Id, string? Name, double? Cores, double? Memory, string? Architecture, Deprecation? Deprecation, ServerTypeLocation[]? Locations,
    LocationPrice[]? Prices)
{
    public static ServerType Of(JsonFields of) => new(
        of.Number("id") ?? default, of.Text("name"), of.Fraction("cores"), of.Fraction("memory"), of.Text("architecture"),
        of.Object("deprecation", Deprecation.Of), of.Array("locations", ServerTypeLocation.Of), of.Array("prices", LocationPrice.Of));
}

/// <summary>A server type in one location.</summary>
internal sealed record ServerTypeLocation(string? Name, bool? Available, Deprecation? Deprecation)
{
    public static ServerTypeLocation Of(JsonFields of) => new(
        of.Text("name"), of.Flag("available"), of.Object("deprecation", Deprecation.Of));
}

/// <summary>Until when something can be had.</summary>
internal sealed record Deprecation(DateTimeOffset? UnavailableAfter)
{
    public static Deprecation Of(JsonFields of) => new(of.Time("unavailable_after"));
}

/// <summary>What all costs.</summary>
internal sealed record PricingAnswer(Pricing? Pricing)
{
    public static PricingAnswer Of(JsonFields of) => new(of.Object("pricing", Pricing.Of));
}

/// <summary>What all costs.</summary>
internal sealed record Pricing(string? Currency, PricedServerType[]? ServerTypes)
{
    public static Pricing Of(JsonFields of) => new(of.Text("currency"), of.Array("server_types", PricedServerType.Of));
}

/// <summary>What a server type costs.</summary>
internal sealed record PricedServerType(string? Name, LocationPrice[]? Prices)
{
    public static PricedServerType Of(JsonFields of) => new(of.Text("name"), of.Array("prices", LocationPrice.Of));
}

/// <summary>What it costs in one location.</summary>
internal sealed record LocationPrice(string? Location, Price? PriceHourly)
{
    public static LocationPrice Of(JsonFields of) => new(of.Text("location"), of.Object("price_hourly", Price.Of));
}

/// <summary>An amount as text, without and with tax.</summary>
internal sealed record Price(string? Net)
{
    public static Price Of(JsonFields of) => new(of.Text("net"));
}

/// <summary>A page of primary IPs.</summary>
internal sealed record PrimaryIpsAnswer(Part[]? PrimaryIps)
{
    public static PrimaryIpsAnswer Of(JsonFields of) => new(of.Array("primary_ips", Part.Of));
}

/// <summary>One primary IP.</summary>
internal sealed record PrimaryIpAnswer(Part? PrimaryIp)
{
    public static PrimaryIpAnswer Of(JsonFields of) => new(of.Object("primary_ip", Part.Of));
}

/// <summary>A page of volumes.</summary>
internal sealed record VolumesAnswer(Part[]? Volumes)
{
    public static VolumesAnswer Of(JsonFields of) => new(of.Array("volumes", Part.Of));
}

/// <summary>One volume.</summary>
internal sealed record VolumeAnswer(Part? Volume)
{
    public static VolumeAnswer Of(JsonFields of) => new(of.Object("volume", Part.Of));
}

/// <summary>Something that may be a part of a server: a primary IP (<c>assignee_id</c>) or a volume (<c>server</c>).</summary>
internal sealed record Part(
    long Id, string? Name, DateTimeOffset? Created, Dictionary<string, string>? Labels, long? AssigneeId, long? Server)
{
    /// <summary>Whether it belongs to a server.</summary>
    public bool IsInUse => AssigneeId is not null || Server is not null;

    public static Part Of(JsonFields of) => new(
        of.Number("id") ?? default, of.Text("name"), of.Time("created"), of.TextMap("labels"), of.Number("assignee_id"),
        of.Number("server"));
}
