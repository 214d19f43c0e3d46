using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// When every sweep that this server holds, and every group, is next looked at, and who is at it: one group is never checked twice at
/// once, and wake-ups that arrive meanwhile melt into one more check after it. Safe to share.
/// </summary>
internal sealed class Schedule(TimeProvider timeProvider, IRandomSource random, PulseOptions options, TimeSpan leaseDuration) : IDisposable
{
    private readonly long _startedAt = timeProvider.GetTimestamp();
    private readonly Alarm _alarm = new(timeProvider);
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly GroupTickers _groups = new();
    private readonly SweepTickers _sweeps = new(timeProvider, leaseDuration, options);
    private bool _isShared;
    private int _checksInFlight;
    private long _checks;
    private long _checksLate;
    private long _sweepsDone;
    private long _sweepsLate;
    private DateTimeOffset? _lastSweepAt;

    /// <summary>Time since the start: monotonic, so that no clock jump moves what is due.</summary>
    private TimeSpan Now => timeProvider.GetElapsedTime(_startedAt);

    /// <summary>Has whoever waits look again at what is due.</summary>
    public void Ring() => _alarm.Ring();

    /// <summary>Returns after <paramref name="delay"/>, or when something came up.</summary>
    public Task WaitAsync(TimeSpan delay) => _alarm.WaitAsync(delay);

    public PulseStatus Describe(ImmutableArray<CallFigures> clouds)
    {
        lock (_gate)
        {
            // Those that wait at this moment count already: they may wait for long.
            foreach (var ticker in _groups.All)
            {
                CountLate_NeedsGate(ticker);
            }

            return new()
            {
                Groups = _groups.Count,
                ChecksInFlight = _checksInFlight,
                Checks = _checks,
                ChecksLate = _checksLate,
                Sweeps = _sweepsDone,
                LastSweepAt = _lastSweepAt,
                SweepsHeld = _sweeps.All.Count,
                SweepsDue = _sweeps.All.Count(sweep => !sweep.IsRunning && sweep.Due <= Now),
                SweepsLate = _sweepsLate,
                Clouds = clouds,
            };
        }
    }

    /// <summary>A user changed the group here: it is checked as soon as may be, and followed until it is settled.</summary>
    public void Wake(GroupId group)
    {
        WakeWait? wait;
        lock (_gate)
        {
            var ticker = _groups.Get(group);
            ticker.IsFollowed = true;
            ticker.IsWished = true;
            Wake_NeedsGate(ticker);
            wait = TakeWait_NeedsGate(ticker);
        }

        wait?.Wake();
        _alarm.Ring();
    }

    /// <summary>The running check of a claimed group begins a wait that a wake ends.</summary>
    public WakeWait BeginWait(GroupId group, CancellationToken stopping, CancellationToken abort)
    {
        var wait = new WakeWait(this, group, stopping, abort);
        bool isWoken;
        lock (_gate)
        {
            var ticker = _groups.Get(group);
            isWoken = ticker is { WakeAgain: true, IsWished: true };
            ticker.Wait = isWoken ? null : wait;
        }

        if (isWoken)
        {
            wait.Wake();
        }

        return wait;
    }

    /// <summary>That wait is over.</summary>
    public void EndWait(GroupId group, WakeWait wait)
    {
        lock (_gate)
        {
            if (_groups.Find(group) is { } ticker && ticker.Wait == wait)
            {
                ticker.Wait = null;
            }
        }
    }

    /// <summary>The running check of the group waits for the right to call.</summary>
    public void OnWaiting(GroupId group)
    {
        lock (_gate)
        {
            if (_groups.Find(group) is { Running: not null } ticker)
            {
                ticker.AwaitedSince ??= Now;
            }
        }
    }

    /// <summary>The running check of the group has the right to call.</summary>
    public void OnTurn(GroupId group)
    {
        lock (_gate)
        {
            if (_groups.Find(group) is { Running: not null } ticker)
            {
                CountLate_NeedsGate(ticker);
                ticker.AwaitedSince = null;
            }
        }
    }

