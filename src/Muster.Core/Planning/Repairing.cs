using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Plans the replacing of instances that run and do not work, or are too old, within the group's budget for it. Pure.</summary>
/// <remarks>
/// Such an instance keeps its place until the budget lets it go: launching first, when another is in service beyond the level; ending
/// first, when no more than <see cref="Repair.UnavailableMax"/> are missing without it. Those that are too old have what the sick leave
/// of the budget, and one of them at a time: a lifetime holds whatever <see cref="Repair.Mode"/> says, since that is about the sick.
/// </remarks>
/// <param name="Extra">How many may live beyond the level meanwhile.</param>
/// <param name="Ends">How many sick ones may end now.</param>
/// <param name="Holds">What is left undone.</param>
internal sealed record Repairing(int Extra, int Ends, StepReport Holds)
{
    private static readonly Repairing Nothing = new(0, 0, StepReport.Nothing);

    /// <summary>The one that ends now for its age; null for none.</summary>
    public Instance? Aged { get; private init; }

    /// <summary>Whom the extra ones are for, and what becomes of those, in words.</summary>
    public string For { get; private init; } = "unhealthy ones, which end when it is in service";

    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="spending">What the group's budget for it still allows.</param>
    public static Repairing Of(PlanInput input, Slice slice, Inventory inventory, Spending spending)
    {
        var sick = OfSick(input, slice, inventory, spending);
        return inventory.Aged.Count == 0 || slice.Wanted == 0 ? sick : sick.AndAged(input, slice, inventory, spending);
    }

    private static Repairing OfSick(PlanInput input, Slice slice, Inventory inventory, Spending spending)
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
        var room = RoomOf(input, slice);
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

    /// <summary>The sick ones that end, those first that have been so for longest; then the one that is too old.</summary>
    public TerminationReport Plan(PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, int allowed)
    {
        if (Ends == 0 && Aged is null)
        {
            return TerminationReport.Nothing;
        }

        var sick = inventory.Sick.Where(instance => !inventory.IsProtected(instance))
            .OrderByDescending(instance => memory.EndOf(instance.Id))
            .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id)
            .Take(Ends);
        return TerminationStep.Take(
            input,
            slice,
            inventory,
            memory,
            allowed,
            Aged is null ? sick : sick.Append(Aged),
            Ends + (Aged is null ? 0 : 1),
            instance => ReferenceEquals(instance, Aged)
                ? $"its lifetime of {DurationText.Format(input.Group.LifetimeMax!.Value)} at most is over: an old instance is replaced"
                : $"{inventory.WhySick(instance, input.Now)}: an unhealthy instance is replaced");
    }

    /// <summary>The same with the one that is to be replaced next for its age, where it is in this slice.</summary>
    private Repairing AndAged(PlanInput input, Slice slice, Inventory inventory, Spending spending)
    {
        var aged = inventory.Aged.Count;
        if (input.Group.Suspended.HasFlag(Suspension.Replace))
        {
            return With($"replacing is suspended: {Count(aged)} past their lifetime stay");
        }

        var stays = inventory.Aged.Count(inventory.IsProtected);
        var told = stays == 0 ? this : With($"{Count(stays)} past their lifetime and protected: they stay");
        if (Aging.Next(input) is not { } next || !inventory.IsAged(next))
        {
            return told;
        }

        var repair = input.Group.Repair;
        var standing = Ailing.Standing(input);
        if (repair.WhenMost is MassVerdict.Hold && standing.IsMost)
        {
            return told.With("most are unhealthy at once: none is replaced for its age");
        }

        // Who replaces one that works while others do not takes from what is left: as far as the group's budget goes, and no further.
        var unavailable = repair.UnavailableMax.Of(input.Level);
        var others = standing.Sick - (inventory.IsSick(next) ? 1 : 0);
        var launchesFirst = LaunchesFirst(repair) && RoomOf(input, slice) > Extra;
        if (others + (launchesFirst ? 0 : 1) > unavailable)
        {
            return told.With(others == 0
                ? "one past its lifetime stays: the placement's max leaves no room for another first, and unavailable_max is 0"
                : $"{Count(others)} unhealthy: none is replaced for its age meanwhile");
        }

        var running = inventory.Running.Count - Ends;
        var isNow = spending.SickEnds - Ends > 0
            && (launchesFirst ? running > slice.Wanted : running >= slice.Wanted && standing.Running >= input.Level);
        return isNow ? told with { Aged = next }
            : launchesFirst && Extra < spending.Surge ? told with { Extra = Extra + 1, For = ForAged }
            : told;
    }

    private string ForAged => Extra == 0
        ? "one whose lifetime is over, which ends when it is in service"
        : "unhealthy ones and one whose lifetime is over, which end when it is in service";

    private Repairing With(string hold) => this with { Holds = new(Holds.Actions.AddRange(StepReport.Held(null, hold).Actions)) };

    private static int RoomOf(PlanInput input, Slice slice) =>
        TakesNone(input, slice) ? 0
        : slice.Placement.Spec.Max is { } max ? Math.Max(0, max - slice.Wanted)
        : int.MaxValue;

    private static bool LaunchesFirst(Repair repair) =>
        repair.Surge.Value > 0 && (repair.Order is ReplaceOrder.LaunchFirst || repair.UnavailableMax.Value == 0);

    /// <summary>Whether some place may hold only so many: where it does, nothing can be launched first.</summary>
    private static bool HasBoundedPlace(PlanInput input) =>
        input.Slices.Any(slice => slice.Placement.Spec.Max is not null || TakesNone(input, slice));

    /// <summary>Whether nothing is launched there any more: what ends there is made up for elsewhere.</summary>
    private static bool TakesNone(PlanInput input, Slice slice) => slice.IsLeft(input.Group);

    private static StepReport Left(int isProtected, bool isStuck) =>
        isProtected > 0 ? StepReport.Held(null, $"{Count(isProtected)} unhealthy and protected: they stay")
        : isStuck ? StepReport.Held(
            null, "unhealthy ones stay: their placement has no room for another first, and unavailable_max is 0")
        : StepReport.Nothing;

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
