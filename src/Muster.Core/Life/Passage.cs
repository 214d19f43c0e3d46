using System.Collections.Immutable;

namespace Muster.Core.Life;

/// <summary>How an instance stands before all gates of one side of its life: they wait at the same time.</summary>
/// <param name="All">The gates; none where nothing holds it.</param>
public readonly record struct Passage(ImmutableArray<Gate> All)
{
    /// <summary>How it stands with all of them: one that gave it up is enough, and it takes all to let it go on.</summary>
    public GateState State => All.Any(gate => gate.State is GateState.Abandoned) ? GateState.Abandoned
        : All.Any(gate => gate.State is GateState.Waiting) ? GateState.Waiting
        : GateState.Passed;

    /// <summary>Those that it waits for.</summary>
    public IEnumerable<Gate> Waiting => All.Where(gate => gate.State is GateState.Waiting);

    /// <summary>When one that it waits for changes by itself; null where it waits for none.</summary>
    public DateTimeOffset? DueAt => State is GateState.Waiting ? Waiting.Min(gate => gate.DueAt) : null;
}
