namespace Muster.Core.Reconciling;

/// <summary>What every governor can do besides.</summary>
public static class CallGovernors
{
    /// <summary>Waits for the right to make one call of routine.</summary>
    public static Task AcquireAsync(this ICallGovernor governor, CallKind kind, GroupId flow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(governor);
        return governor.AcquireAsync(kind, flow, CallUrgency.Routine, cancellationToken);
    }
}
