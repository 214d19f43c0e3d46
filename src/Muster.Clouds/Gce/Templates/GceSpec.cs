using System.Collections.Immutable;

namespace Muster.Clouds.Gce.Templates;

/// <summary>What a template comes to, before it has a zone, a name and tags.</summary>
internal sealed record GceSpec
{
    /// <summary>The image, as a link from <c>projects/</c> on; null for the instance template's.</summary>
    public required string? Image { get; init; }

    /// <summary>The machine type; null for the instance template's.</summary>
    public required string? MachineType { get; init; }

    /// <summary>Each network interface, in order; empty for the instance template's.</summary>
    public required ImmutableArray<NetworkLink> Networks { get; init; }

    /// <summary>The metadata, user data among them.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Metadata { get; init; }

    public required ImmutableArray<string> Zones { get; init; }

    public required ImmutableArray<string> NetworkTags { get; init; }

    public required bool ExternalIp { get; init; }

    public required string? ServiceAccount { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    public required int? DiskSizeGb { get; init; }

    public required string? DiskType { get; init; }

    public required ImmutableArray<ExtraDisk> Disks { get; init; }

    public required string? InstanceTemplate { get; init; }

    public required bool IsSpot { get; init; }
}

/// <summary>A network or a part of one in the region.</summary>
/// <param name="Link">From <c>projects/</c> on.</param>
/// <param name="IsSubnetwork">Which of both.</param>
internal sealed record NetworkLink(string Link, bool IsSubnetwork);
