using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// What a plan decides about members: who begins to drain, who returns to service, who goes to rest and who is started. It is written down
/// under the lease before the first call. Of drains it has happened with that: whoever empties a load balancer goes by it. Pure.
/// </summary>
internal static class MemberDeeds
{
    /// <summary>How many it decides.</summary>
    public static int Count(Plan plan) => plan.Actions.Count(
        action => action is PlannedAction.Drain or PlannedAction.Return or PlannedAction.Rest or PlannedAction.Start);

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
                    case PlannedAction.Rest rest:
                        Become(rest.Instance.Id, MemberPhase.Warm, part, PoolReading.RetryAt(1, now, part.Slice.ListingLagMax));
                        terminated = rest is { IsFromService: true, IsDrained: false } ? terminated.Add(1, now) : terminated;
                        break;
                    case PlannedAction.Start start:
                        Become(
                            start.Instance.Id,
                            start.IsResting ? MemberPhase.Starting : MemberPhase.Taken,
                            part,
                            start.IsResting ? PoolReading.StartDue(now, part.Slice.ListingLagMax, isAnswered: false) : null);
                        break;
                    case PlannedAction.Return back:
                        foreach (var member in members.Where(member => Is(member, back.Instance.Id, part, record)).ToList())
                        {
                            members.Remove(member);
                            terminated = terminated.GiveBack(member.Since);
                            if (IsForPool(part, back.Instance))
                            {
                                members.Add(member with { Phase = MemberPhase.Taken, Since = now });
                            }
                        }

                        break;
                }
            }
        }

        return state with { Members = members.ToImmutable(), Terminated = terminated };

        // Told to rest once more, it has been told so since the first time, and did not.
        void Become(InstanceId instance, MemberPhase phase, SlicePlan part, DateTimeOffset? retryAt)
        {
            var known = members.FirstOrDefault(member => Is(member, instance, part, record));
            members.RemoveAll(member => Is(member, instance, part, record));
            members.Add(phase is MemberPhase.Warm && known is { Phase: MemberPhase.Warm }
                ? PoolReading.Back(known, now, part.Slice.ListingLagMax)
                : new()
                {
                    Instance = instance,
                    Cloud = record.IsSpread ? part.Placement.Cloud : null,
                    Phase = phase,
                    Since = now,
                    Failures = known is { Phase: MemberPhase.Warm } && phase is MemberPhase.Starting ? known.Failures : 0,
                    RetryAt = retryAt,
                });
        }
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
                    case PlannedAction.Start { IsResting: false } start:
                        Add(start.Instance.Id, $"took {start.Instance.Name} from the pool: {reason}");
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

    /// <summary>Whether its open launch tells it for the pool: who returns to service has left that.</summary>
    private static bool IsForPool(SlicePlan part, Instance instance) => instance.Read<LaunchId>(MusterTags.Launch) is { } id
        && part.Slice.OpenLaunches.Any(launch => launch.IsForPool && launch.Id == id);

    private static bool Is(Member member, InstanceId instance, SlicePlan part, GroupRecord record) =>
        member.Instance == instance && (!record.IsSpread || (member.Cloud ?? record.Template.Cloud) == part.Placement.Cloud);
}
