using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Places;

/// <summary>What a template's names lead to, in one vCenter.</summary>
internal sealed record LaunchPlace
{
    /// <summary>The machine to clone.</summary>
    public required MoRef Source { get; init; }

    /// <summary>Where the clone goes.</summary>
    public required MoRef Folder { get; init; }

    /// <summary>The resource pool.</summary>
    public required MoRef Pool { get; init; }

    /// <summary>The datastore; null for the source's.</summary>
    public MoRef? Datastore { get; init; }

    /// <summary>The snapshot to share disks with; null for a full clone.</summary>
    public MoRef? Snapshot { get; init; }

    /// <summary>The source's network adapters, in order: key and type.</summary>
    public ImmutableArray<(string Key, string Type)> Adapters { get; init; } = [];

    /// <summary>What the adapters are plugged into, in order.</summary>
    public ImmutableArray<NetworkBacking> Networks { get; init; } = [];

    /// <summary>The customization to apply; null for none.</summary>
    public SoapNode? Customization { get; init; }
}
