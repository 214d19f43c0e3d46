using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>One sweep that this server holds: it rests until the first of its groups is due, or it runs.</summary>
/// <remarks>Not safe to share: whoever changes it holds the gate. Times are those of <see cref="PulseGate.Now"/>.</remarks>
internal sealed class HeldSweep(SweepLease lease, CredentialKey credential, long renewedAt, TimeSpan due)
{
    public SweepKey Key => Lease.Sweep;

    /// <summary>By which it lists: sweeps of one credential can share a listing.</summary>
    public CredentialKey Credential { get; } = credential;

    /// <summary>As taken or last renewed.</summary>
    public SweepLease Lease { get; private set; } = lease;

    /// <summary>The timestamp right before the call that took or last renewed it.</summary>
    public long RenewedAt { get; private set; } = renewedAt;

    public TimeSpan Due { get; set; } = due;

    /// <summary>The shortest interval of its groups, as they were read last.</summary>
    public TimeSpan Interval { get; private set; } = Group.IntervalDefault;

    public bool IsRunning => Run is not null;

    /// <summary>The run that it is part of; null while it rests.</summary>
    public SweepRun? Run { get; private set; }

    /// <summary>Whether the running sweep was counted as late.</summary>
    public bool IsLate { get; set; }

    /// <summary>When it began last.</summary>
    public TimeSpan BeganAt { get; private set; } = TimeSpan.MinValue;

    /// <summary>When it ended last; null before the first.</summary>
    public TimeSpan? EndedAt { get; private set; }

    /// <summary>
    /// Until when a listing may not show what the newest hint without a group was about; null when the last sweep began after that.
    /// </summary>
    public TimeSpan? HintShownAt { get; set; }

    /// <summary>
    /// Other clouds that its groups live on, as they were read last: the sweeps there share its looks. Of the task that runs it.
    /// </summary>
    public ImmutableArray<string> Links { get; set; } = [];

    /// <summary>Failures in a row; the exponent of their back-off. Of the task that runs it.</summary>
    public int Failures { get; set; }

    public void Renew(SweepLease renewed, long renewedAt) => (Lease, RenewedAt) = (renewed, renewedAt);

    /// <summary>
    /// Whether it runs now with others of its credential although its own time has not come: it rests, and is nearly due.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="beat">The shortest interval among the sweeps of the credential.</param>
    public bool ComesAlong(TimeSpan now, TimeSpan beat) =>
        !IsRunning && Failures == 0 && Due <= now + DueTimes.Reach(Interval, beat);

    public void Begin(SweepRun run, TimeSpan now)
    {
        Run = run;
        IsLate = false;
        BeganAt = now;
    }

    /// <summary>It is over; its groups' shortest interval is this now.</summary>
    public void End(TimeSpan now, TimeSpan interval)
    {
        Run = null;
        EndedAt = now;
        Interval = interval;
        HintShownAt = DueTimes.OfUnseenHint(HintShownAt, BeganAt);
    }
}
