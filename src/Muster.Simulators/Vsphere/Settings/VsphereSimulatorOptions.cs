using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Vsphere.Settings;

/// <summary>What a simulated vCenter is like; every member may be changed while it runs.</summary>
public sealed class VsphereSimulatorOptions : SimulatorOptions
{
    /// <summary>Whether a second clone of one name is refused at once, and not by its task.</summary>
    public bool RefusesDuplicatesAtOnce { get; set; }

    /// <summary>Whether a clone is left off, whatever its request says, as some servers do.</summary>
    public bool LeavesClonesOff { get; set; }

    /// <summary>Whether machines cannot be started for want of resources.</summary>
    public bool CannotStart { get; set; }

    /// <summary>Whether VMware's tools run in no machine.</summary>
    public bool HasNoTools { get; set; }

    /// <summary>Whether single entries of <c>extraConfig</c> cannot be asked for, as on some servers.</summary>
    public bool HasNoKeyedPaths { get; set; }

    /// <summary>Clusters that have room for no more.</summary>
    public ImmutableHashSet<string> FullClusters { get; set; } = [];

    /// <summary>Rights that the user lacks, such as <c>VirtualMachine.Interact.PowerOn</c>.</summary>
    public ImmutableHashSet<string> DeniedRights { get; set; } = [];
}
