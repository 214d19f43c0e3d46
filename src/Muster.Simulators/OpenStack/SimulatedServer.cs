using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>A server of the simulated project: a record, and nothing that runs. Its state is its status, such as <c>ACTIVE</c>.</summary>
public sealed class SimulatedServer : ParkedMachine<Guid>
{
    /// <summary>The status of one that is gone, which nobody is shown.</summary>
    internal const string Gone = "DELETED";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its flavor's id.</summary>
    public required string Flavor { get; init; }

    /// <summary>Its image's id; null where it was booted from a volume.</summary>
    public string? Image { get; init; }

    /// <summary>GiB of the volume that it was booted from; zero for none.</summary>
    public long VolumeSize { get; init; }

    /// <summary>Its availability zone, from the moment that a host was found.</summary>
    public required string Zone { get; init; }

    /// <summary>Its networks' names.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>Its metadata.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; internal set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its tags.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Its security groups' names.</summary>
    public ImmutableArray<string> SecurityGroups { get; init; } = [];

    /// <summary>Its server group's id; null for none.</summary>
    public string? ServerGroup { get; init; }

    /// <summary>Its key pair; null for none.</summary>
    public string? KeyName { get; init; }

    /// <summary>Its user data, in base64; null for none.</summary>
    public string? UserData { get; init; }

    /// <summary>Whether it has a drive with its metadata.</summary>
    public bool HasConfigDrive { get; init; }

    /// <summary>Whether it is locked.</summary>
    public bool IsLocked { get; internal set; }

    /// <summary>What is being done to it: <c>deleting</c>; null for nothing.</summary>
    public string? Task { get; internal set; }

    /// <summary>Why it is in ERROR.</summary>
    public string? Fault { get; internal set; }

    /// <summary>Whether it is gone.</summary>
    public bool IsGone => State is Gone;
}
