using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Plans terminations within the group's brakes, and says what is left. Pure.</summary>
internal static class TerminationStep
{
    /// <summary>Terminations that the group's hour still allows.</summary>
    public static int LeftThisHour(PlanInput input) =>
        Math.Max(0, input.Group.Brakes.TerminationsPerHourMax - input.State.Terminated.At(input.Now));

    /// <summary>
    /// Plans the end of these, of some as the beginning of a drain; fewer than wanted when the rest is protected from deletion.
    /// </summary>
    /// <remarks>A brake counts an end when it is decided, and one that drained not again.</remarks>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="memory">Who was told to end before.</param>
    /// <param name="allowed">How many may still be planned.</param>
    /// <param name="instances">Those that may end, first to go first.</param>
    /// <param name="wanted">How many should.</param>
    /// <param name="reason">Why this one, in words.</param>
    /// <param name="pool">Places in the warm pool that they may take, rather than end; null for none.</param>
    public static TerminationReport Take(
        PlanInput input,
        Slice slice,
        Inventory inventory,
        TerminationMemory memory,
        int allowed,
        IEnumerable<Instance> instances,
        int wanted,
        Func<Instance, string> reason,
        PoolPlaces? pool = null)
    {
        if (wanted == 0)
        {
            return TerminationReport.Nothing;
        }

        var actions = ImmutableArray.CreateBuilder<PlannedAction>();
        var waiting = ImmutableArray.CreateBuilder<Reluctance>();
        var (left, leftOut, seenOnce, found) = (allowed, 0, 0, 0);
        foreach (var instance in instances)
        {
            found++;
            var hasDrained = inventory.HasDrained(instance);
            if (input.Group.Suspended.HasFlag(Suspension.Terminate))
            {
                leftOut++;
            }
            else if (memory.WaitOf(instance) is { } reluctance)
            {
                waiting.Add(reluctance);
            }
            else if (left == 0 && !hasDrained)
            {
                leftOut++;
            }
            else if (slice.MayEnd?.Contains(instance.Id) == false)
            {
                seenOnce++;
            }
            else
            {
                left -= hasDrained ? 0 : 1;
                actions.Add(Draining.IsDue(input, inventory, instance)
                    ? new PlannedAction.Drain(instance) { Reason = reason(instance) }
                    : pool?.Take(instance) is true
                    ? new PlannedAction.Rest(instance)
                    {
                        Reason = $"{reason(instance)}, and the pool has a place for it", IsFromService = true, IsDrained = hasDrained,
                    }
                    : new PlannedAction.Terminate(instance) { Reason = reason(instance), IsDrained = hasDrained });
            }
        }

        return new()
        {
            Actions = actions.DrainToImmutable(),
            Waiting = waiting.DrainToImmutable(),
            LeftOut = leftOut,
            Protected = wanted - found,
            SeenOnce = seenOnce,
        };
    }

    /// <summary>Says what was left, and which instances do not end although they were told to.</summary>
    public static StepReport Explain(PlanInput input, Slice slice, TerminationMemory memory, TerminationReport taken)
    {
        List<Reluctance> waiting = [.. taken.Waiting, .. memory.Overdue(slice)];
        if (ReferenceEquals(taken, TerminationReport.Nothing) && waiting.Count == 0)
        {
            return StepReport.Nothing;
        }

        var holds = ImmutableArray.CreateBuilder<PlannedAction>();
        if (waiting.Count > 0)
        {
            // Without times, so that the same trouble is the same sentence, and melts into one entry of the trail.
            var first = waiting.MinBy(reluctance => reluctance.Instance.Id)!;
            var more = waiting.Count == 1 ? "" : $", and {waiting.Count - 1} more";
            Hold(waiting.Min(reluctance => reluctance.RetryAt), $"{first.Instance.Name} does not end: {first.Why}{more}");
        }

        if (taken.SeenOnce > 0)
        {
            Hold(input.Now, $"{taken.SeenOnce} to terminate, but only the second look says so: looking again");
        }

        if (taken.Needed > 0)
        {
            Hold(null, $"{taken.Needed} too many here, kept until as many run elsewhere");
        }

        if (taken.Protected > 0)
        {
            var whoLifts = input.Notes.Any(note => note.IsProtected) ? "" : ": only the cloud can lift that";
            Hold(null, $"{taken.Protected} to terminate, but protected from deletion{whoLifts}");
        }

        if (taken.LeftOut > 0)
        {
            HoldLeftOut();
        }

        return holds.Count == 0 ? StepReport.Nothing : new(holds.DrainToImmutable());

        void HoldLeftOut()
        {
            var brakes = input.Group.Brakes;
            if (input.Group.Suspended.HasFlag(Suspension.Terminate))
            {
                Hold(null, $"terminating is suspended: {taken.LeftOut} to terminate");
            }
            else if (LeftThisHour(input) <= brakes.TerminationsPerCheckMax)
            {
                Hold(
                    input.State.Terminated.NextReleaseAt(input.Now),
                    $"{taken.LeftOut} held back: {brakes.TerminationsPerHourMax} terminations an hour at most");
            }
            else
            {
                Hold(input.Now, $"{taken.LeftOut} held back: {brakes.TerminationsPerCheckMax} terminations a check at most");
            }
        }

        void Hold(DateTimeOffset? recheckAt, string reason) => holds.Add(new PlannedAction.Hold(recheckAt) { Reason = reason });
    }
}
