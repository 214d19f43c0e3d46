using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>
/// A check's place in the lines of a credential: whose turn it takes, whether it comes before others, and who hears how it waits.
/// </summary>
/// <remarks>Called from many threads; must neither block nor throw.</remarks>
public interface ICallLine
{
    /// <summary>For which group, for fairness; the default value for calls that serve many.</summary>
    GroupId Group { get; }

    /// <summary>How urgent its next call is.</summary>
    CallUrgency Urgency { get; }

    /// <summary>It begins to wait for the right to make a call.</summary>
    void OnWaiting(CallKind kind);

    /// <summary>It has the right, or what it needs has been got by somebody else's call, which begins now.</summary>
    void OnTurn(CallKind kind);
}
