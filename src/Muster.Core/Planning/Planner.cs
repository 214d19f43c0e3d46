using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;

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
        var plan = input.Spread is { } spread ? PlanSpread(input, spread) : PlanSingle(input);
        PlanRules.Ensure(input, plan);
        return plan;
    }

    private static Plan PlanSingle(PlanInput input)
    {
        var slice = input.Slices.Single();
        if (input.Group.Pool is not null)
        {
            slice = slice with { PoolWanted = Pooling.Share(input, [(slice, 0, slice.Wanted)])[0] };
        }

        var inventory = Budget.Limits(input) && slice.Blind is null ? Inventory.Of(input, slice, new(input)) : null;
        var budget = inventory is null ? Budget.Unlimited : Budget.Of(input, [(slice, inventory.Costing)]);
        var part = SlicePlanner.Plan(input, slice, Spending.Of(input, budget), inventory);
        return new([part], [], part.Wanted, part.Counts, Words.Standing(part.Wanted, part.Counts, Explain(part)));
    }

    /// <summary>The parts share what the group may spend, one after the other.</summary>
    private static Plan PlanSpread(PlanInput input, Spread spread)
    {
        var spreading = Spreading.Of(input, spread);
        var spending = Spending.Of(input, spreading.Budget) with
        {
            Surplus = spreading.Surplus, RunningSurplus = spreading.RunningSurplus, Beyond = spreading.Beyond,
        };
        var pool = input.Group.Pool is null ? default : Pooling.Of(input, spreading);
        var slices = ImmutableArray.CreateBuilder<SlicePlan>(input.Slices.Length);
        for (var i = 0; i < input.Slices.Length; i++)
        {
            var share = spreading.Distribution.Shares[i];
            var part = SlicePlanner.Plan(
                input,
                input.Slices[i] with
                {
                    Wanted = share.Wanted, Why = share.Why ?? spread.Why, PoolWanted = pool.IsDefault ? 0 : pool[i],
                },
                spending,
                spreading.Inventories[i]);
            spending = spending.After(part);
            slices.Add(part.InSpread(share.Owed, Words.Standing(part.Wanted, part.Counts, Explain(part))));
        }

        var counts = new InstanceCounts();
        var holds = input.Obstacle is null ? spreading.Holds : [];
        var told = new List<string>(holds.Length + slices.Count);
        foreach (var hold in holds)
        {
            told.Add(hold.Reason);
        }

        foreach (var part in slices)
        {
            counts += part.Counts;
            if (part.Wanted > 0 || part.Counts.Any)
            {
                told.Add($"{part.Placement.Name} {Standing(part)}");
            }
        }

        var explanation = Words.Standing(spread.Level, counts, told.Count == 0 ? Words.NothingToDo : string.Join("; ", told));

        // A move that another brake holds back has not begun, and must not be counted against the hour.
        var moves = Math.Min(spreading.Distribution.Moves, slices.Sum(part => part.LevelLaunches));
        return new(slices.MoveToImmutable(), holds, spread.Level, counts, explanation) { Moves = moves };

        static string Standing(SlicePlan part) => part.Actions.IsEmpty && Explain(part) == Words.NothingToDo
            ? $"{part.Counts.Live + part.Counts.Unknown}"
            : $"{part.Counts.Live + part.Counts.Unknown} of {part.Wanted}: {Explain(part)}";
    }

    private static string Explain(SlicePlan part)
    {
        if (part.Actions.IsEmpty)
        {
            return part.Counts is { Pending: 0, Provisioning: > 0 } && part.Counts.Live == part.Wanted
                ? "waiting for it to come up"
                : part.Counts.Draining > 0 ? "waiting for what drains"
                : Words.NothingToDo;
        }

        var parts = ActionWords.Of(part.Actions);
        parts.AddRange(
            part.Actions.Where(action => action is PlannedAction.Hold or PlannedAction.LookAgain).Select(action => action.Reason));
        return string.Join("; ", parts);
    }
}
