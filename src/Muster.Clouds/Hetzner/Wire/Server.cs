using System.Text.Json.Serialization;

namespace Muster.Clouds.Hetzner.Wire;

/// <summary>What the API says of a server, as far as Muster reads it. Field names are its own.</summary>
/// <remarks>hetznercloud/hcloud-go: hcloud/schema/server.go, as of August 2026.</remarks>
internal sealed record Server
{
    public long Id { get; init; }

    public string? Name { get; init; }

    public string? Status { get; init; }

    public DateTimeOffset? Created { get; init; }

    public PublicNet? PublicNet { get; init; }

    public PrivateNet[]? PrivateNet { get; init; }

    public Named? ServerType { get; init; }

    public ServerImage? Image { get; init; }

    public Named? Location { get; init; }

    /// <summary>Where the location stood until July 2026.</summary>
    public Datacenter? Datacenter { get; init; }

    public ServerProtection? Protection { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public bool? Locked { get; init; }

    public long[]? Volumes { get; init; }

    public long[]? LoadBalancers { get; init; }

    public string? BackupWindow { get; init; }

    public Named? PlacementGroup { get; init; }

    /// <summary>The location's name; null where it is not told.</summary>
    [JsonIgnore]
    public string? Place => Location?.Name ?? Datacenter?.Location?.Name;
}

/// <summary>Anything that has an id and a name.</summary>
internal sealed record Named(long Id, string? Name);

/// <summary>The image of a server: a snapshot has no name, and a description.</summary>
internal sealed record ServerImage(long Id, string? Name, string? Description, string? Type);

/// <summary>The building where a server stands.</summary>
internal sealed record Datacenter(Named? Location);

/// <summary>What is refused to be done to a server.</summary>
internal sealed record ServerProtection(bool? Delete);

/// <summary>The side of a server that faces the internet.</summary>
internal sealed record PublicNet
{
    [JsonPropertyName("ipv4")]
    public PublicAddress? Ipv4 { get; init; }

    [JsonPropertyName("ipv6")]
    public PublicAddress? Ipv6 { get; init; }

    public long[]? FloatingIps { get; init; }

    public AppliedFirewall[]? Firewalls { get; init; }
}

/// <summary>A public address; of IPv6 a whole network: <c>2001:db8::/64</c>.</summary>
internal sealed record PublicAddress(long? Id, string? Ip);

/// <summary>A firewall on a server.</summary>
internal sealed record AppliedFirewall(long Id);

/// <summary>A server's place in a private network.</summary>
internal sealed record PrivateNet(long? Network, string? Ip);
