using Muster.Core;
using Muster.Simulation.Clouds;

namespace Muster.Simulation.Refereeing;

/// <summary>What the referee knows of one launch id.</summary>
internal sealed class LaunchCase(LaunchId id, GroupCase group)
{
    public LaunchId Id => id;

    public GroupCase Group => group;

    /// <summary>Calls made for it.</summary>
    public int Calls { get; set; }

    /// <summary>What it made; more than one on a cloud without tokens, if the engine is wrong.</summary>
    public List<SimulatedInstance> Instances { get; } = [];
}
