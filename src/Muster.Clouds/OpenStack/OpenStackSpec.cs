using System.Collections.Immutable;

namespace Muster.Clouds.OpenStack;

/// <summary>What a template asks for, in the words of a creation; names are not yet ids.</summary>
internal sealed record OpenStackSpec
{
    /// <summary>The image, by id or name.</summary>
    public required string Image { get; init; }

    /// <summary>The flavor, by id or name.</summary>
    public required string Flavor { get; init; }

    /// <summary>The networks by id or name; empty for the project's only one, and <c>none</c> alone for none.</summary>
    public required ImmutableArray<string> Networks { get; init; }

    /// <summary>The key pair; null for none.</summary>
    public required string? KeyName { get; init; }

    /// <summary>The security groups; empty for the project's <c>default</c>.</summary>
    public required ImmutableArray<string> SecurityGroups { get; init; }

    /// <summary>The availability zone; null for the cloud's choice.</summary>
    public required string? AvailabilityZone { get; init; }

    /// <summary>The server group, by id or name; null for none.</summary>
    public required string? ServerGroup { get; init; }

    /// <summary>GiB of the volume to boot from; zero for none.</summary>
    public required int BootVolumeSize { get; init; }

    /// <summary>The type of that volume; null for the cloud's own.</summary>
    public required string? VolumeType { get; init; }

    /// <summary>Whether there is a drive with the metadata.</summary>
    public required bool ConfigDrive { get; init; }

    /// <summary>What cloud-init reads, as the cloud takes it; null for none.</summary>
    public required string? UserData { get; init; }

    /// <summary>Whether it has no network.</summary>
    public bool IsOffline => Networks is [OpenStackTemplates.NoNetwork];
}
