using Muster.Core.Reconciling;

namespace Muster.Core.Launches;

/// <summary>
/// Stops a group's launches after failures in a row, then probes with one at growing intervals.
/// </summary>
/// <remarks>
/// <code>
/// Closed ──5 failures in a row, or one that cannot get better──► Open ──probe due──► one launch
///   ▲                                                              ▲                     │
///   └───────────────────── a launch settles ◄──────────────────────┼─────────────────────┤
///                                                                  └── it fails: double ─┘
/// </code>
/// A value: the reconciler keeps it in <see cref="Groups.GroupState"/>, so that a crash does not reset it.
/// </remarks>
public sealed record LaunchBreaker
{
    /// <summary>Failures in a row that open it: enough to outlive a hiccup, few enough to cost little.</summary>
    public const int FailuresMax = 5;

    /// <summary>Wait before the first probe.</summary>
    public static readonly TimeSpan ProbeIntervalMin = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait between probes.</summary>
    public static readonly TimeSpan ProbeIntervalMax = TimeSpan.FromMinutes(15);

    /// <summary>Nothing wrong.</summary>
    public static LaunchBreaker Closed { get; } = new();

    /// <summary>Failures since the last success.</summary>
    public int FailuresInRow { get; init; }

    /// <summary>When the next probe may start; null while closed.</summary>
    public DateTimeOffset? ProbeAt { get; init; }

    /// <summary>Wait after the next failure.</summary>
    public TimeSpan ProbeInterval { get; init; } = ProbeIntervalMin;

    /// <summary>When the last failure was.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>The last failure, in words.</summary>
    public string? LastFailure { get; init; }

    /// <summary>Whether launches are stopped but for probes.</summary>
    public bool IsOpen => ProbeAt is not null;

    /// <summary>How many launches may start now.</summary>
    /// <param name="now">The check's instant.</param>
    /// <param name="unproven">Launches that have not settled yet: while one is a probe, no second one starts.</param>
    public int Allowance(DateTimeOffset now, int unproven) =>
        ProbeAt is not { } probeAt ? int.MaxValue
        : now >= probeAt && unproven == 0 ? 1
        : 0;

    /// <summary>After a person changed the group: what failed may work now, so the next probe need not wait.</summary>
    /// <param name="changedAt">When the group was last changed.</param>
    public LaunchBreaker AfterChange(DateTimeOffset changedAt) =>
        IsOpen && changedAt > FailedAt && ProbeAt > changedAt ? this with { ProbeAt = changedAt, ProbeInterval = ProbeIntervalMin } : this;

    /// <summary>After a launch that failed or died young.</summary>
    /// <param name="now">When.</param>
    /// <param name="failure">In words.</param>
    /// <param name="hopeless">Whether repeating the same is useless: opens at once.</param>
    public LaunchBreaker AfterFailure(DateTimeOffset now, string failure, bool hopeless)
    {
        var failures = FailuresInRow + 1;
        if (!IsOpen && failures < FailuresMax && !hopeless)
        {
            return this with { FailuresInRow = failures, FailedAt = now, LastFailure = failure };
        }

        // Further failures of launches that were in flight when it opened move nothing: the wait has begun.
        if (ProbeAt is { } probeAt && now < probeAt)
        {
            return this with { FailuresInRow = failures, FailedAt = now, LastFailure = failure };
        }

        var doubled = ProbeInterval + ProbeInterval;
        return this with
        {
            FailuresInRow = failures,
            FailedAt = now,
            LastFailure = failure,
            ProbeAt = now + ProbeInterval,
            ProbeInterval = doubled < ProbeIntervalMax ? doubled : ProbeIntervalMax,
        };
    }
}
