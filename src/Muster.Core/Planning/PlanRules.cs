using Muster.Core.Groups;
using Muster.Core.Instances;

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

        var counts = plan.Counts;
        if (plan.Launches > 0)
        {
            Require(counts.Live + counts.Unknown + counts.Pending + plan.Launches <= plan.Level, plan, "launches beyond the level");
            Require(!input.Group.Suspended.HasFlag(Suspension.Launch), plan, "launches although launching is suspended");
        }

        var victims = new HashSet<InstanceId>();
        var owned = input.Owned.Select(instance => instance.Id).ToHashSet();
        var held = 0;
        foreach (var victim in plan.Victims)
        {
            Require(victims.Add(victim.Id), plan, $"terminates {victim.Id} twice");
            Require(owned.Contains(victim.Id), plan, $"terminates {victim.Id}, which the look did not show");
            Require(!victim.IsProtected, plan, $"terminates {victim.Id}, which is protected");
            Require(input.MayEnd?.Contains(victim.Id) is not false, plan, $"terminates {victim.Id}, which only one look wants gone");
            held += victim.IsDead ? 0 : 1;
        }

        Require(held == 0 || counts.Live + counts.Unknown - held >= plan.Level, plan, "terminates below the level");
        Require(
            victims.Count == 0 || !input.Group.Suspended.HasFlag(Suspension.Terminate), plan, "terminates although terminating is suspended");
    }

    private static void Require(bool holds, Plan plan, string broken)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"the plan {broken}: {plan.Explanation}");
        }
    }
}
