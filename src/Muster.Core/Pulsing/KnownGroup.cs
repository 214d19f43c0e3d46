using System.Diagnostics;

using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>One group as the pulse knows it: it rests until it is due, or it is being checked.</summary>
/// <remarks>Not safe to share: whoever changes it holds the gate. Times are those of <see cref="PulseGate.Now"/>.</remarks>
internal sealed class KnownGroup(GroupId id)
{
    public GroupId Id { get; } = id;

    /// <summary>The sweep that serves it; null until the group was read once.</summary>
    public SweepKey? Sweep { get; set; }

    /// <summary>The group's own interval, as it was read last.</summary>
    public TimeSpan Interval { get; private set; } = Groups.Group.IntervalDefault;

    /// <summary>When its interval is over: its sweep checks it then.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>When it is checked alone, apart from its sweep; null when nothing hurries. <see cref="KnownGroups"/> sets it.</summary>
    public TimeSpan? AloneAt { get; set; }

    /// <summary>
    /// Whether a user changed it, or asked for a check, through this server and it has not settled since: this server follows it, whoever
    /// holds its sweep.
    /// </summary>
    public bool IsFollowed { get; set; }

    /// <summary>Whether a user waits for its next check.</summary>
    public bool IsWished { get; set; }

    /// <summary>Whether the last check could not look at the cloud.</summary>
    public bool IsBlind { get; private set; }

    /// <summary>Whether fewer instances ran at the end of the last check that looked than there must be.</summary>
    public bool IsBelow { get; private set; }

    /// <summary>Whether most instances were unhealthy at once at the end of the last check that looked.</summary>
    public bool IsMostlyUnhealthy { get; private set; }

    /// <summary>Follow-ups in a row; the exponent of their back-off.</summary>
    public int FollowUps { get; private set; }

    /// <summary>When the last check ended; null before the first.</summary>
    public TimeSpan? EndedAt { get; private set; }

    /// <summary>Until when a listing may not show what the newest hint was about; null when every check began after that.</summary>
    public TimeSpan? HintShownAt { get; set; }

    /// <summary>The check that is running; null while the group rests. There is room for one: that is why no two run at once.</summary>
    public RunningCheck? Check { get; private set; }

    /// <summary>It was read: a shorter interval counts at once, a longer one from the next check.</summary>
    public void SetInterval(TimeSpan interval, TimeSpan now)
    {
        if (interval < Interval)
        {
            Due = DueTimes.Earlier(Due, now + interval);
        }

        Interval = interval;
    }

    /// <summary>Whether its sweep checks it now: it rests, and is due or nearly.</summary>
    /// <remarks>A group that waits because the cloud could not be looked at comes along, too: this look finds out for it.</remarks>
    /// <param name="now">The time.</param>
    /// <param name="beat">The shortest interval in its sweep.</param>
    public bool ComesAlong(TimeSpan now, TimeSpan beat) =>
        Check is null && (IsBlind || Due <= now + DueTimes.Reach(Interval, beat));

    /// <summary>A check of the resting group begins.</summary>
    /// <param name="now">When.</param>
    /// <param name="awaitedSince">Since when it should have begun.</param>
    /// <param name="dueAt">When the interval asked for it; null when a user did, or when it is the first.</param>
    /// <param name="sweep">The sweep that begins it with others; null for a check alone.</param>
    public void Begin(TimeSpan now, TimeSpan? awaitedSince, TimeSpan? dueAt = null, HeldSweep? sweep = null)
    {
        Debug.Assert(Check is null, "two checks of one group at once");
        Check = new(now, dueAt, IsWished) { AwaitedSince = awaitedSince, LookedAtBy = sweep };
        IsWished = false;
        Due = now + Interval;
        AloneAt = null;
    }

    /// <summary>The running check reports: says when the group is due next, and whether it is still followed.</summary>
    public void Conclude(CheckReport report, NextDue next, TimeSpan now)
    {
        IsBlind = report.Plan is null;
        IsBelow = report.Plan is { } plan ? report.State.Counts.Running < plan.Level : IsBelow;
        IsMostlyUnhealthy = report.Plan is null ? IsMostlyUnhealthy : report.State.Counts.IsMostlyUnhealthy;
        Due = now + next.Sweep;
        FollowUps = next.FollowUps;
        IsFollowed &= Check is { WakeAgain: true } || IsBlind || next.Alone is not null;
    }

    /// <summary>
    /// The running check broke off: the user who waited for it waits for the next one, which comes no sooner than the wait is over.
    /// </summary>
    public void BreakOff(TimeSpan? wait, TimeSpan now)
    {
        IsWished |= Check is { IsWish: true };
        Due = wait is { } atLeast ? DueTimes.Later(Due, now + atLeast) : Due;
    }

    /// <summary>The running check is over, and the group rests.</summary>
    /// <param name="now">When.</param>
    /// <param name="wakeGap">Shortest time between two woken checks.</param>
    /// <returns>When a wake or a hint that came meanwhile asks for the next check; null when none does.</returns>
    public TimeSpan? End(TimeSpan now, TimeSpan wakeGap)
    {
        var check = Check!;
        Check = null;
        EndedAt = now;
        HintShownAt = DueTimes.OfUnseenHint(HintShownAt, check.BeganAt);
        check.End();
        return check.WakeAgain ? now + wakeGap : HintShownAt;
    }
}
