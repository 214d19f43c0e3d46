using System.Text.Json.Serialization;

namespace Muster.Clouds.Hetzner.Wire;

/// <summary>What the creation of a server is sent; what is null is left out.</summary>
internal sealed record CreateBody
{
    public required string Name { get; init; }

    public required string ServerType { get; init; }

    public required string Image { get; init; }

    public string? Location { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public string? UserData { get; init; }

    public IReadOnlyList<string>? SshKeys { get; init; }

    public IReadOnlyList<long>? Networks { get; init; }

    public IReadOnlyList<FirewallBody>? Firewalls { get; init; }

    public long? PlacementGroup { get; init; }

    public PublicNetBody? PublicNet { get; init; }
}

/// <summary>A firewall to put on a server.</summary>
internal sealed record FirewallBody(long Firewall);

/// <summary>Which public addresses a server gets.</summary>
internal sealed record PublicNetBody(
    [property: JsonPropertyName("enable_ipv4")] bool EnableIpv4, [property: JsonPropertyName("enable_ipv6")] bool EnableIpv6);
