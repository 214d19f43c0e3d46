using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>What every plan keeps to, asked of each one that acts: doing nothing is better than doing what breaks a rule.</summary>
internal static class PlanRules
{
    /// <exception cref="InvalidOperationException">The plan breaks a rule: a bug in the planner.</exception>
    public static void Ensure(PlanInput input, Plan plan)
    {
        if (!plan.Acts)
        {
            return;
        }

        Require(input.Obstacle is null, plan, "acts although something stands in the way");
        Require(plan.Launches == 0 || !input.Group.Suspended.HasFlag(Suspension.Launch), plan, "launches although launching is suspended");
        Require(
            !(plan.Victims.Any() || plan.Drained.Any() || plan.Rested.Any()) || !input.Group.Suspended.HasFlag(Suspension.Terminate),
            plan,
            "terminates although terminating is suspended");
        var victims = new HashSet<(string Cloud, InstanceId Id)>();
        for (var part = 0; part < plan.Slices.Length; part++)
        {
            EnsurePart(input, plan.Slices[part].Slice, plan, plan.Slices[part], victims);
        }

        EnsureWhole(input, plan);
    }

    private static void EnsurePart(PlanInput input, Slice slice, Plan plan, SlicePlan part, HashSet<(string Cloud, InstanceId Id)> victims)
    {
        var counts = part.Counts;
        Require(
            part.LevelLaunches == 0 || counts.Live + counts.Unknown + counts.Pending + part.LevelLaunches + part.Starts + part.Returns
                <= slice.Wanted + part.Extra,
            plan,
            "launches beyond the level");
        Require(
            part.Starts == 0 || counts.Live + counts.Unknown + Answered(slice, counts) + part.Starts + part.Returns
                <= slice.Wanted + part.Extra,
            plan,
            "starts beyond the level");
        Require(
            part.Launches + part.Starts == 0 || !slice.Placement.IsEarlier, plan, "launches outside of the group's placements");
        Require(
            part.Launches == part.LevelLaunches
                || counts.Warm + counts.Warming + part.Launches - part.LevelLaunches - part.Starts <= slice.PoolWanted,
            plan,
            "launches beyond the pool");
        var owned = slice.Owned.Select(instance => instance.Id).ToHashSet();
        var roster = input.RosterOf(slice);
        var held = 0;
        foreach (var victim in part.Ended)
        {
            Require(victims.Add((slice.Placement.Cloud, victim.Id)), plan, $"terminates {victim.Id} twice");
            Require(owned.Contains(victim.Id), plan, $"terminates {victim.Id}, which the look did not show");
            Require(!Inventory.IsProtected(victim, roster), plan, $"terminates {victim.Id}, which is protected");
            Require(slice.MayEnd?.Contains(victim.Id) is not false, plan, $"terminates {victim.Id}, which only one look wants gone");
            Require(!Inventory.IsAside(victim, roster, input.Group), plan, $"terminates {victim.Id}, which is on standby");
            held += victim.IsDead || victim.State is InstanceState.Warm || Inventory.IsUnwanted(victim, roster)
                || Inventory.IsDraining(victim, roster) ? 0 : 1;
        }

        foreach (var action in part.Actions)
        {
            EnsureGates(input, plan, action, roster);
        }

        var replaced = part.SickVictims + part.AgedVictims;
        var left = counts.Live + counts.Unknown - held;
        Require(
            held == 0 || left >= slice.Wanted - (replaced == 0 ? 0 : input.Group.Repair.UnavailableMax.Of(input.Level)),
            plan,
            "terminates below the level");
        Require(part.AgedVictims <= 1 || left >= slice.Wanted, plan, "replaces more than one at once for their age");
        Require(held == replaced || left >= slice.Wanted, plan, "terminates one that works below the level");
        Require(
            slice.Blind is null || part.Actions.All(action => action is PlannedAction.Hold),
            plan,
            "does something where nobody could look");
    }

