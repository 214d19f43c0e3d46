using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>
/// Paces every call that one cloud credential makes, whoever makes it: a read and a write budget, a fair turn for each group,
/// and silence while the cloud asked for it. Muster must never be the DoS on somebody's cloud.
/// </summary>
public interface ICallGovernor : IDisposable
{
    /// <summary>How things stand.</summary>
    CallFigures Figures { get; }

    /// <summary>How long the cloud wants silence still; zero when calls may be made.</summary>
    TimeSpan Silence { get; }

    /// <summary>Calls of that kind a second, in the long run; costs nothing to ask.</summary>
    double PerSecond(CallKind kind);

    /// <summary>Waits for the right to make one call.</summary>
    /// <param name="kind">Which budget.</param>
    /// <param name="flow">For which group, for fairness; the default value for calls that serve many.</param>
    /// <param name="urgency">Whether it comes before others; those are never kept waiting for ever.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    Task AcquireAsync(CallKind kind, GroupId flow, CallUrgency urgency, CancellationToken cancellationToken);

    /// <summary>A call was answered: the next throttling starts with a short silence again.</summary>
    void OnAnswered();

    /// <summary>A call failed; a throttled one closes the credential for everybody until the cloud's own time.</summary>
    void OnFailed(CloudException error);
}
