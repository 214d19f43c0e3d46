using Muster.Core;

namespace Muster.Simulation.Refereeing;

/// <summary>What the referee knows of one process.</summary>
internal sealed class ProcessCase
{
    /// <summary>By cloud.</summary>
    public Dictionary<string, CallMeter> Meters { get; } = [];

    /// <summary>When it last went on after it had stood still.</summary>
    public TimeSpan WentOnAt { get; set; } = TimeSpan.MinValue;

    /// <summary>Launch calls in flight, by group.</summary>
    public Dictionary<GroupId, int> LaunchesInFlight { get; } = [];
}
