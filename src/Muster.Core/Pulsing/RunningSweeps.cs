using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// Which groups a running sweep checks: it begins with those that are due,
/// goes on with those that nobody woke meanwhile, and ends. Safe to share.
/// </summary>
internal sealed class RunningSweeps(PulseGate gate, KnownGroups groups, HeldSweeps sweeps, RunningChecks checks, PulseFigures figures)
{
    /// <summary>
    /// Begins the checks of a sweep's groups that are due, or nearly (<see cref="DueTimes.Reach"/>). None if the sweep is not surely held.
    /// </summary>
    /// <param name="sweep">Which.</param>
    /// <param name="records">All groups that the store lists there.</param>
    /// <returns>Those whose checks began.</returns>
    public ImmutableArray<GroupRecord> Begin(HeldSweep sweep, ImmutableArray<GroupRecord> records)
    {
        lock (gate.Lock)
        {
            if (!sweeps.IsSurelyHeld_NeedsGate(sweep))
            {
                return [];
            }

            var now = gate.Now;
            var beat = records.Select(record => record.Group.Interval).DefaultIfEmpty().Min();
            ForgetUnlisted_NeedsGate(sweep.Key, records);
            var begun = ImmutableArray.CreateBuilder<GroupRecord>();
            foreach (var record in records)
            {
                var group = groups.Get(record.Group.Id);
                groups.Place(group, sweep.Key, record.Group.Interval, now);
                if (group.ComesAlong(now, beat))
                {
                    group.Begin(
                        now,
                        awaitedSince: group.EndedAt is null ? now : DueTimes.Earlier(group.Due, now),
                        dueAt: group.EndedAt is null || group.IsBlind ? null : group.Due,
                        sweep);
                    begun.Add(record);
                }
            }

            return begun.DrainToImmutable();
        }
    }

    /// <summary>
    /// A sweep has looked, and goes on with these of the groups that it began: the others were woken meanwhile, and are checked alone.
    /// </summary>
    public ImmutableArray<GroupRecord> Keep(HeldSweep sweep, ImmutableArray<GroupRecord> records)
    {
        lock (gate.Lock)
        {
            var kept = ImmutableArray.CreateBuilder<GroupRecord>(records.Length);
            foreach (var record in records)
            {
                if (groups.Find(record.Group.Id) is { Check: { } check } && check.LookedAtBy == sweep)
                {
                    check.LookedAtBy = null;
                    kept.Add(record);
                }
            }

            return kept.DrainToImmutable();
        }
    }

    /// <summary>A running sweep has the right to call; these groups are checked with it.</summary>
    public void OnTurn(HeldSweep sweep, ImmutableArray<GroupId> checkedGroups)
    {
        lock (gate.Lock)
        {
            var now = gate.Now;
            figures.CountLate_NeedsGate(sweep, now);
            foreach (var group in checkedGroups)
            {
                checks.OnTurn_NeedsGate(group, now);
            }
        }
    }

    /// <summary>Ends a sweep.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="unrecorded">Groups whose checks it began and did not record: they are tried again with it.</param>
    /// <param name="retryIn">When it failed as a whole: how long until it is tried again.</param>
    public void End(HeldSweep sweep, IEnumerable<GroupId> unrecorded, TimeSpan? retryIn)
    {
        lock (gate.Lock)
        {
            var now = gate.Now;
            figures.CountSweep_NeedsGate();
            foreach (var group in unrecorded.Select(groups.Find).OfType<KnownGroup>())
            {
                group.Due = now;
                checks.End_NeedsGate(group, now, aloneAt: null);
            }

            sweeps.End_NeedsGate(sweep, retryIn, now);
        }

        gate.Ring();
    }

    /// <summary>Forgets groups that the store no longer lists here: archived, or moved to another cloud.</summary>
    private void ForgetUnlisted_NeedsGate(SweepKey key, ImmutableArray<GroupRecord> records)
    {
        var listed = records.Select(record => record.Group.Id).ToHashSet();
        groups.Of(key).Where(group => group.Check is null && !listed.Contains(group.Id)).ToList().ForEach(groups.Remove);
    }
}
