using System.Collections.Immutable;

namespace Muster.Core.Pulsing;

/// <summary>Hands out what is due to the one loop that starts it, and has the loop wait for the next. Safe to share.</summary>
internal sealed class DueQueue(PulseGate gate, KnownGroups groups, HeldSweeps sweeps, PulseFigures figures)
{
    /// <summary>Something may be due sooner: the loop looks again.</summary>
    public void Ring() => gate.Ring();

    /// <summary>Returns after <paramref name="delay"/>, or when something came up.</summary>
    public Task WaitAsync(TimeSpan delay) => gate.WaitAsync(delay);

    /// <summary>Begins every sweep and every check alone that is due; whoever takes them ends them.</summary>
    public DueWork Take()
    {
        lock (gate.Lock)
        {
            var now = gate.Now;
            var runs = sweeps.BeginDue_NeedsGate(now);
            foreach (var sweep in runs.SelectMany(run => run.Sweeps))
            {
                figures.CountLate_NeedsGate(sweep, now);
            }

            var alone = BeginAlone_NeedsGate(now);
            var next = DueTimes.Earlier(sweeps.NextDue_NeedsGate(now), groups.NextAlone);
            return new(runs, alone, DueTimes.Until(next, now));
        }
    }

    private ImmutableArray<GroupId> BeginAlone_NeedsGate(TimeSpan now)
    {
        var begun = new List<KnownGroup>();
        var postponed = new List<KnownGroup>();
        while (groups.TryTakeAlone(now, out var group))
        {
            if (group.IsFollowed || (sweeps.Of_NeedsGate(group) is { } sweep && sweeps.IsSurelyHeld_NeedsGate(sweep)))
            {
                group.Begin(now, awaitedSince: group.AloneAt);
                begun.Add(group);
            }
            else
            {
                // Somebody else may be at it by now. It is not lost: either the
                // lease is renewed soon, or another has it, and looks at once.
                postponed.Add(group);
            }
        }

        foreach (var group in postponed)
        {
            groups.Postpone(group, now + Retry.Min);
        }

        // Users' changes first.
        return [.. begun.OrderByDescending(group => group.Check!.IsWish).Select(group => group.Id)];
    }
}
