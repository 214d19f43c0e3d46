using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Launches;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>Plans what becomes of instances that drain: some return to service, and of others the end has come. Pure.</summary>
internal static class Draining
{
    /// <summary>
    /// Whether an instance drains first where its end is decided: it runs, and something stands between that and its end. An order to end
    /// that came to nothing is no reason not to: it serves again since.
    /// </summary>
    public static bool IsDue(PlanInput input, Inventory inventory, Instance instance) =>
        instance.State is InstanceState.Running && Gates.HoldAtEnd(input.Group.Drain, input.Group.Hooks)
        && !inventory.HasDrained(instance);

    /// <summary>
    /// Those that may return: they work, nobody wants them gone, they are what the group would launch, and no order to end them is under
    /// way.
    /// </summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <returns>Those first whose drain is youngest.</returns>
    public static IEnumerable<(Instance Instance, DateTimeOffset Since)> Returnable(PlanInput input, Slice slice, Inventory inventory)
    {
        if (inventory.Draining.Count == 0 || input.Group.Phase is not GroupPhase.Active || slice.IsLeft(input.Group))
        {
            return [];
        }

        var memory = TerminationMemory.Of(input, slice);
        return inventory.Draining
            .Where(instance => instance.State is InstanceState.Running && !instance.HasNotice(input.Now) && !memory.IsUnderWay(instance.Id)
                && instance.Read<TemplateId>(MusterTags.Template) == slice.Placement.Template.Id
                && inventory.IsSound(instance, input.Now) && !Aging.IsOver(instance, input.Group, input.Now)
                && PassageOf(input, inventory, instance).State is not GateState.Abandoned)
            .Select(instance => (instance, inventory.DrainOf(instance).Member.Since))
            .OrderByDescending(one => one.Since).ThenBy(one => one.instance.Id);
    }

    /// <summary>Those that must stay, and as many others as are missing: before anything is asked for again, or launched.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="extra">How many may live beyond the level, for those that are to be replaced.</param>
    public static ImmutableArray<PlannedAction> Return(PlanInput input, Slice slice, Inventory inventory, int extra)
    {
        if (inventory.Returning.IsEmpty && inventory.Draining.Count == 0)
        {
            return [];
        }

        var actions = ImmutableArray.CreateBuilder<PlannedAction>();
        foreach (var instance in inventory.Returning)
        {
            actions.Add(new PlannedAction.Return(instance) { Reason = "it is to stay: its drain is cancelled" });
        }

        // What the cloud has answered is there, whatever the listing shows; what it was asked for need not have come to be.
        var missing = slice.Wanted + extra - inventory.Live - inventory.Unknown.Count
            - inventory.Pending.Count(launch => launch.Phase is not LaunchPhase.Intended)
            - LaunchStep.EmptyPlaces(input, slice, inventory);
        foreach (var (instance, _) in Returnable(input, slice, inventory).Take(Math.Max(0, missing)))
        {
            actions.Add(new PlannedAction.Return(instance)
            {
                Reason = $"{Words.Standing(slice.Wanted, inventory.Counts)}: {Count(missing)} missing, and this one only drains",
            });
        }

        return actions.DrainToImmutable();
    }

    /// <summary>The end of those whose gates have let them go.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="memory">Who was told to end before.</param>
    /// <param name="returned">Those that do not end.</param>
    /// <param name="pool">Places in the warm pool that they may take.</param>
    public static TerminationReport End(
        PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, ImmutableArray<PlannedAction> returned,
        PoolPlaces pool)
    {
        if (inventory.Draining.Count == 0)
        {
            return TerminationReport.Nothing;
        }

        var staying = returned.OfType<PlannedAction.Return>().Select(back => back.Instance.Id).ToHashSet();
        var over = inventory.Draining
            .Where(instance => !staying.Contains(instance.Id)
                && PassageOf(input, inventory, instance).State is not GateState.Waiting)
            .OrderBy(instance => inventory.DrainOf(instance).Member.Since).ThenBy(instance => instance.Id)
            .ToList();
        return TerminationStep.Take(
            input, slice, inventory, memory, allowed: 0, over, over.Count, instance => WhyOver(input, inventory, instance), pool);
    }

    /// <summary>Whether somebody has said of one that drains that it is to end at once.</summary>
    public static bool IsAbandoned(PlanInput input, Inventory inventory, Instance instance) =>
        PassageOf(input, inventory, instance).State is GateState.Abandoned;

    private static Passage PassageOf(PlanInput input, Inventory inventory, Instance instance)
    {
        var (member, note) = inventory.DrainOf(instance);
        return Gates.AtEnd(input.Group.Drain, input.Group.Hooks, member.Since, note, input.Now);
    }

    private static string WhyOver(PlanInput input, Inventory inventory, Instance instance)
    {
        var since = inventory.DrainOf(instance).Member.Since;
        var seconds = Math.Max(0, (input.Now - since).TotalSeconds);
        return string.Create(
            CultureInfo.InvariantCulture, $"it drained for {seconds:0.#} s, {LifeWords.WhyOver(PassageOf(input, inventory, instance))}");
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
