using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>The place of a listing in the line of its credential, for all sweeps that it serves.</summary>
internal sealed class SweepLine(RunningSweeps running, ImmutableArray<(HeldSweep Sweep, ImmutableArray<GroupId> Groups)> served) : ICallLine
{
    /// <inheritdoc/>
    public GroupId Group => default;

    /// <inheritdoc/>
    public CallUrgency Urgency => CallUrgency.Routine;

    /// <inheritdoc/>
    public void OnWaiting(CallKind kind)
    {
    }

    /// <inheritdoc/>
    public void OnTurn(CallKind kind)
    {
        foreach (var (sweep, groups) in served)
        {
            running.OnTurn(sweep, groups);
        }
    }
}
