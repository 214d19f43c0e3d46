using Muster.Core;
using Muster.Simulation.Clouds;

namespace Muster.Simulation.Refereeing;

/// <summary>What the referee knows of one launch id.</summary>
internal sealed class LaunchCase(LaunchId id, GroupCase group)
{
    public LaunchId Id => id;

    public GroupCase Group => group;

    /// <summary>Whether the ledger had it before the first call.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Calls made for it.</summary>
    public int Calls { get; set; }

    /// <summary>Whether the audit trail names it.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether some call for it was never answered, or answered that nobody knows.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>What it made; more than one on a cloud without tokens, if the engine is wrong.</summary>
    public List<SimulatedInstance> Instances { get; } = [];
}