    /// <summary>Nobody that runs ends before its gates have let it go, and nobody is asked twice to leave.</summary>
    private static void EnsureGates(PlanInput input, Plan plan, PlannedAction action, Roster roster)
    {
        switch (action)
        {
            case PlannedAction.Drain { Instance: { } victim }:
                Require(!Inventory.IsDraining(victim, roster), plan, $"drains {victim.Id}, which drains already");
                Require(victim.State is InstanceState.Running, plan, $"drains {victim.Id}, which does not run");
                break;
            case PlannedAction.Return { Instance: { } victim }:
                Require(Inventory.IsDraining(victim, roster), plan, $"returns {victim.Id}, which does not drain");
                break;
            case PlannedAction.Terminate { Instance: { State: InstanceState.Running } victim, IsDrained: var isDrained }:
                EnsureDrained(input, plan, victim, isDrained, roster);
                break;
            case PlannedAction.Rest { Instance: var victim, IsFromService: true, IsDrained: var isDrained }:
                Require(victim.State is InstanceState.Running, plan, $"puts {victim.Id} to rest from service, which does not run");
                EnsureDrained(input, plan, victim, isDrained, roster);
                break;
            case PlannedAction.Rest { Instance: var warm }:
                Require(warm.State is InstanceState.Warm, plan, $"puts {warm.Id} to rest, which is not in the pool");
                break;
            case PlannedAction.Start { Instance: var warm }:
                Require(
                    warm is { State: InstanceState.Warm, Warmth: Warmth.Ready or Warmth.Resting },
                    plan,
                    $"starts {warm.Id}, which does not rest in the pool");
                break;
        }
    }

    private static void EnsureDrained(PlanInput input, Plan plan, Instance victim, bool isDrained, Roster roster)
    {
        if (!Gates.HoldAtEnd(input.Group.Drain, input.Group.Hooks))
        {
            return;
        }

        Require(isDrained, plan, $"terminates {victim.Id}, which has not drained");
        Require(
            !isDrained || (roster.Find(victim.Id) is { Phase: MemberPhase.Draining } member
                && Gates.Of(input.Group.Drain, input.Group.Hooks, member, roster.NoteOf(victim.Id), input.Now).State
                    is not GateState.Waiting),
            plan,
            $"terminates {victim.Id}, which waits at a gate");
    }

    /// <summary>
    /// Launches that are not listed and sure to be there. One that was never answered need not have come to be, and nothing waits for it.
    /// </summary>
    private static int Answered(Slice slice, InstanceCounts counts) => Math.Max(
        0,
        counts.Pending - slice.OpenLaunches.Count(launch => launch is { Phase: LaunchPhase.Intended, IsForPool: false }
            && !slice.Owned.Any(instance => instance.IsHalfMade && instance.Read<LaunchId>(MusterTags.Launch) == launch.Id)));

    /// <summary>Of several parts together: what ends must leave as many as there are to be.</summary>
    private static void EnsureWhole(PlanInput input, Plan plan)
    {
        var ending = plan.Slices.Sum(part => part.LivingVictims);
        Require(
            ending == 0 || plan.Counts.Live + plan.Counts.Unknown - ending >= input.Level - UnavailableMax(input, plan),
            plan,
            "terminates below the level of the whole group");
        if (plan.Launches > 0 && Budget.Limits(input))
        {
            Require(plan.Slices.All(part => part.Launches == 0 || part.Slice.Price is not null), plan, "launches what has no price");
            var cost = Budget.CostOf(plan, withLaunches: true);
            if (cost == Budget.CostOf(plan, withLaunches: false))
            {
                // Free ones pass no limit, that of an account that costs too much already neither.
                return;
            }

            Require(cost <= (input.Group.Brakes.SpendPerHourMax ?? cost), plan, "launches beyond what the group may spend");
            Require(
                cost <= (input.Account is { } account ? account.Max - account.Others : cost),
                plan,
                "launches beyond what the account may spend");
            Require(cost <= (input.SetAside ?? cost), plan, "launches beyond what is set aside for it");
        }
    }

    /// <summary>How many of those that are replaced may end before others have taken their places.</summary>
    private static int UnavailableMax(PlanInput input, Plan plan) =>
        plan.Slices.Any(part => part.SickVictims + part.AgedVictims > 0) ? input.Group.Repair.UnavailableMax.Of(input.Level) : 0;

    private static void Require(bool holds, Plan plan, string broken)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"the plan {broken}: {plan.Explanation}");
        }
    }
}
