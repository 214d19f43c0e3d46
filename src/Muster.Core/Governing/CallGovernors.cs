using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>What every governor can do besides.</summary>
public static class CallGovernors
{
    /// <summary>Waits for the right to make one call of routine.</summary>
    public static Task AcquireAsync(this ICallGovernor governor, CallKind kind, GroupId flow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(governor);
        return governor.AcquireAsync(kind, flow, CallUrgency.Routine, cancellationToken);
    }

    /// <summary>Waits for the right to make one call in a check's line, which hears of it.</summary>
    internal static async Task AcquireAsync(this ICallGovernor governor, CallKind kind, ICallLine line, CancellationToken cancellationToken)
    {
        line.OnWaiting(kind);
        await governor.AcquireAsync(kind, line.Group, line.Urgency, cancellationToken);
        line.OnTurn(kind);
    }
}
