using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>The line of one group, or of calls that serve many, where nobody asks how long it waits.</summary>
/// <param name="Group">Whose turn it takes.</param>
internal sealed record GroupLine(GroupId Group) : ICallLine
{
    /// <inheritdoc/>
    public CallUrgency Urgency => CallUrgency.Routine;

    /// <inheritdoc/>
    public void OnWaiting(CallKind kind)
    {
    }

    /// <inheritdoc/>
    public void OnTurn(CallKind kind)
    {
    }
}
