using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;

namespace Muster.Core.Planning;

/// <summary>Plans one part of a group: each step is a function of what was seen, and what the steps report is the plan. Pure.</summary>
internal static class SlicePlanner
{
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="spending">What the group's brakes still allow.</param>
    /// <param name="inventory">What is there, where that is known already.</param>
    public static SlicePlan Plan(PlanInput input, Slice slice, Spending spending, Inventory? inventory = null) => slice.Blind is { } blind
        ? PlanBlind(input, slice, blind)
        : Plan(input, slice, inventory ?? Inventory.Of(input, slice, new(input)), spending);

    private static SlicePlan Plan(PlanInput input, Slice slice, Inventory inventory, Spending spending)
    {
        if (IsSettled(input, slice, inventory))
        {
            return new(slice, inventory.Counts, [], massFailure: false);
        }

        var placement = input.State.Of(slice.Placement.Name);
        var isAlarm = LooksLikeMassFailure(input.Group, placement, slice, inventory);
        var isMassFailure = placement.MassFailure || isAlarm;
        var repair = Repairing.Of(input, slice, inventory, spending);
        var actions = isAlarm && !input.LookedAgain
            ? LookAgain(placement, inventory).Actions
            : PlanSteps(input, slice, inventory, isMassFailure, spending, repair);
        actions = input.Obstacle is { } why ? LeftUndone(actions, why) : actions;
        return new(
            slice,
            inventory.Counts,
            actions,
            massFailure: slice.Wanted > 0 && (placement.MassFailure || (input.LookedAgain && isAlarm))
                && inventory.Live + inventory.Unknown.Count < slice.Wanted)
        {
            LivingVictims = VictimsAmong(actions, inventory.IsCounted),
            RunningVictims = VictimsAmong(actions, inventory.Running.Contains),
            SickVictims = VictimsAmong(actions, inventory.IsSick),
            AgedVictims = VictimsAmong(actions, instance => inventory.IsAged(instance) && !inventory.IsSick(instance)),
            Lingering = inventory.Lingering,
            Extra = repair.Extra,
            Starts = actions.Count(action => action is PlannedAction.Start),
            Returns = actions.Count(action => action is PlannedAction.Return back && inventory.Draining.Contains(back.Instance)),
        };
    }

    /// <summary>
    /// Whether as many run as are wanted, all is well with them, and nothing else is there: most often, and then no step has anything to
    /// do or to say.
    /// </summary>
    private static bool IsSettled(PlanInput input, Slice slice, Inventory inventory) =>
        inventory.HoldsOnlySound && inventory.Running.Count == slice.Wanted && input.State.RecentTerminations.IsEmpty
        && slice.PoolWanted == 0;

    /// <summary>Nothing is known, so nothing is done: what is there holds its places.</summary>
    private static SlicePlan PlanBlind(PlanInput input, Slice slice, Blindness blind)
    {
        var placement = input.State.Of(slice.Placement.Name);
        var (held, pending) = Spreading.HeldUnseen(input, slice);
        return new(
            slice,
            new()
            {
                Unknown = held,
                Pending = pending,
                Draining = placement.Counts.Draining,
                Warm = placement.Counts.Warm,
                Warming = Math.Max(0, Pooling.InPool(input, slice, inventory: null) - placement.Counts.Warm),
            },
            StepReport.Held(RecheckAt(input, placement, blind), $"nothing is done there: {blind.Words}").Actions,
            placement.MassFailure);
    }

    /// <summary>When it is looked at again, or when what is missing there is launched elsewhere, if that is earlier.</summary>
    private static DateTimeOffset RecheckAt(PlanInput input, PlacementState placement, Blindness blind) =>
        (placement.FailingSince ?? input.Now) + input.Spread?.Layout.SpillAfter is { } spills
        && spills > input.Now
        && spills < blind.RetryAt
            ? spills
            : blind.RetryAt;

