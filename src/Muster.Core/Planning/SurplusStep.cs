using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Plans the end of what is beyond the level. Pure.</summary>
internal static class SurplusStep
{
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="memory">Who was told to end before.</param>
    /// <param name="spending">What the group's brakes still allow, and how many of it are beside its level.</param>
    /// <param name="repair">How unhealthy ones are replaced: what lives beyond the level for that is no surplus.</param>
    /// <param name="ending">Those of them that end in this plan.</param>
    /// <param name="pool">Places in the warm pool that they may take.</param>
    public static TerminationReport Plan(PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, Spending spending,
        Repairing repair, IReadOnlyList<Instance> ending, PoolPlaces pool)
    {
        // Pending launches are not counted here: one that never comes must not have cost a running instance.
        var surplus = Math.Min(
            inventory.Live + inventory.Unknown.Count - ending.Count - slice.Wanted - repair.Extra, spending.Surplus - ending.Count);
        if (surplus <= 0)
        {
            return TerminationReport.Nothing;
        }

        var why = input.Group.Phase is GroupPhase.Draining
            ? "the group is being deleted"
            : $"{Words.Standing(slice.Wanted, inventory.Counts)}: {surplus} too many{(slice.Why is null ? "" : $", {slice.Why}")}";
        var scaleIn = new ScaleIn(inventory, input.Group.ScaleIn, slice.Placement.Template.Id, slice.MayHaveTwins, input.Now)
        {
            Loads = input.Loads.IsEmpty ? [] : input.Loads.RemoveAll(load => load.Cloud != slice.Placement.Cloud),
        };
        var chosen = scaleIn.Choose(surplus, instance => memory.EndOf(instance.Id), spending.RunningSurplus, ending);
        var needed = chosen.Length == surplus ? 0 : Math.Min(surplus, scaleIn.CountOpen(ending)) - chosen.Length;
        return TerminationStep.Take(
            input,
            slice,
            inventory,
            memory,
            spending.Terminations,
            chosen,
            surplus - needed,
            instance => $"{why}, {scaleIn.Describe(instance)}",
            pool) with
        {
            Needed = needed,
        };
    }
}
