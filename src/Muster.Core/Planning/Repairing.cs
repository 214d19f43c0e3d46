using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Plans the replacing of instances that run and do not work, within the group's budget for it. Pure.</summary>
/// <remarks>
/// A sick instance keeps its place until the budget lets it go: launching first, when another is in service beyond the level; ending
/// first, when no more than <see cref="Repair.UnavailableMax"/> are missing without it.
/// </remarks>
/// <param name="Extra">How many may live beyond the level meanwhile.</param>
/// <param name="Ends">How many sick ones may end now.</param>
/// <param name="Holds">What is left undone.</param>
internal sealed record Repairing(int Extra, int Ends, StepReport Holds)
{
    private static readonly Repairing Nothing = new(0, 0, StepReport.Nothing);

    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="spending">What the group's budget for it still allows.</param>
    public static Repairing Of(PlanInput input, Slice slice, Inventory inventory, Spending spending)
    {
        var sick = inventory.Sick.Count;
        if (sick == 0 || slice.Wanted == 0)
        {
            return Nothing;
        }

        var repair = input.Group.Repair;
        switch (repair.Mode)
        {
            case RepairMode.Off:
                return Nothing;
            case RepairMode.Tell:
                return Held($"{Count(sick)} unhealthy: told, and not replaced");
            default:
                break;
        }

        if (input.Group.Suspended.HasFlag(Suspension.Replace))
        {
            return Held($"replacing is suspended: {Count(sick)} unhealthy stay as they are");
        }

        if (repair.WhenMost is MassVerdict.Hold && Ailing.Standing(input) is { IsMost: true } most)
        {
            return Held($"{Count(most.Sick)} of {Count(most.Running)} are unhealthy at once: none is replaced while most are");
        }

        var mortal = inventory.Sick.Count(instance => !inventory.IsProtected(instance));
        var room = TakesNone(input, slice) ? 0
            : slice.Placement.Spec.Max is { } max ? Math.Max(0, max - slice.Wanted)
            : int.MaxValue;
        var launchesFirst = LaunchesFirst(repair) && room > 0;
        var floor = slice.Wanted - (launchesFirst ? 0 : repair.UnavailableMax.Of(input.Level));
        var ends = Math.Clamp(inventory.Running.Count - floor, 0, Math.Min(mortal, Math.Max(0, spending.SickEnds)));
        var extra = launchesFirst ? Math.Min(Math.Min(mortal - ends, room), Math.Max(0, spending.Surge)) : 0;
        return new(extra, ends, Left(sick - mortal, isStuck: mortal > 0 && room == 0 && repair.UnavailableMax.Value == 0));

        static Repairing Held(string reason) => new(0, 0, StepReport.Held(null, reason));
    }

    /// <summary>How many sick ones of the whole group may end now: as many as leave it what its budget says.</summary>
    public static int EndsOf(PlanInput input)
    {
        var repair = input.Group.Repair;
        var floor = input.Level - (LaunchesFirst(repair) && !HasBoundedPlace(input) ? 0 : repair.UnavailableMax.Of(input.Level));
        return Math.Max(0, Ailing.Standing(input).Running - floor);
    }

    /// <summary>The sick ones that end, those first that have been so for longest.</summary>
    public TerminationReport Plan(PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, int allowed) => Ends == 0
        ? TerminationReport.Nothing
        : TerminationStep.Take(
            input,
            slice,
            memory,
            allowed,
            inventory.Sick.Where(instance => !inventory.IsProtected(instance))
                .OrderByDescending(instance => memory.EndOf(instance.Id))
                .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id)
                .Take(Ends),
            Ends,
            instance => $"{inventory.WhySick(instance, input.Now)}: an unhealthy instance is replaced");

    private static bool LaunchesFirst(Repair repair) =>
        repair.Surge.Value > 0 && (repair.Order is ReplaceOrder.LaunchFirst || repair.UnavailableMax.Value == 0);

    /// <summary>Whether some place may hold only so many: where it does, nothing can be launched first.</summary>
    private static bool HasBoundedPlace(PlanInput input) =>
        input.Slices.Any(slice => slice.Placement.Spec.Max is not null || TakesNone(input, slice));

    /// <summary>Whether nothing is launched there any more: what ends there is made up for elsewhere.</summary>
    private static bool TakesNone(PlanInput input, Slice slice) =>
        slice.Placement.IsEarlier || input.Group.Evacuations.Of(slice.Placement.Name) is not null;

    private static StepReport Left(int isProtected, bool isStuck) =>
        isProtected > 0 ? StepReport.Held(null, $"{Count(isProtected)} unhealthy and protected: they stay")
        : isStuck ? StepReport.Held(
            null, "unhealthy ones stay: their placement has no room for another first, and unavailable_max is 0")
        : StepReport.Nothing;

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
