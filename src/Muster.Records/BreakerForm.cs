using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Records;

/// <summary>The form of a <see cref="LaunchBreaker"/>. One that is closed and knows of no failure is nothing.</summary>
public sealed record BreakerForm(int FailuresInRow, long? FailedAtUs, long? ProbeAtUs, long ProbeIntervalUs, string? LastFailure)
{
    /// <summary>The form; null of a closed breaker.</summary>
    public static BreakerForm? Of(LaunchBreaker breaker)
    {
        ArgumentNullException.ThrowIfNull(breaker);
        return breaker == LaunchBreaker.Closed
            ? null
            : new(
                breaker.FailuresInRow,
                Microseconds.From(breaker.FailedAt),
                Microseconds.From(breaker.ProbeAt),
                Microseconds.From(breaker.ProbeInterval),
                breaker.LastFailure);
    }

    /// <summary>The breaker of a form, or of nothing.</summary>
    public static LaunchBreaker ToValue(BreakerForm? form) => form is null
        ? LaunchBreaker.Closed
        : new LaunchBreaker
        {
            FailuresInRow = form.FailuresInRow,
            FailedAt = Microseconds.ToTime(form.FailedAtUs),
            ProbeAt = Microseconds.ToTime(form.ProbeAtUs),
            ProbeInterval = Microseconds.ToSpan(form.ProbeIntervalUs),
            LastFailure = form.LastFailure,
        };
}
