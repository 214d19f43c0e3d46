namespace Muster.Clouds.Hetzner.Wire;

/// <summary>A page of servers.</summary>
internal sealed record ServersAnswer(Server[]? Servers);

/// <summary>One server.</summary>
internal sealed record ServerAnswer(Server? Server);

/// <summary>What is answered to the creation of a server. Its <c>root_password</c> is not read: nobody here may know it.</summary>
internal sealed record CreateAnswer(Server? Server, ServerAction? Action);

/// <summary>A page of actions.</summary>
internal sealed record ActionsAnswer(ServerAction[]? Actions);

/// <summary>What is or was done to something.</summary>
/// <param name="Id">Its id; later ones have higher ones.</param>
/// <param name="Command">What: <c>create_server</c>.</param>
/// <param name="Status"><c>running</c>, <c>success</c> or <c>error</c>.</param>
/// <param name="Started">When it began.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Resources">To what.</param>
internal sealed record ServerAction(
    long Id, string? Command, string? Status, DateTimeOffset? Started, ApiErrorText? Error, ResourceReference[]? Resources);

/// <summary>A code and a sentence.</summary>
internal sealed record ApiErrorText(string? Code, string? Message);

/// <summary>What an action is about.</summary>
internal sealed record ResourceReference(long Id, string? Type);

/// <summary>Any answer that is a page of a list, read for that alone.</summary>
internal sealed record PageAnswer(PageMeta? Meta);

/// <summary>What stands beside a list.</summary>
internal sealed record PageMeta(Pagination? Pagination);

/// <summary>Which page it is; what is not known, and what there is not, is null.</summary>
internal sealed record Pagination(int Page, int? NextPage, int? LastPage, int? TotalEntries);

/// <summary>A refusal.</summary>
internal sealed record ErrorAnswer(ApiError? Error);

/// <summary>A refusal: details name the wrong fields of what was sent, where the code is <c>invalid_input</c>.</summary>
internal sealed record ApiError(string? Code, string? Message, ApiErrorDetails? Details);

/// <summary>The fields that are wrong.</summary>
internal sealed record ApiErrorDetails(ApiErrorField[]? Fields);

/// <summary>A field that is wrong, and why.</summary>
internal sealed record ApiErrorField(string? Name, string[]? Messages);

/// <summary>A page of locations.</summary>
internal sealed record LocationsAnswer(Named[]? Locations);

/// <summary>A page of networks.</summary>
internal sealed record NetworksAnswer(Named[]? Networks);

/// <summary>A page of firewalls.</summary>
internal sealed record FirewallsAnswer(Named[]? Firewalls);

/// <summary>A page of placement groups.</summary>
internal sealed record PlacementGroupsAnswer(Named[]? PlacementGroups);

/// <summary>A page of SSH keys.</summary>
internal sealed record SshKeysAnswer(Named[]? SshKeys);

/// <summary>A page of images.</summary>
internal sealed record ImagesAnswer(Image[]? Images);

/// <summary>One image.</summary>
internal sealed record ImageAnswer(Image? Image);

/// <summary>An image; a snapshot has no name.</summary>
internal sealed record Image(
    long Id, string? Name, string? Description, string? Type, string? Status, string? Architecture, DateTimeOffset? Created,
    DateTimeOffset? Deprecated);

/// <summary>A page of server types.</summary>
internal sealed record ServerTypesAnswer(ServerType[]? ServerTypes);

/// <summary>A server type; where it can be had stands in <c>locations</c> since 2025, in <c>prices</c> before.</summary>
internal sealed record ServerType(
    long Id, string? Name, double? Cores, double? Memory, string? Architecture, Deprecation? Deprecation, ServerTypeLocation[]? Locations,
    LocationPrice[]? Prices);

/// <summary>A server type in one location.</summary>
internal sealed record ServerTypeLocation(string? Name, bool? Available, Deprecation? Deprecation);

/// <summary>Until when something can be had.</summary>
internal sealed record Deprecation(DateTimeOffset? UnavailableAfter);

/// <summary>What all costs.</summary>
internal sealed record PricingAnswer(Pricing? Pricing);

/// <summary>What all costs.</summary>
internal sealed record Pricing(string? Currency, PricedServerType[]? ServerTypes);

/// <summary>What a server type costs.</summary>
internal sealed record PricedServerType(string? Name, LocationPrice[]? Prices);

/// <summary>What it costs in one location.</summary>
internal sealed record LocationPrice(string? Location, Price? PriceHourly);

/// <summary>An amount as text, without and with tax.</summary>
internal sealed record Price(string? Net);

/// <summary>A page of primary IPs.</summary>
internal sealed record PrimaryIpsAnswer(Part[]? PrimaryIps);

/// <summary>One primary IP.</summary>
internal sealed record PrimaryIpAnswer(Part? PrimaryIp);

/// <summary>A page of volumes.</summary>
internal sealed record VolumesAnswer(Part[]? Volumes);

/// <summary>One volume.</summary>
internal sealed record VolumeAnswer(Part? Volume);

/// <summary>Something that may be a part of a server: a primary IP (<c>assignee_id</c>) or a volume (<c>server</c>).</summary>
internal sealed record Part(
    long Id, string? Name, DateTimeOffset? Created, Dictionary<string, string>? Labels, long? AssigneeId, long? Server)
{
    /// <summary>Whether it belongs to a server.</summary>
    public bool IsInUse => AssigneeId is not null || Server is not null;
}
