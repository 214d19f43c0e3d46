using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>The place of one sweep in the line of its credential.</summary>
internal sealed class SweepLine(RunningSweeps running, HeldSweep sweep, ImmutableArray<GroupId> groups) : ICallLine
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
    public void OnTurn(CallKind kind) => running.OnTurn(sweep, groups);
}
