using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Counts what was done and what was late, for status and metrics. Safe to share.</summary>
internal sealed class PulseFigures(PulseGate gate, KnownGroups groups, HeldSweeps sweeps)
{
    // Guarded by the gate.
    private long _checks;
    private long _checksLate;
    private long _sweeps;
    private long _sweepsLate;
    private DateTimeOffset? _lastSweepAt;

    /// <summary>Groups of this server's sweeps of which fewer instances run than there must be.</summary>
    public int GroupsBelow => Count(group => group.IsBelow);

    /// <summary>Groups of this server's sweeps of which most instances are unhealthy at once.</summary>
    public int GroupsMostlyUnhealthy => Count(group => group.IsMostlyUnhealthy);

    /// <summary>The figures of this moment.</summary>
    public PulseStatus Describe(ImmutableArray<CallFigures> clouds)
    {
        lock (gate.Lock)
        {
            // Those that wait at this moment count already: they may wait for long.
            var now = gate.Now;
            var inFlight = 0;
            foreach (var group in groups.All)
            {
                CountLate_NeedsGate(group, now);
                inFlight += group.Check is null ? 0 : 1;
            }

            return new()
            {
                Groups = groups.All.Count,
                ChecksInFlight = inFlight,
                Checks = _checks,
                ChecksLate = _checksLate,
                Sweeps = _sweeps,
                LastSweepAt = _lastSweepAt,
                SweepsHeld = sweeps.All_NeedsGate.Count,
                SweepsDue = sweeps.All_NeedsGate.Count(sweep => !sweep.IsRunning && sweep.Due <= now),
                SweepsLate = _sweepsLate,
                Clouds = clouds,
            };
        }
    }

    /// <summary>A check reported.</summary>
    public void CountCheck_NeedsGate() => _checks++;

    /// <summary>A sweep ended.</summary>
    public void CountSweep_NeedsGate()
    {
        _sweeps++;
        _lastSweepAt = gate.UtcNow;
    }

    private int Count(Func<KnownGroup, bool> isOne)
    {
        lock (gate.Lock)
        {
            return sweeps.All_NeedsGate.Sum(sweep => groups.Of(sweep.Key).Count(isOne));
        }
    }

    /// <summary>Counts a check that waits for longer than it should, once.</summary>
    public void CountLate_NeedsGate(KnownGroup group, TimeSpan now)
    {
        if (group.Check is { IsLate: false } check && DueTimes.IsLate(check.AwaitedSince, group.Interval, now))
        {
            check.IsLate = true;
            _checksLate++;
        }
    }

    /// <summary>Counts a sweep that begins later than it should, or waits for the right to, once.</summary>
    public void CountLate_NeedsGate(HeldSweep sweep, TimeSpan now)
    {
        if (!sweep.IsLate && DueTimes.IsLate(sweep.Due, sweep.Interval, now))
        {
            sweep.IsLate = true;
            _sweepsLate++;
        }
    }
}
