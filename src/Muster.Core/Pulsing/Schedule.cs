using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// When every sweep and group is next looked at, and who is at it: one group is never checked twice at once, and wake-ups that arrive
/// meanwhile melt into one more check after it. Safe to share.
/// </summary>
internal sealed class Schedule(TimeProvider time, IRandomSource random, PulseOptions options) : IDisposable
{
    private readonly long startedAt = time.GetTimestamp();
    private readonly Alarm alarm = new(time);
    private readonly Lock gate = new();

    // Guarded by the gate.
    private readonly GroupTickers groups = new();
    private readonly Dictionary<SweepKey, SweepTicker> sweeps = [];
    private int checksInFlight;
    private long checks;
    private long checksLate;
    private long sweepsDone;
    private DateTimeOffset? lastSweepAt;

    /// <summary>Time since the start: monotonic, so that no clock jump moves what is due.</summary>
    private TimeSpan Now => time.GetElapsedTime(startedAt);

    /// <summary>Has whoever waits look again at what is due.</summary>
    public void Ring() => alarm.Ring();

    /// <summary>Returns after <paramref name="delay"/>, or when something came up.</summary>
    public Task WaitAsync(TimeSpan delay) => alarm.WaitAsync(delay);

    public PulseStatus Describe(ImmutableArray<CallFigures> clouds)
    {
        lock (gate)
        {
            return new()
            {
                Groups = groups.Count,
                ChecksInFlight = checksInFlight,
                Checks = checks,
                ChecksLate = checksLate,
                Sweeps = sweepsDone,
                LastSweepAt = lastSweepAt,
                Clouds = clouds,
            };
        }
    }

    /// <summary>Has the group checked as soon as may be.</summary>
    public void Wake(GroupId group)
    {
        lock (gate)
        {
            var ticker = groups.Get(group);
            if (ticker.Running is not null)
            {
                ticker.WakeAgain = true;
                return;
            }

            groups.Hurry(ticker, ticker.EndedAt == TimeSpan.MinValue ? Now : Max(Now, ticker.EndedAt + options.WakeGap));
        }

        alarm.Ring();
    }

    /// <summary>Has everything on a cloud looked at.</summary>
    public void WakeAll(string cloud)
    {
        lock (gate)
        {
            foreach (var sweep in sweeps.Values.Where(sweep => sweep.Key.Cloud == cloud))
            {
                sweep.Due = Now;
                foreach (var ticker in groups.Of(sweep.Key))
                {
                    ticker.Due = Now;
                }
            }
        }

        alarm.Ring();
    }

    /// <summary>There are such sweeps.</summary>
    public void Discover(IEnumerable<SweepKey> found)
    {
        lock (gate)
        {
            foreach (var key in found)
            {
                Sweep_NeedsGate(key, due: Now);
            }
        }
    }

    /// <summary>Takes every sweep and every hurried group that is due; whoever takes them ends them.</summary>
    public DueWork TakeDue()
    {
        lock (gate)
        {
            var now = Now;
            var due = sweeps.Values.Where(sweep => !sweep.IsRunning && sweep.Due <= now).ToImmutableArray();
            foreach (var sweep in due)
            {
                sweep.IsRunning = true;
            }

            var alone = ImmutableArray.CreateBuilder<GroupId>();
            while (groups.TryTakeHurried(now, out var ticker))
            {
                Claim_NeedsGate(ticker);
                alone.Add(ticker.Group);
            }

            var next = NextLook.WaitMax;
            foreach (var sweep in sweeps.Values.Where(sweep => !sweep.IsRunning))
            {
                next = sweep.Due - now < next ? sweep.Due - now : next;
            }

            return new(due, alone.DrainToImmutable(), groups.NextHurried is { } at && at - now < next ? at - now : next);
        }
    }

    /// <summary>Claims the group for a check, if none is running.</summary>
    /// <returns>Null when claimed; else what ends with the check that is running.</returns>
    public Task? TryClaim(GroupId group)
    {
        lock (gate)
        {
            var ticker = groups.Get(group);
            if (ticker.Running is { } running)
            {
                return running.Task;
            }

            Claim_NeedsGate(ticker);
            return null;
        }
    }

    /// <summary>Claims the groups that this sweep checks: those that are due, or nearly.</summary>
    public ImmutableArray<GroupRecord> ClaimDue(SweepTicker sweep, ImmutableArray<GroupRecord> records)
    {
        lock (gate)
        {
            var now = Now;
            Forget_NeedsGate(sweep.Key, records);
            var claimed = ImmutableArray.CreateBuilder<GroupRecord>();
            foreach (var record in records)
            {
                var ticker = groups.Get(record.Group.Id);
                groups.Place(ticker, sweep.Key);
                ticker.Interval = record.Group.Interval;

                // A group that is nearly due comes along: one listing serves all, and their beats grow together. So does one that
                // waits because the cloud could not be looked at: this look finds out for it, too.
                if (ticker.Running is null && (ticker.IsBlind || ticker.Due <= now + (record.Group.Interval / 4)))
                {
                    if (ticker.EndedAt != TimeSpan.MinValue && now > ticker.Due + Lateness(record.Group.Interval))
                    {
                        checksLate++;
                    }

                    Claim_NeedsGate(ticker);
                    claimed.Add(record);
                }
            }

            return claimed.DrainToImmutable();
        }
    }