    /// <summary>A running sweep has the right to call; these groups are checked with it.</summary>
    public void OnTurn(SweepTicker sweep, ImmutableArray<GroupId> checkedGroups)
    {
        lock (_gate)
        {
            CountLate_NeedsGate(sweep);
        }

        foreach (var group in checkedGroups)
        {
            OnTurn(group);
        }
    }

    /// <summary>Whether a user waits for the running check of the group.</summary>
    public bool RunsForWish(GroupId group)
    {
        lock (_gate)
        {
            return _groups.Find(group) is { RunsForWish: true };
        }
    }

    /// <summary>
    /// Its cloud says that something happened to the group: it is checked as soon as may be, if its sweep is held here, and once more when
    /// the listing cannot be older than the hint.
    /// </summary>
    /// <param name="group">Which.</param>
    /// <param name="listingLagMax">How long the cloud's listing may lag behind its hints.</param>
    public void Hint(GroupId group, TimeSpan listingLagMax)
    {
        lock (_gate)
        {
            if (_groups.Find(group) is not { } ticker || SweepOf_NeedsGate(ticker) is null)
            {
                return;
            }

            ticker.HintShownAt = Now + listingLagMax;
            Wake_NeedsGate(ticker);
        }

        _alarm.Ring();
    }

    /// <summary>
    /// Something may have happened to anybody whose sweep goes by a connection: everything there is looked at, and once more as with
    /// <see cref="Hint"/>.
    /// </summary>
    public void WakeAll(CloudEntry entry)
    {
        lock (_gate)
        {
            foreach (var sweep in _sweeps.All.Where(sweep => entry.Serves(sweep.Key.Account, sweep.Key.Cloud)))
            {
                sweep.HintShownAt = Now + entry.Cloud.Traits.ListingLagMax;
                sweep.Due = sweep.EndedAt == TimeSpan.MinValue ? Now : Max(Now, sweep.EndedAt + options.WakeGap);
                Bring_NeedsGate(sweep, sweep.Due);
            }
        }

        _alarm.Ring();
    }

    /// <summary>
    /// What stood in the way of all is over: a group that a user changed here and that has not settled is checked as soon as may be, also where another
    /// server holds its sweep.
    /// </summary>
    public void WakeFollowed()
    {
        lock (_gate)
        {
            foreach (var ticker in _groups.All.Where(ticker => ticker.IsFollowed))
            {
                Wake_NeedsGate(ticker);
            }
        }

        _alarm.Ring();
    }

    /// <summary>The leases that this server has.</summary>
    public ImmutableArray<SweepLease> Leases
    {
        get
        {
            lock (_gate)
            {
                return [.. _sweeps.All.Select(sweep => sweep.Lease)];
            }
        }
    }

    /// <summary>
    /// Whether other servers share the sweeps: one that is held is then read now and then even when nothing is due, since they may have
    /// made a group in it, or shortened an interval.
    /// </summary>
    public bool IsShared
    {
        set
        {
            lock (_gate)
            {
                if (value && !_isShared)
                {
                    foreach (var sweep in _sweeps.All)
                    {
                        sweep.Due = Min(sweep.Due, Now + leaseDuration);
                    }
                }

                _isShared = value;
            }

            _alarm.Ring();
        }
    }

    /// <summary>A sweep's lease was taken or renewed by a call that began at <paramref name="renewedAt"/>.</summary>
    public void Hold(SweepLease lease, long renewedAt)
    {
        lock (_gate)
        {
            _sweeps.Hold(lease, renewedAt, Now);
        }

        _alarm.Ring();
    }

    /// <summary>Whether this server has the sweep, surely or not.</summary>
    public bool Holds(SweepKey sweep)
    {
        lock (_gate)
        {
            return _sweeps.Find(sweep) is not null;
        }
    }

    /// <summary>The lease of a sweep if nobody else can have taken it; else null, and nothing may be done by what the sweep saw.</summary>
    public SweepLease? SureLeaseOf(SweepTicker sweep)
    {
        lock (_gate)
        {
            return _sweeps.IsSurelyHeld(sweep) ? sweep.Lease : null;
        }
    }

    /// <summary>That lease is another's now.</summary>
    public void Lose(SweepLease lease)
    {
        lock (_gate)
        {
            if (_sweeps.Find(lease.Sweep) is { } sweep && sweep.Lease.Fence == lease.Fence)
            {
                Drop_NeedsGate(sweep);
            }
        }
    }

