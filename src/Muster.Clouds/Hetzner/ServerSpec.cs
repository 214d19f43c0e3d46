using System.Collections.Immutable;

namespace Muster.Clouds.Hetzner;

/// <summary>What a template comes to: everything but the ids of what it calls by name.</summary>
internal sealed record ServerSpec
{
    /// <summary>An image's name or id; null where <see cref="SnapshotSelector"/> says which.</summary>
    public required string? Image { get; init; }

    /// <summary>The labels of the snapshot of which the newest is meant; null for an image that is named.</summary>
    public required string? SnapshotSelector { get; init; }

    /// <summary>A server type's name or id.</summary>
    public required string ServerType { get; init; }

    /// <summary>A location's name; null for the cloud's choice.</summary>
    public required string? Location { get; init; }

    /// <summary>Names or ids.</summary>
    public required ImmutableArray<string> Networks { get; init; }

    /// <summary>Names or ids.</summary>
    public required ImmutableArray<string> Firewalls { get; init; }

    /// <summary>A name or id; null for none.</summary>
    public required string? PlacementGroup { get; init; }

    /// <summary>Names or ids, as the API takes them.</summary>
    public required ImmutableArray<string> SshKeys { get; init; }

    /// <summary>Whether there is a public IPv4 address.</summary>
    public required bool HasIpv4 { get; init; }

    /// <summary>Whether there is a public IPv6 network.</summary>
    public required bool HasIpv6 { get; init; }

    /// <summary>As they are; null for none.</summary>
    public required string? UserData { get; init; }
}
