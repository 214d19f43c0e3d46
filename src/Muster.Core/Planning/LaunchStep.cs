using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;

namespace Muster.Core.Planning;

/// <summary>Plans new launches for what is missing, within the brakes. Pure.</summary>
internal static class LaunchStep
{
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="isMassFailure">Whether most of it died at once, now or before.</param>
    /// <param name="spending">What the group's brakes still allow.</param>
    /// <param name="repair">How many may live beyond the level, for those that are to be replaced.</param>
    /// <param name="returned">How many that drained return to service.</param>
    public static StepReport Plan(
        PlanInput input, Slice slice, Inventory inventory, bool isMassFailure, Spending spending, Repairing repair, int returned)
    {
        var (group, now) = (input.Group, input.Now);
        var placement = input.State.Of(slice.Placement.Name);
        var empty = EmptyPlaces(input, slice, inventory);
        var missing = slice.Wanted + repair.Extra - inventory.Occupied - empty - returned;
        if (missing <= 0 && empty == 0)
        {
            return StepReport.Nothing;
        }

        var actions = ImmutableArray.CreateBuilder<PlannedAction>();
        if (empty > 0)
        {
            actions.Add(new PlannedAction.Hold(RecheckAt: null) { Reason = $"replacing is suspended: {empty} places stay empty" });
        }

        if (missing > 0 && group.Suspended.HasFlag(Suspension.Launch))
        {
            actions.Add(new PlannedAction.Hold(RecheckAt: null) { Reason = $"launching is suspended: {missing} missing" });
        }
        else if (missing > 0)
        {
            var allowed = new Allowance(missing, actions);
            LimitByBreaker(allowed, placement, slice, now);
            if (isMassFailure)
            {
                var batch = MassFailureBatch(slice.Wanted);
                var replacing = inventory.Pending.Length + inventory.Provisioning.Count;
                allowed.Limit(
                    Math.Max(0, batch - replacing), recheckAt: null, $"most of the group died at once: replacing {batch} at a time");
            }

            LimitByBrakes(allowed, input, spending);
            var below = Math.Max(0, slice.Wanted - inventory.Occupied - empty);
            if (spending.Beyond < missing - below)
            {
                allowed.Limit(
                    below + Math.Max(0, spending.Beyond),
                    recheckAt: null,
                    "the group has as many beyond its level as it may: others end first");
            }

            if (slice.Placement.Spec.Max is { } most && inventory.Lingering > 0)
            {
                allowed.Limit(
                    Math.Max(0, most - inventory.Occupied - inventory.Lingering - returned),
                    recheckAt: null,
                    $"{inventory.Lingering} that were given up run there yet, and it may hold {most}");
            }

            LimitByBudget(allowed, input, slice, spending.Budget);
            if (allowed.Count > 0)
            {
                var isExtra = inventory.Occupied >= slice.Wanted;
                var reason = $"{Words.Standing(slice.Wanted, inventory.Counts)}: "
                    + (isExtra ? $"{missing} for {repair.For}" : $"{missing} missing")
                    + (inventory.Leaving == 0 ? "" : $", since the cloud takes {inventory.Leaving} back");
                actions.Add(new PlannedAction.Launch(allowed.Count)
                {
                    Reason = slice.Why is null ? reason : $"{reason}, {slice.Why}",
                });
            }
        }

        return new(actions.DrainToImmutable());
    }

    /// <summary>Places that stay empty, since replacing is suspended.</summary>
    public static int EmptyPlaces(PlanInput input, Slice slice, Inventory inventory) => input.Group.Suspended.HasFlag(Suspension.Replace)
        ? Math.Max(0, Math.Min(input.State.Of(slice.Placement.Name).EstablishedLevel, slice.Wanted) - inventory.Occupied)
        : 0;

    /// <summary>Plans new launches for the warm pool, within the same brakes.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="missing">How many the pool is short of; at least 1.</param>
    /// <param name="spending">What the brakes allow beside the launches for the level.</param>
    public static StepReport PlanForPool(PlanInput input, Slice slice, int missing, Spending spending)
    {
        var actions = ImmutableArray.CreateBuilder<PlannedAction>();
        if (input.Group.Suspended.HasFlag(Suspension.Launch))
        {
            return StepReport.Held(recheckAt: null, $"launching is suspended: {missing} missing in the pool");
        }

        var allowed = new Allowance(missing, actions);
        LimitByBreaker(allowed, input.State.Of(slice.Placement.Name), slice, input.Now);
        LimitByBrakes(allowed, input, spending);
        LimitByBudget(allowed, input, slice, spending.Budget);
        if (allowed.Count > 0)
        {
            actions.Add(new PlannedAction.Launch(allowed.Count)
            {
                Reason = $"{slice.PoolWanted} wanted in the pool: {missing} missing", IsForPool = true,
            });
        }

        return new(actions.DrainToImmutable());
    }

    private static void LimitByBrakes(Allowance allowed, PlanInput input, Spending spending)
    {
        var (brakes, now) = (input.Group.Brakes, input.Now);
        allowed.Limit(spending.LaunchesThisCheck, now, $"{brakes.LaunchesPerCheckMax} launches a check at most");
        allowed.Limit(
            spending.LaunchesThisHour,
            input.State.Launched.NextReleaseAt(now),
            $"{brakes.LaunchesPerHourMax} launches an hour at most, {input.State.Launched.At(now)} made");
    }

    private static void LimitByBreaker(Allowance allowed, PlacementState placement, Slice slice, DateTimeOffset now)
    {
        var breaker = placement.Breaker;
        if (!breaker.IsOpen)
        {
            return;
        }

        var unproven = slice.OpenLaunches.Count(launch => launch.IsOpen && !launch.IsBornDead);
        DateTimeOffset? waitsUntil = breaker.ProbeAt > now ? breaker.ProbeAt : null;
        allowed.Limit(
            breaker.Allowance(now, unproven),
            waitsUntil,
            $"{breaker.FailuresInRow} launches in a row failed, the last: {breaker.LastFailure}; "
            + (waitsUntil is { } at ? $"trying one at {Words.Of(at)}" : "trying one at a time until one lasts"));
    }

    /// <summary>Who limits what is spent wants nothing launched whose price nobody knows.</summary>
    private static void LimitByBudget(Allowance allowed, PlanInput input, Slice slice, Budget budget)
    {
        if (budget.Why is not { } why)
        {
            return;
        }

        if (slice.Price is not { } price)
        {
            allowed.Limit(
                0, recheckAt: null, $"spend_per_hour_max cannot be kept: no price is known for {PriceWords.Of(slice.Placement)}");
            return;
        }

        allowed.Limit(budget.Of(price), budget.RecheckAt, $"{why}; one more costs {Money.AnHour(price, input.Currency!)}");
    }

    /// <summary>A quarter of the part, at least one: what a mistaken alarm may cost at most before somebody sees it.</summary>
    private static int MassFailureBatch(int level) => Math.Max(1, (level + 3) / 4);

    /// <summary>Cuts a wish down, keeping the reason of each cut.</summary>
    private sealed class Allowance(int wanted, ImmutableArray<PlannedAction>.Builder actions)
    {
        public int Count { get; private set; } = wanted;

        public void Limit(int max, DateTimeOffset? recheckAt, string reason)
        {
            if (Count > max)
            {
                actions.Add(new PlannedAction.Hold(recheckAt) { Reason = $"{Count - max} held back: {reason}" });
                Count = max;
            }
        }
    }
}