    private static ImmutableArray<PlannedAction> PlanSteps(
        PlanInput input, Slice slice, Inventory inventory, bool isMassFailure, Spending spending, Repairing repair)
    {
        var memory = TerminationMemory.Of(input, slice);
        var (dead, kept) = DeadStep.Plan(input, slice, inventory, memory, spending.Terminations);

        // Where nothing is to be any more, nothing is made: what was asked for shows itself, or expires.
        var isLeft = slice.IsLeft(input.Group);
        var returned = Draining.Return(input, slice, inventory, repair.Extra);
        var back = returned.Length - inventory.Returning.Length;
        var started = isLeft ? [] : Pooling.Start(input, slice, inventory, spending, repair.Extra, back);
        var missed = back + started.Length;
        var resumes = isLeft ? StepReport.Nothing : ResumeStep.Plan(input, slice, inventory, missed);
        var launches = isLeft
            ? StepReport.Nothing
            : LaunchStep.Plan(input, slice, inventory, isMassFailure, spending, repair, missed);
        var places = Pooling.PlacesFor(input, slice, inventory, memory);
        var sick = repair.Plan(input, slice, inventory, memory, spending.Terminations - dead.Spent);
        var surplus = SurplusStep.Plan(
            input,
            slice,
            inventory,
            memory,
            spending with { Terminations = spending.Terminations - dead.Spent - sick.Spent },
            repair,
            [.. sick.Actions.Select(action => action.Ended).OfType<Instance>()],
            places);
        var drained = Draining.End(input, slice, inventory, memory, returned, places);
        var ends = dead.And(sick).And(surplus).And(drained);
        ImmutableArray<PlannedAction> pooled = [];
        if (Pooling.IsAny(input, inventory))
        {
            var ended = Pooling.End(input, slice, inventory, memory, spending.Terminations - ends.Spent, started);
            ends = ends.And(ended);
            pooled =
            [
                .. ended.Actions,
                .. Pooling.Rest(input, slice, inventory, memory, started, ended),

                // The level comes first: while it misses anything, nothing is launched to rest.
                .. isLeft || isMassFailure || !launches.Actions.IsEmpty
                    ? []
                    : Pooling.Launch(input, slice, inventory, spending, started.Length, RestedIn(surplus, drained)).Actions,
            ];
        }

        var left = TerminationStep.Explain(input, slice, memory, ends);
        return
        [
            .. dead.Actions, .. kept.Actions, .. returned, .. started, .. resumes.Actions, .. launches.Actions, .. sick.Actions,
            .. repair.Holds.Actions, .. surplus.Actions, .. drained.Actions, .. pooled, .. left.Actions,
        ];
    }

    private static int RestedIn(TerminationReport surplus, TerminationReport drained) =>
        surplus.Actions.Concat(drained.Actions).Count(action => action is PlannedAction.Rest);

    private static int VictimsAmong(ImmutableArray<PlannedAction> actions, Func<Instance, bool> some)
    {
        var count = 0;
        foreach (var action in actions)
        {
            count += action.Ended is { } instance && some(instance) ? 1 : 0;
        }

        return count;
    }

    private static StepReport LookAgain(PlacementState placement, Inventory inventory)
    {
        var (filled, lost) = (placement.EstablishedLevel, placement.EstablishedLevel - inventory.Alive);
        return new([
            new PlannedAction.LookAgain
            {
                Reason = $"{lost} of {filled} instances look dead at once: looking again before replacing any",
            },
        ]);
    }

    /// <summary>The same, by numbers.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="placement">What is so there.</param>
    /// <param name="expected">Places that should be taken.</param>
    /// <param name="occupied">Places that are.</param>
    public static bool IsMassFailure(Group group, PlacementState placement, int expected, int occupied)
    {
        var lost = expected - occupied;
        return !placement.MassFailure && !group.Suspended.HasFlag(Suspension.Replace) && lost >= 2 && lost * 2 > expected;
    }

    /// <summary>More than half of the places that were filled when all was well, and at least two, are empty at once.</summary>
    private static bool LooksLikeMassFailure(Group group, PlacementState placement, Slice slice, Inventory inventory) =>
        IsMassFailure(group, placement, Math.Min(placement.EstablishedLevel, slice.Wanted), inventory.Alive);

    /// <summary>Nothing is done, and what would have been is said.</summary>
    private static ImmutableArray<PlannedAction> LeftUndone(ImmutableArray<PlannedAction> actions, string why)
    {
        var undone = ActionWords.Of(actions);
        return undone.Count > 0 || actions.Any(action => action is PlannedAction.LookAgain)
            ? StepReport.Held(null, $"not done: {(undone.Count > 0 ? string.Join(", ", undone) : "look again")}: {why}").Actions
            : actions;
    }
}