    /// <summary>A group that is checked alone was read.</summary>
    public void Place(GroupRecord record)
    {
        lock (gate)
        {
            var key = new SweepKey(record.Group.Account, record.Template.Cloud);
            var ticker = groups.Get(record.Group.Id);
            groups.Place(ticker, key);
            ticker.Interval = record.Group.Interval;
            Sweep_NeedsGate(key, due: Now + record.Group.Interval);
        }
    }

    /// <summary>Has the group's sweep come at once.</summary>
    public void BringSweepForward(GroupRecord record)
    {
        lock (gate)
        {
            var key = new SweepKey(record.Group.Account, record.Template.Cloud);
            var ticker = groups.Get(record.Group.Id);
            groups.Place(ticker, key);
            ticker.Due = Now;
            Sweep_NeedsGate(key, due: Now);
        }
    }

    /// <summary>A check of a claimed group ended.</summary>
    /// <param name="group">Which.</param>
    /// <param name="report">How; null when there is none.</param>
    /// <param name="failedFor">When it failed as a whole: how long until it is tried again.</param>
    public void Release(GroupId group, CheckReport? report, TimeSpan? failedFor)
    {
        lock (gate)
        {
            if (groups.Find(group) is not { Running: not null } ticker)
            {
                return;
            }

            if (report is { ArchivedAt: not null })
            {
                Release_NeedsGate(ticker, hurryAt: null);
                groups.Remove(ticker);
            }
            else if (report is not null)
            {
                checks++;
                var next = NextLook.After(report, ticker.FollowUps, options.FollowUpMin, time.GetUtcNow(), random);
                ticker.IsBlind = report.Plan is null;
                ticker.Due = Now + next.Due;
                ticker.FollowUps = next.FollowUps;
                Release_NeedsGate(ticker, Now + next.Hurry);
            }
            else
            {
                ticker.Due = failedFor is { } wait ? Max(ticker.Due, Now + wait) : ticker.Due;
                Release_NeedsGate(ticker, Now + failedFor);
            }
        }

        alarm.Ring();
    }

    /// <summary>Ends a sweep; groups that it still holds were not recorded, and are tried again with it.</summary>
    public void EndSweep(SweepTicker sweep, IEnumerable<GroupId> held, TimeSpan? retryIn)
    {
        lock (gate)
        {
            sweep.IsRunning = false;
            sweepsDone++;
            lastSweepAt = time.GetUtcNow();
            foreach (var ticker in held.Select(groups.Get))
            {
                ticker.Due = Now;
                Release_NeedsGate(ticker, hurryAt: null);
            }

            sweep.Due = retryIn is { } wait ? Now + wait : groups.Of(sweep.Key).Select(ticker => ticker.Due).DefaultIfEmpty(TimeSpan.MaxValue).Min();
            if (sweep.Due == TimeSpan.MaxValue)
            {
                sweeps.Remove(sweep.Key);
            }
        }

        alarm.Ring();
    }

    /// <inheritdoc/>
    public void Dispose() => alarm.Dispose();

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>A check is late when it starts more than a tenth of its interval, and at least a second, after it is due.</summary>
    private static TimeSpan Lateness(TimeSpan interval) => Max(TimeSpan.FromSeconds(1), interval / 10);

    /// <summary>Drops groups that the store no longer lists here: archived, or moved to another cloud.</summary>
    private void Forget_NeedsGate(SweepKey key, ImmutableArray<GroupRecord> records)
    {
        var listed = records.Select(record => record.Group.Id).ToHashSet();
        groups.Of(key).Where(ticker => ticker.Running is null && !listed.Contains(ticker.Group)).ToList().ForEach(groups.Remove);
    }

    private void Claim_NeedsGate(GroupTicker ticker)
    {
        ticker.Running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ticker.Due = Now + ticker.Interval;
        ticker.AloneAt = null;
        ticker.WakeAgain = false;
        checksInFlight++;
    }

    private void Release_NeedsGate(GroupTicker ticker, TimeSpan? hurryAt)
    {
        if (ticker.Running is not { } running)
        {
            return;
        }

        ticker.Running = null;
        ticker.EndedAt = Now;
        checksInFlight--;
        var wakeAt = ticker.WakeAgain ? Now + options.WakeGap : (TimeSpan?)null;
        if (wakeAt is not null || hurryAt is not null)
        {
            groups.Hurry(ticker, wakeAt is { } wake && (hurryAt is null || wake < hurryAt) ? wake : hurryAt!.Value);
        }

        running.SetResult();
    }

    private void Sweep_NeedsGate(SweepKey key, TimeSpan due)
    {
        if (!sweeps.TryGetValue(key, out var sweep))
        {
            sweeps.Add(key, new(key, options.ActingMax) { Due = due });
        }
        else if (due < sweep.Due && groups.Of(key).Any(ticker => ticker.Due <= due))
        {
            sweep.Due = due;
        }
    }
}