    /// <summary>Drops sweeps to be given back: not those that run, those first that have the longest until they are due.</summary>
    /// <param name="which">Of these.</param>
    /// <param name="countMax">At most so many.</param>
    /// <returns>Their leases.</returns>
    public ImmutableArray<SweepLease> TakeIdle(Func<SweepKey, bool> which, int countMax)
    {
        lock (_gate)
        {
            var idle = _sweeps.All
                .Where(sweep => !sweep.IsRunning && which(sweep.Key))
                .OrderByDescending(sweep => sweep.Due)
                .Take(countMax)
                .ToList();
            idle.ForEach(Drop_NeedsGate);
            return [.. idle.Select(sweep => sweep.Lease)];
        }
    }

    /// <summary>Takes every sweep and every hurried group that is due; whoever takes them ends them.</summary>
    public DueWork TakeDue()
    {
        lock (_gate)
        {
            var now = Now;
            var due = _sweeps.TakeDue(now);
            foreach (var sweep in due)
            {
                CountLate_NeedsGate(sweep);
            }

            var alone = TakeHurried_NeedsGate(now);
            var next = NextLook.WaitMax;

            // Those that are due already wait for another's end or for their lease: whatever brings it rings.
            foreach (var sweep in _sweeps.All.Where(sweep => !sweep.IsRunning && sweep.Due > now))
            {
                next = sweep.Due - now < next ? sweep.Due - now : next;
            }

            return new(due, alone, _groups.NextHurried is { } at && at - now < next ? at - now : next);
        }
    }

    /// <summary>Claims the group for a check that a user asks for, if none is running.</summary>
    /// <returns>Null when claimed; else what ends with the check that is running.</returns>
    public Task? TryClaim(GroupId group)
    {
        WakeWait? wait;
        Task? running;
        lock (_gate)
        {
            var ticker = _groups.Get(group);
            ticker.IsFollowed = true;
            if (ticker.LookedAtBy is not null)
            {
                Release_NeedsGate(ticker, hurryAt: null);
            }

            running = ticker.Running?.Task;
            ticker.IsWished = true;
            wait = TakeWait_NeedsGate(ticker);
            ticker.WakeAgain |= wait is not null;
            if (running is null)
            {
                Claim_NeedsGate(ticker, awaitedSince: Now);
            }
        }

        wait?.Wake();
        return running;
    }

    /// <summary>Claims the groups that this sweep checks: those that are due, or nearly (<see cref="Reach"/>). None if the sweep is not surely held.</summary>
    public ImmutableArray<GroupRecord> ClaimDue(SweepTicker sweep, ImmutableArray<GroupRecord> records)
    {
        lock (_gate)
        {
            if (!_sweeps.IsSurelyHeld(sweep))
            {
                return [];
            }

            var now = Now;
            var beat = records.Select(record => record.Group.Interval).DefaultIfEmpty().Min();
            Forget_NeedsGate(sweep.Key, records);
            var claimed = ImmutableArray.CreateBuilder<GroupRecord>();
            foreach (var record in records)
            {
                var ticker = _groups.Get(record.Group.Id);
                Place_NeedsGate(ticker, record);

                // A group that waits because the cloud could not be looked at comes along, too: this look finds out for it.
                if (ticker.Running is null && (ticker.IsBlind || ticker.Due <= now + Reach(record.Group.Interval, beat)))
                {
                    var due = ticker.EndedAt == TimeSpan.MinValue || ticker.IsBlind ? (TimeSpan?)null : ticker.Due;
                    Claim_NeedsGate(ticker, awaitedSince: ticker.EndedAt == TimeSpan.MinValue ? now : Min(ticker.Due, now), due);
                    ticker.LookedAtBy = sweep;
                    claimed.Add(record);
                }
            }

            return claimed.DrainToImmutable();
        }
    }

