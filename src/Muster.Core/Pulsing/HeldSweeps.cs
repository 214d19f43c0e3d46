using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>The sweeps that this server holds by lease, surely or not, and which of them are due. Safe to share.</summary>
internal sealed class HeldSweeps(
    PulseGate gate,
    KnownGroups groups,
    TimeProvider timeProvider,
    PulseOptions options,
    TimeSpan leaseDuration,
    Func<SweepKey, CredentialKey> credentialOf)
{
    /// <summary>Calls that a whole listing of a credential is believed to take before there was one.</summary>
    private const int PagesUnseen = 2;

    // Guarded by the gate.
    private readonly Dictionary<SweepKey, HeldSweep> _all = [];
    private readonly Dictionary<CredentialKey, int> _pages = [];
    private bool _isShared;

    /// <summary>Whether any sweep ever had links: else nobody looks for them.</summary>
    private bool _isLinked;

    /// <summary>Runs under way, those included whose sweeps' leases were lost meanwhile.</summary>
    private int _running;

    /// <summary>The leases that this server has.</summary>
    public ImmutableArray<SweepLease> Leases
    {
        get
        {
            lock (gate.Lock)
            {
                return [.. _all.Values.Select(sweep => sweep.Lease)];
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
            lock (gate.Lock)
            {
                if (value && !_isShared)
                {
                    var readBy = gate.Now + leaseDuration;
                    foreach (var sweep in _all.Values)
                    {
                        sweep.Due = DueTimes.Earlier(sweep.Due, readBy);
                    }
                }

                _isShared = value;
            }

            gate.Ring();
        }
    }

    /// <summary>
    /// A sweep's lease was taken or renewed by a call that began at <paramref name="renewedAt"/>. A new one is due at once.
    /// </summary>
    public void Hold(SweepLease lease, long renewedAt)
    {
        var credential = credentialOf(lease.Sweep);
        lock (gate.Lock)
        {
            if (Find_NeedsGate(lease.Sweep) is { } sweep && sweep.Lease.Fence == lease.Fence)
            {
                sweep.Renew(lease, renewedAt);
            }
            else
            {
                _all[lease.Sweep] = new(lease, credential, renewedAt, due: gate.Now);
            }
        }

        gate.Ring();
    }

    /// <summary>Whether this server has the sweep, surely or not.</summary>
    public bool Holds(SweepKey key)
    {
        lock (gate.Lock)
        {
            return Find_NeedsGate(key) is not null;
        }
    }

    /// <summary>The lease of a sweep if nobody else can have taken it; else null, and nothing may be done by what the sweep saw.</summary>
    public SweepLease? SureLeaseOf(HeldSweep sweep)
    {
        lock (gate.Lock)
        {
            return IsSurelyHeld_NeedsGate(sweep) ? sweep.Lease : null;
        }
    }

    /// <summary>That lease is another's now.</summary>
    public void Lose(SweepLease lease)
    {
        lock (gate.Lock)
        {
            if (Find_NeedsGate(lease.Sweep) is { } sweep && sweep.Lease.Fence == lease.Fence)
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
        lock (gate.Lock)
        {
            var idle = _all.Values
                .Where(sweep => !sweep.IsRunning && which(sweep.Key))
                .OrderByDescending(sweep => sweep.Due)
                .Take(countMax)
                .ToList();
            idle.ForEach(Drop_NeedsGate);
            return [.. idle.Select(sweep => sweep.Lease)];
        }
    }

    /// <summary>A group that is checked alone was read.</summary>
    /// <returns>Whether its sweep is held here.</returns>
    public bool Place(GroupRecord record)
    {
        lock (gate.Lock)
        {
            return Of_NeedsGate(Place_NeedsGate(record)) is not null;
        }
    }

    /// <summary>Has the sweep of a group that was read come at once, if it is surely held here.</summary>
    public bool TryBringForward(GroupRecord record)
    {
        lock (gate.Lock)
        {
            var group = Place_NeedsGate(record);
            if (Of_NeedsGate(group) is not { } sweep || !IsSurelyHeld_NeedsGate(sweep))
            {
                return false;
            }

            group.Due = sweep.Due = gate.Now;
            return true;
        }
    }

    /// <summary>All that are held.</summary>
    public IReadOnlyCollection<HeldSweep> All_NeedsGate => _all.Values;

    /// <summary>The group's sweep, if that is held here, surely or not.</summary>
    public HeldSweep? Of_NeedsGate(KnownGroup group) => group.Sweep is { } key ? Find_NeedsGate(key) : null;

    /// <summary>Whether it is this server's own, and nobody else can have taken it.</summary>
    public bool IsSurelyHeld_NeedsGate(HeldSweep sweep) =>
        Find_NeedsGate(sweep.Key) == sweep && LeaseTrust.Holds(sweep.RenewedAt, leaseDuration, timeProvider);

    /// <summary>
    /// Begins those that are due and surely held, the longest due first, as many runs as may be beside those that are under way.
    /// </summary>
    public ImmutableArray<SweepRun> BeginDue_NeedsGate(TimeSpan now)
    {
        var due = _all.Values
            .Where(sweep => !sweep.IsRunning && sweep.Due <= now && IsSurelyHeld_NeedsGate(sweep))
            .OrderBy(sweep => sweep.Due)
            .ToList();
        if (due.Count == 0)
        {
            return [];
        }

        var byCredential = _all.Values.Where(sweep => sweep.Credential.Account is null).ToLookup(sweep => sweep.Credential);
        var runs = ImmutableArray.CreateBuilder<SweepRun>();
        foreach (var sweep in due)
        {
            if (_running >= options.SweepsInFlightMax)
            {
                break;
            }

            // It may have come along with one before it.
            if (!sweep.IsRunning)
            {
                runs.Add(Begin_NeedsGate(WithCompany_NeedsGate(sweep, byCredential[sweep.Credential], now), now));
            }
        }

        return runs.DrainToImmutable();
    }

    /// <summary>
    /// A whole listing of a credential took so many calls: by that it is known when one for all costs less than one for each.
    /// </summary>
    public void OnListed(CredentialKey credential, int pages)
    {
        lock (gate.Lock)
        {
            _pages[credential] = pages;
        }
    }

    /// <summary>
    /// When the next one is due; null when none is. Those that are due already wait for another's end or for their lease: whatever brings
    /// it rings.
    /// </summary>
    public TimeSpan? NextDue_NeedsGate(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var sweep in _all.Values)
        {
            next = !sweep.IsRunning && sweep.Due > now ? DueTimes.Earlier(next, sweep.Due) : next;
        }

        return next;
    }

    /// <summary>Ends a sweep whose groups rest, but for those that act.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="retryIn">When it failed as a whole: how long until it is tried again.</param>
    /// <param name="now">When.</param>
    public void End_NeedsGate(HeldSweep sweep, TimeSpan? retryIn, TimeSpan now)
    {
        _running -= sweep.Run!.EndOne() ? 1 : 0;
        var served = groups.Of(sweep.Key);
        sweep.End(now, served.Select(group => group.Interval).DefaultIfEmpty(Group.IntervalDefault).Min());
        if (sweep.HintShownAt is { } shownAt)
        {
            groups.BringForward(sweep.Key, DueTimes.Later(shownAt, now + options.WakeGap));
        }

        // A group that is being checked says when it is due next when that ends: a check may well be longer than an interval.
        var first = served.Where(group => group.Check is null).Select(group => (TimeSpan?)group.Due).Min();
        var readAgain = _isShared || served.Count == 0 ? now + leaseDuration : (TimeSpan?)null;
        sweep.Due = DueTimes.OfSweep(now + retryIn, first, readAgain);
    }

    /// <summary>
    /// Something may have happened to anybody whose sweep goes by a connection: everything there is looked at, and once more when the
    /// listing cannot be older than that.
    /// </summary>
    public void BringForward_NeedsGate(CloudEntry entry, TimeSpan now)
    {
        foreach (var sweep in _all.Values.Where(sweep => entry.Serves(sweep.Key.Account, sweep.Key.Cloud)))
        {
            sweep.HintShownAt = now + entry.Cloud.Traits.ListingLagMax;
            sweep.Due = DueTimes.OfWake(now, sweep.EndedAt, options.WakeGap);
            groups.BringForward(sweep.Key, sweep.Due);
        }
    }

    private HeldSweep? Find_NeedsGate(SweepKey key) => _all.GetValueOrDefault(key);

    private SweepRun Begin_NeedsGate(ImmutableArray<HeldSweep> sweeps, TimeSpan now)
    {
        var run = new SweepRun(sweeps);
        foreach (var sweep in sweeps)
        {
            sweep.Begin(run, now);
        }

        _running++;
        return run;
    }

    /// <summary>A sweep, and those that are served by the same listing where that costs fewer calls than one for each.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="sharing">All of its credential.</param>
    /// <param name="now">The time.</param>
    private ImmutableArray<HeldSweep> WithCompany_NeedsGate(HeldSweep sweep, IEnumerable<HeldSweep> sharing, TimeSpan now)
    {
        var all = sharing.ToList();
        ImmutableArray<HeldSweep> together = [sweep];
        if (all.Count > 1)
        {
            var beat = all.Min(other => other.Interval);
            together = [sweep, .. all.Where(other => other != sweep && other.ComesAlong(now, beat) && IsSurelyHeld_NeedsGate(other))];
            together = together.Length >= _pages.GetValueOrDefault(sweep.Credential, PagesUnseen) ? together : [sweep];
        }

        return sweep.Links.IsEmpty && !_isLinked ? together : WithLinked_NeedsGate(together, now);
    }

    /// <summary>
    /// The same, and those of their accounts on clouds that groups of both live on: one look at each cloud serves them all.
    /// </summary>
    private ImmutableArray<HeldSweep> WithLinked_NeedsGate(ImmutableArray<HeldSweep> sweeps, TimeSpan now)
    {
        var together = sweeps.ToHashSet();
        var left = new Queue<HeldSweep>(sweeps);
        while (left.TryDequeue(out var one))
        {
            _isLinked |= !one.Links.IsEmpty;
            foreach (var other in _all.Values.Where(other => other.Key.Account == one.Key.Account
                && (one.Links.Contains(other.Key.Cloud) || other.Links.Contains(one.Key.Cloud))))
            {
                if (!together.Contains(other) && other.ComesAlong(now, DueTimes.Earlier(one.Interval, other.Interval))
                    && IsSurelyHeld_NeedsGate(other))
                {
                    together.Add(other);
                    left.Enqueue(other);
                }
            }
        }

        return [.. sweeps, .. together.Except(sweeps)];
    }

    private KnownGroup Place_NeedsGate(GroupRecord record)
    {
        var group = groups.Get(record.Group.Id);
        groups.Place(group, new(record.Group.Account, record.Template.Cloud), record.Group.Interval, gate.Now);
        return group;
    }

    /// <summary>The lease of a sweep has gone: its groups are forgotten, but for those that are being checked or followed.</summary>
    private void Drop_NeedsGate(HeldSweep sweep)
    {
        _all.Remove(sweep.Key);
        groups.Of(sweep.Key)
            .Where(group => group.Check is null && !(group.IsFollowed && group.AloneAt is not null))
            .ToList()
            .ForEach(groups.Remove);
    }
}
