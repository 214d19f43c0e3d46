using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Planning;

/// <summary>Plans the end of dead instances, unless replacing is suspended: then those beyond the level alone go. Pure.</summary>
internal static class DeadStep
{
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="memory">Who was told to end before.</param>
    /// <param name="allowed">Terminations that may still be planned.</param>
    public static (TerminationReport Ends, StepReport Holds) Plan(
        PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, int allowed)
    {
        if (inventory.Dead.Count == 0)
        {
            return (TerminationReport.Nothing, StepReport.Nothing);
        }

        var evidence = EvidenceOf(input, slice, inventory);
        var mortal = inventory.Dead.Where(instance => !inventory.IsProtected(instance) && !evidence.Contains(instance.Id))
            .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id).ToList();
        var dead = inventory.Dead.Count;
        if (!input.Group.Suspended.HasFlag(Suspension.Replace))
        {
            var ends = TerminationStep.Take(
                input,
                slice,
                inventory,
                memory,
                allowed,
                mortal,
                dead - evidence.Count,
                inventory.WhyDead);
            return (ends, StepReport.Nothing);
        }

        // Dead instances hold their places while replacing is suspended.
        var surplus = Math.Clamp(inventory.Live + inventory.Unknown.Count + dead - slice.Wanted, 0, dead);
        var gone = TerminationStep.Take(
            input, slice, inventory, memory, allowed, mortal.Take(surplus), surplus, instance =>
                $"{Words.Of(instance)}: not running goes first");
        var kept = dead - surplus;
        return (gone, kept == 0 ? StepReport.Nothing : StepReport.Held(null, $"replacing is suspended: {kept} dead stay as they are"));
    }

    /// <summary>
    /// The dead that must stay to be seen by the next check, which remembers nothing else. At its level, the group needs no breaker.
    /// </summary>
    private static ImmutableHashSet<InstanceId> EvidenceOf(PlanInput input, Slice slice, Inventory inventory) =>
        slice.Evidence.IsEmpty || (inventory.Occupied >= slice.Wanted && !IsShut(input, slice))
            ? []
            : slice.Evidence.Intersect(inventory.Dead.Select(instance => instance.Id));

    /// <summary>Of several places, one with an open breaker is to have none for as long as the breaker is remembered.</summary>
    private static bool IsShut(PlanInput input, Slice slice) =>
        input.Spread is { Level: > 0 } && input.State.Of(slice.Placement.Name).Breaker.IsOpen;
}