    /// <summary>A sweep has looked, and goes on with these of the groups that it claimed: the others were woken meanwhile, and are checked alone.</summary>
    public ImmutableArray<GroupRecord> KeepClaimed(SweepTicker sweep, ImmutableArray<GroupRecord> records)
    {
        lock (_gate)
        {
            var kept = ImmutableArray.CreateBuilder<GroupRecord>(records.Length);
            foreach (var record in records)
            {
                if (_groups.Find(record.Group.Id) is { } ticker && ticker.LookedAtBy == sweep)
                {
                    ticker.LookedAtBy = null;
                    kept.Add(record);
                }
            }

            return kept.DrainToImmutable();
        }
    }

    /// <summary>When a claimed group's check was due and began, and how long it has taken.</summary>
    public CheckTiming TimingOf(GroupId group)
    {
        lock (_gate)
        {
            var (now, at) = (Now, timeProvider.GetUtcNow());
            return _groups.Find(group) is { Running: not null } ticker
                ? new(at - (now - ticker.ClaimedFor), at - (now - ticker.BeganAt), now - ticker.BeganAt)
                : new(null, at, TimeSpan.Zero);
        }
    }

    /// <summary>Groups of this server's sweeps of which fewer instances run than there must be.</summary>
    public int GroupsBelow
    {
        get
        {
            lock (_gate)
            {
                return _sweeps.All.Sum(sweep => _groups.Of(sweep.Key).Count(ticker => ticker.IsBelow));
            }
        }
    }

    /// <summary>A group that is checked alone was read.</summary>
    /// <returns>Whether its sweep is held here.</returns>
    public bool Place(GroupRecord record)
    {
        lock (_gate)
        {
            var ticker = _groups.Get(record.Group.Id);
            Place_NeedsGate(ticker, record);
            return SweepOf_NeedsGate(ticker) is not null;
        }
    }

    /// <summary>Has the group's sweep come at once, if it is surely held here.</summary>
    public bool TryBringSweepForward(GroupRecord record)
    {
        lock (_gate)
        {
            var ticker = _groups.Get(record.Group.Id);
            Place_NeedsGate(ticker, record);
            if (SweepOf_NeedsGate(ticker) is not { } sweep || !_sweeps.IsSurelyHeld(sweep))
            {
                return false;
            }

            ticker.Due = Now;
            sweep.Due = Now;
            return true;
        }
    }

    /// <summary>A check of a claimed group ended.</summary>
    /// <param name="group">Which.</param>
    /// <param name="report">How; null when there is none.</param>
    /// <param name="failedFor">When it failed as a whole: how long until it is tried again.</param>
    public void Release(GroupId group, CheckReport? report, TimeSpan? failedFor)
    {
        lock (_gate)
        {
            if (_groups.Find(group) is not { Running: not null } ticker)
            {
                return;
            }

            if (report is { ArchivedAt: not null })
            {
                Release_NeedsGate(ticker, hurryAt: null);
                _groups.Remove(ticker);
            }
            else if (report is not null)
            {
                _checks++;
                Release_NeedsGate(ticker, Now + Follow_NeedsGate(ticker, report));
            }
            else
            {
                ticker.IsWished |= ticker.RunsForWish;
                ticker.Due = failedFor is { } wait ? Max(ticker.Due, Now + wait) : ticker.Due;
                Release_NeedsGate(ticker, Now + failedFor);
            }
        }

        _alarm.Ring();
    }

    /// <summary>Ends a sweep; groups that it still holds were not recorded, and are tried again with it.</summary>
    public void EndSweep(SweepTicker sweep, IEnumerable<GroupId> held, TimeSpan? retryIn)
    {
        lock (_gate)
        {
            _sweeps.End(sweep);
            _sweepsDone++;
            _lastSweepAt = timeProvider.GetUtcNow();
            foreach (var ticker in held.Select(_groups.Find).OfType<GroupTicker>())
            {
                ticker.Due = Now;
                Release_NeedsGate(ticker, hurryAt: null);
            }

            sweep.EndedAt = Now;
            sweep.HintShownAt = sweep.HintShownAt > sweep.BeganAt ? sweep.HintShownAt : null;
            if (sweep.HintShownAt is { } shownAt)
            {
                Bring_NeedsGate(sweep, Max(shownAt, Now + options.WakeGap));
            }

            var tickers = _groups.Of(sweep.Key);
            sweep.Interval = tickers.Select(ticker => ticker.Interval).DefaultIfEmpty(Group.IntervalDefault).Min();

            // A group that is being checked says when it is due next when that ends: a check may well be longer than an interval.
            var due = tickers.Where(ticker => ticker.Running is null).Select(ticker => ticker.Due).DefaultIfEmpty(TimeSpan.MaxValue).Min();
            var readAgain = _isShared || tickers.Count == 0 ? Now + leaseDuration : TimeSpan.MaxValue;
            sweep.Due = retryIn is { } wait ? Now + wait : due < readAgain ? due : readAgain;
        }

        _alarm.Ring();
    }

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>A check is late when it starts more than a tenth of its interval, and at least a second, after it is due.</summary>
    private static TimeSpan Lateness(TimeSpan interval) => Max(TimeSpan.FromSeconds(1), interval / 10);

