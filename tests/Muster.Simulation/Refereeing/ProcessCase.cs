using Muster.Core;

namespace Muster.Simulation.Refereeing;

/// <summary>What the referee knows of one process.</summary>
internal sealed class ProcessCase
{
    /// <summary>By cloud.</summary>
    public Dictionary<string, CallMeter> Meters { get; } = [];

    /// <summary>Launch calls in flight, by group.</summary>
    public Dictionary<GroupId, int> LaunchesInFlight { get; } = [];
}
