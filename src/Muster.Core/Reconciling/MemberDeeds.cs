using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// What a plan decides about members without a call to any cloud: who begins to drain, and who returns to service. It is written down under
/// the lease before the first call, and has happened with that: whoever empties a load balancer goes by it. Pure.
/// </summary>
internal static class MemberDeeds
{
    /// <summary>How many it decides.</summary>
    public static int Count(Plan plan) => plan.Actions.Count(action => action is PlannedAction.Drain or PlannedAction.Return);

    /// <summary>The state in which that is so. A drain is spent when it begins, and given back when it is cancelled.</summary>
    public static GroupState Written(GroupState state, Plan plan, GroupRecord record, DateTimeOffset now)
    {
        if (Count(plan) == 0)
        {
            return state;
        }

        var (members, terminated) = (state.Members.ToBuilder(), state.Terminated);
        foreach (var part in plan.Slices)
        {
            var cloud = record.IsSpread ? part.Placement.Cloud : null;
            foreach (var action in part.Actions)
            {
                switch (action)
                {
                    case PlannedAction.Drain drain:
                        members.RemoveAll(member => Is(member, drain.Instance.Id, part, record));
                        members.Add(new() { Instance = drain.Instance.Id, Cloud = cloud, Phase = MemberPhase.Draining, Since = now });
                        terminated = terminated.Add(1, now);
                        break;
                    case PlannedAction.Return back:
                        foreach (var member in members.Where(member => Is(member, back.Instance.Id, part, record)).ToList())
                        {
                            members.Remove(member);
                            terminated = terminated.GiveBack(member.Since);
                        }

                        break;
                }
            }
        }

        return state with { Members = members.ToImmutable(), Terminated = terminated };
    }

    /// <summary>What the audit trail learns of it.</summary>
    public static ImmutableArray<Activity> Tell(Plan plan, GroupRecord record, IRandomSource random, DateTimeOffset now)
    {
        if (Count(plan) == 0)
        {
            return [];
        }

        var told = ImmutableArray.CreateBuilder<Activity>();
        foreach (var part in plan.Slices)
        {
            foreach (var action in part.Actions)
            {
                var reason = record.ReasonIn(part.Placement, action.Reason);
                switch (action)
                {
                    case PlannedAction.Drain drain:
                        Add(drain.Instance.Id, $"began to drain {drain.Instance.Name}: {reason}{Held(record, now)}");
                        break;
                    case PlannedAction.Return back:
                        Add(back.Instance.Id, $"returned {back.Instance.Name} to service: {reason}");
                        break;
                }
            }
        }

        return told.DrainToImmutable();

        void Add(InstanceId instance, string what) => told.Add(ActivityWriter.Make(
            record.Group, random, ActivityType.Hold, ActivityStatus.Succeeded, what, now, instance));
    }

    /// <summary>What it waits for, and until when: whoever follows the trail may have to answer.</summary>
    private static string Held(GroupRecord record, DateTimeOffset now)
    {
        var gates = Gates.AtEnd(record.Group.Drain, record.Group.Hooks, now, note: null, now);
        return gates.State is GateState.Waiting ? $"; it waits for {LifeWords.WaitingUntil(gates)}" : "";
    }

    private static bool Is(Member member, InstanceId instance, SlicePlan part, GroupRecord record) =>
        member.Instance == instance && (!record.IsSpread || (member.Cloud ?? record.Template.Cloud) == part.Placement.Cloud);
}