    /// <summary>How long before it is due a group comes along with others: one listing serves all.</summary>
    /// <remarks>
    /// Beyond half an interval, groups that are checked equally often come to have one beat however they came up: those that a listing leaves out are
    /// due more than half an interval later, and by then what it served is due within another half. The rest makes up for the tenth by which
    /// each is spread (<see cref="NextLook"/>). Groups that are checked less often meet such a listing in time anyway, and are not to be checked
    /// twice as often as they ask for.
    /// </remarks>
    private static TimeSpan Reach(TimeSpan interval, TimeSpan beat) => interval <= beat ? interval * 0.6 : interval / 4;

    /// <summary>Has a sweep's groups due by then.</summary>
    private void Bring_NeedsGate(SweepTicker sweep, TimeSpan due)
    {
        foreach (var ticker in _groups.Of(sweep.Key))
        {
            ticker.Due = Min(ticker.Due, due);
        }
    }

    /// <summary>Drops groups that the store no longer lists here: archived, or moved to another cloud.</summary>
    private void Forget_NeedsGate(SweepKey key, ImmutableArray<GroupRecord> records)
    {
        var listed = records.Select(record => record.Group.Id).ToHashSet();
        _groups.Of(key).Where(ticker => ticker.Running is null && !listed.Contains(ticker.Group)).ToList().ForEach(_groups.Remove);
    }

    /// <summary>Its sweep, if that is held here, surely or not.</summary>
    private SweepTicker? SweepOf_NeedsGate(GroupTicker ticker) => ticker.Sweep is { } sweep ? _sweeps.Find(sweep) : null;

    /// <summary>The lease of a sweep has gone: its groups are forgotten, but for those that are being checked or followed.</summary>
    private void Drop_NeedsGate(SweepTicker sweep)
    {
        _sweeps.Remove(sweep);
        _groups.Of(sweep.Key)
            .Where(ticker => ticker.Running is null && !(ticker.IsFollowed && ticker.AloneAt is not null))
            .ToList()
            .ForEach(_groups.Remove);
    }

    private ImmutableArray<GroupId> TakeHurried_NeedsGate(TimeSpan now)
    {
        var alone = ImmutableArray.CreateBuilder<GroupId>();
        var postponed = new List<GroupTicker>();
        while (_groups.TryTakeHurried(now, out var ticker))
        {
            if (ticker.IsFollowed || (SweepOf_NeedsGate(ticker) is { } sweep && _sweeps.IsSurelyHeld(sweep)))
            {
                Claim_NeedsGate(ticker, awaitedSince: ticker.AloneAt);
                alone.Add(ticker.Group);
            }
            else
            {
                // Somebody else may be at it by now. It is not lost: either the lease is renewed soon, or another has it, and looks at once.
                postponed.Add(ticker);
            }
        }

        foreach (var ticker in postponed)
        {
            ticker.AloneAt = null;
            _groups.Hurry(ticker, now + Retry.Min);
        }

        // Users' changes first.
        return [.. alone.OrderByDescending(group => _groups.Get(group).RunsForWish)];
    }

    private void Wake_NeedsGate(GroupTicker ticker)
    {
        if (ticker is { IsWished: true, LookedAtBy: not null })
        {
            // It waits for a look that began before the change, and that may take long.
            Release_NeedsGate(ticker, hurryAt: null);
        }

        if (ticker.Running is not null)
        {
            ticker.WakeAgain = true;
        }
        else
        {
            _groups.Hurry(ticker, ticker.EndedAt == TimeSpan.MinValue ? Now : Max(Now, ticker.EndedAt + options.WakeGap));
        }
    }

