using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Planning;

/// <summary>Decides what a level check does. Pure: no I/O, no clock, no chance; the same input gives the same plan.</summary>
public static class Planner
{
    /// <summary>Makes the plan.</summary>
    /// <exception cref="InvalidOperationException">
    /// The plan would break a rule that every plan keeps to: a bug, and nothing may be done.
    /// </exception>
    public static Plan Plan(PlanInput input)
    {
        var memory = TerminationMemory.Of(input);
        var spending = Spending.Of(input);
        var slices = ImmutableArray.CreateBuilder<SlicePlan>(input.Slices.Length);
        foreach (var slice in input.Slices)
        {
            var part = SlicePlanner.Plan(input, slice, memory, spending);
            spending = spending.After(part);
            slices.Add(part);
        }

        var counts = slices.Count == 1 ? slices[0].Counts : slices.Aggregate(new InstanceCounts(), (sum, part) => sum + part.Counts);
        var explanation = Explain(slices, counts);
        var plan = new Plan(slices.MoveToImmutable(), counts, explanation);
        PlanRules.Ensure(input, plan);
        return plan;
    }

    /// <summary>How the group stands and what is done about it; where it has several parts, what is done in each.</summary>
    private static string Explain(ImmutableArray<SlicePlan>.Builder slices, InstanceCounts counts)
    {
        var standing = Words.Standing(slices.Sum(part => part.Wanted), counts);
        return slices.Count == 1
            ? $"{standing}: {Explain(slices[0])}"
            : $"{standing}: {string.Join("; ", slices.Select(part => $"{part.Placement.Name}: {Explain(part)}"))}";
    }

    private static string Explain(SlicePlan part)
    {
        var parts = ActionWords.Of(part.Actions);
        parts.AddRange(
            part.Actions.Where(action => action is PlannedAction.Hold or PlannedAction.LookAgain).Select(action => action.Reason));
        if (parts.Count == 0 && part.Counts is { Pending: 0, Provisioning: > 0 } && part.Counts.Live == part.Wanted)
        {
            parts.Add("waiting for it to come up");
        }

        return parts.Count == 0 ? "nothing to do" : string.Join("; ", parts);
    }
}
