using System.Collections.Immutable;

namespace Muster.Clouds.DigitalOcean;

/// <summary>What a template asks DigitalOcean for.</summary>
internal sealed record DropletSpec
{
    /// <summary>The image.</summary>
    public required ImageChoice Image { get; init; }

    /// <summary>The size's slug.</summary>
    public required string Size { get; init; }

    /// <summary>The region's slug, or how those of several begin; null leaves it to the launch, and to DigitalOcean.</summary>
    public required string? Region { get; init; }

    /// <summary>The private network's id; null for the region's default.</summary>
    public required string? Vpc { get; init; }

    /// <summary>Ids or fingerprints of public keys.</summary>
    public required ImmutableArray<string> SshKeys { get; init; }

    /// <summary>Whether DigitalOcean's agent measures it.</summary>
    public required bool Monitoring { get; init; }

    /// <summary>Whether it has an address of IPv6.</summary>
    public required bool Ipv6 { get; init; }

    /// <summary>Whether it is backed up.</summary>
    public required bool Backups { get; init; }

    /// <summary>Whether it has public addresses.</summary>
    public required bool PublicNetworking { get; init; }

    /// <summary>Tags of DigitalOcean's, as they are.</summary>
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>What cloud-init reads; null for nothing.</summary>
    public required string? UserData { get; init; }
}
