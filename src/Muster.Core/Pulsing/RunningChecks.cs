using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>
/// Begins and ends the checks of groups: never two of one group at once, and a wake that arrives meanwhile melts into one more check after
/// it. Safe to share.
/// </summary>
internal sealed class RunningChecks(
    PulseGate gate, KnownGroups groups, HeldSweeps sweeps, PulseFigures figures, IRandomSource random, PulseOptions options)
{
    /// <summary>Begins a check that a user asks for, if none is running.</summary>
    /// <returns>Null when it began; else what ends with the check that is running.</returns>
    public Task? TryBegin(GroupId id)
    {
        WakeWait? wait = null;
        Task? running = null;
        lock (gate.Lock)
        {
            var now = gate.Now;
            var group = groups.Get(id);
            group.IsFollowed = true;
            group.IsWished = true;
            TakeBack_NeedsGate(group, now);
            if (group.Check is { } check)
            {
                running = check.Ended;
                wait = check.TakeWait();
                check.WakeAgain |= wait is not null;
            }
            else
            {
                group.Begin(now, awaitedSince: now);
            }
        }

        wait?.Wake();
        return running;
    }

    /// <summary>A check ended.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="report">How; null when there is none.</param>
    /// <param name="failedFor">When it failed as a whole: how long until it is tried again.</param>
    public void End(GroupId id, CheckReport? report, TimeSpan? failedFor)
    {
        lock (gate.Lock)
        {
            if (groups.Find(id) is not { Check: not null } group)
            {
                return;
            }

            var now = gate.Now;
            if (report is { ArchivedAt: not null })
            {
                End_NeedsGate(group, now, aloneAt: null);
                groups.Remove(group);
            }
            else if (report is not null)
            {
                figures.CountCheck_NeedsGate();
                End_NeedsGate(group, now, now + Conclude_NeedsGate(group, report, now));
            }
            else
            {
                group.BreakOff(failedFor, now);
                End_NeedsGate(group, now, now + failedFor);
            }
        }

        gate.Ring();
    }

    /// <summary>Whether a user waits for the running check of the group.</summary>
    public bool IsWish(GroupId id)
    {
        lock (gate.Lock)
        {
            return groups.Find(id) is { Check.IsWish: true };
        }
    }

    /// <summary>The running check of the group waits for the right to call.</summary>
    public void OnWaiting(GroupId id)
    {
        lock (gate.Lock)
        {
            if (groups.Find(id) is { Check: { } check })
            {
                check.AwaitedSince ??= gate.Now;
            }
        }
    }

    /// <summary>The running check of the group has the right to call.</summary>
    public void OnTurn(GroupId id)
    {
        lock (gate.Lock)
        {
            OnTurn_NeedsGate(id, gate.Now);
        }
    }

    /// <summary>When a running check was due and began, and how long it has taken.</summary>
    public CheckTiming TimingOf(GroupId id)
    {
        lock (gate.Lock)
        {
            var (now, at) = (gate.Now, gate.UtcNow);
            return groups.Find(id) is { Check: { } check }
                ? new(at - (now - check.DueAt), at - (now - check.BeganAt), now - check.BeganAt)
                : new(null, at, TimeSpan.Zero);
        }
    }

    public void OnTurn_NeedsGate(GroupId id, TimeSpan now)
    {
        if (groups.Find(id) is { Check: { } check } group)
        {
            figures.CountLate_NeedsGate(group, now);
            check.AwaitedSince = null;
        }
    }

    /// <summary>Ends the running check. The group is forgotten when nobody here looks at it again.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="now">When.</param>
    /// <param name="aloneAt">When it is checked alone; null when nothing hurries.</param>
    public void End_NeedsGate(KnownGroup group, TimeSpan now, TimeSpan? aloneAt)
    {
        if (Rest_NeedsGate(group, now, aloneAt) is null && group.AloneAt is null)
        {
            groups.Remove(group);
        }
    }

    /// <summary>
    /// A user's wake takes the group back from a sweep that only looks so far: that look began before the change, and may take long.
    /// </summary>
    public void TakeBack_NeedsGate(KnownGroup group, TimeSpan now)
    {
        if (group is { IsWished: true, Check.LookedAtBy: not null })
        {
            Rest_NeedsGate(group, now, aloneAt: null);
        }
    }

    /// <returns>The group's sweep, if that is held here.</returns>
    private HeldSweep? Rest_NeedsGate(KnownGroup group, TimeSpan now, TimeSpan? aloneAt)
    {
        figures.CountLate_NeedsGate(group, now);
        var wakeAt = group.End(now, options.WakeGap);
        var sweep = sweeps.Of_NeedsGate(group);
        if (sweep is not null)
        {
            sweep.Due = DueTimes.Earlier(sweep.Due, group.Due);
        }

        if ((sweep is not null || group.IsFollowed) && DueTimes.Earlier(wakeAt, aloneAt) is { } at)
        {
            groups.Hurry(group, at);
        }

        return sweep;
    }

    /// <summary>Sets when the group is next due by how its check ended.</summary>
    /// <returns>How long until it is checked alone; null when its sweep is soon enough.</returns>
    private TimeSpan? Conclude_NeedsGate(KnownGroup group, CheckReport report, TimeSpan now)
    {
        var next = NextDue.After(report, group.FollowUps, options.FollowUpMin, gate.UtcNow, random);
        group.Conclude(report, next, now);
        return sweeps.Of_NeedsGate(group) is not null ? next.Alone

            // No sweep of this server's finds out when the cloud can be looked at again.
            : group.IsFollowed ? next.Alone ?? next.Sweep
            : null;
    }
}