    private void Place_NeedsGate(GroupTicker ticker, GroupRecord record)
    {
        _groups.Place(ticker, new(record.Group.Account, record.Template.Cloud));
        if (record.Group.Interval < ticker.Interval)
        {
            ticker.Due = Min(ticker.Due, Now + record.Group.Interval);
        }

        ticker.Interval = record.Group.Interval;
    }

    /// <summary>Sets when the group is next due, and says how soon it hurries, by how its check ended.</summary>
    private TimeSpan? Follow_NeedsGate(GroupTicker ticker, CheckReport report)
    {
        var next = NextLook.After(report, ticker.FollowUps, options.FollowUpMin, timeProvider.GetUtcNow(), random);
        ticker.IsBlind = report.Plan is null;
        ticker.IsBelow = report.Plan is { } plan ? report.State.Counts.Running < plan.Level : ticker.IsBelow;
        ticker.Due = Now + next.Due;
        ticker.FollowUps = next.FollowUps;
        ticker.IsFollowed &= ticker.WakeAgain || ticker.IsBlind || next.Hurry is not null;
        return SweepOf_NeedsGate(ticker) is not null ? next.Hurry

            // No sweep of this server's finds out when the cloud can be looked at again.
            : ticker.IsFollowed ? next.Hurry ?? next.Due
            : null;
    }

    /// <summary>The wait of the running check, which the caller ends outside the gate.</summary>
    private static WakeWait? TakeWait_NeedsGate(GroupTicker ticker)
    {
        var wait = ticker.Wait;
        ticker.Wait = null;
        return wait;
    }

    /// <summary>Counts a sweep that begins later than it should, or waits for the right to, once.</summary>
    private void CountLate_NeedsGate(SweepTicker sweep)
    {
        if (!sweep.IsLate && Now > sweep.Due + Lateness(sweep.Interval))
        {
            sweep.IsLate = true;
            _sweepsLate++;
        }
    }

    /// <summary>Counts a check that waits for longer than it should, once.</summary>
    private void CountLate_NeedsGate(GroupTicker ticker)
    {
        if (!ticker.IsLate && ticker.Running is not null && Now > ticker.AwaitedSince + Lateness(ticker.Interval))
        {
            ticker.IsLate = true;
            _checksLate++;
        }
    }

    private void Claim_NeedsGate(GroupTicker ticker, TimeSpan? awaitedSince, TimeSpan? due = null)
    {
        (ticker.RunsForWish, ticker.IsWished) = (ticker.IsWished, false);
        (ticker.AwaitedSince, ticker.IsLate) = (awaitedSince, false);
        ticker.ClaimedFor = due;
        ticker.Running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ticker.BeganAt = Now;
        ticker.Due = Now + ticker.Interval;
        ticker.AloneAt = null;
        ticker.WakeAgain = false;
        _checksInFlight++;
    }

    private void Release_NeedsGate(GroupTicker ticker, TimeSpan? hurryAt)
    {
        if (ticker.Running is not { } running)
        {
            return;
        }

        CountLate_NeedsGate(ticker);
        ticker.Running = null;
        ticker.Wait = null;
        ticker.LookedAtBy = null;
        ticker.EndedAt = Now;
        _checksInFlight--;
        var sweep = SweepOf_NeedsGate(ticker);
        if (sweep is not null)
        {
            sweep.Due = Min(sweep.Due, ticker.Due);
        }

        ticker.HintShownAt = ticker.HintShownAt > ticker.BeganAt ? ticker.HintShownAt : null;
        var wakeAt = ticker.WakeAgain ? Now + options.WakeGap : ticker.HintShownAt;
        if ((sweep is not null || ticker.IsFollowed) && (wakeAt is not null || hurryAt is not null))
        {
            _groups.Hurry(ticker, wakeAt is { } wake && (hurryAt is null || wake < hurryAt) ? wake : hurryAt!.Value);
        }
        else if (sweep is null)
        {
            _groups.Remove(ticker);
        }

        running.SetResult();
    }
}
