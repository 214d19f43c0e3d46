using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>What a look at a group means: how its launches went on, what to do now, and the state that says so.</summary>
public sealed record Assessment
{
    /// <summary>What to do and why.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The state after the look, before anything is done.</summary>
    public required GroupState State { get; init; }

    /// <summary>Launches whose phase changed.</summary>
    public required ImmutableArray<Launch> ChangedLaunches { get; init; }

    /// <summary>Launches that are still open.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>The group's own instances, as seen; those that are over their boot time-out as failed.</summary>
    public required ImmutableArray<Instance> Owned { get; init; }

    /// <summary>What the look itself tells the audit trail.</summary>
    public required ImmutableArray<Activity> Activities { get; init; }

    /// <summary>Whether most of the group looks dead and only a second look can say more.</summary>
    public bool WantsToLookAgain => Plan.Actions.Any(action => action is PlannedAction.LookAgain);

    /// <summary>Whether the cloud is to be called, for a change or for a second look.</summary>
    public bool NeedsLease => Plan.Acts || WantsToLookAgain;

    /// <summary>The instances that the plan terminates.</summary>
    public IEnumerable<InstanceId> Victims =>
        Plan.Actions.OfType<PlannedAction.Terminate>().Select(terminate => terminate.Instance.Id);

    /// <summary>Makes the assessment. Pure, but for the ids of activities.</summary>
    /// <param name="record">The group, read from the store before the look.</param>
    /// <param name="traits">The cloud's.</param>
    /// <param name="observation">The look.</param>
    /// <param name="lookedAgain">Whether it is the second look of this check.</param>
    /// <param name="now">The check's instant.</param>
    /// <param name="options">Limits.</param>
    /// <param name="random">For ids.</param>
    /// <param name="identities">Whoever gives launches their ids, which without a store is all the memory there is; null for none.</param>
    public static Assessment Make(
        GroupRecord record,
        CloudTraits traits,
        Observation observation,
        bool lookedAgain,
        DateTimeOffset now,
        ReconcilerOptions options,
        IRandomSource random,
        ILaunchIdentities? identities = null)
    {
        var boots = BootTimeouts.Read(record, traits, observation.Of(record.Group.Id), observation.StartedAt, options.KeepsMemory);
        var owned = boots.Owned;
        var activities = new ActivityWriter(record.Group, random, now);
        var ledger = new LaunchLedger(record, traits, options.LaunchExpiryFor(traits), activities);
        ledger.Read(owned, observation.StartedAt, now, boots.Over);
        var recall = identities?.Recall(record.Group, owned, traits, now);
        TellFailures(recall, activities);
        var state = record.State with
        {
            CheckedAt = now,
            Breaker = recall?.Breaker ?? ledger.Breaker.AfterChange(record.Group.UpdatedAt),
            Booting = boots.Booting,
            RecentTerminations = Ended(record.State, owned, observation.StartedAt, traits, now, activities),
        };
        var plan = Planner.Plan(new()
        {
            Group = record.Group,
            State = state,
            Owned = owned,
            OpenLaunches = ledger.Open,
            Evidence = recall is null ? [] : [.. recall.Failures.Take(LaunchBreaker.FailuresMax).Select(instance => instance.Id)],
            Now = now,
            LaunchTokens = traits.LaunchTokens,
            ResumeAgeMax = options.ResumeAgeMaxFor(traits),
            LookedAgain = lookedAgain,
        });
        return new()
        {
            Plan = plan,
            State = Conclude(state, plan, record.Group),
            ChangedLaunches = ledger.Changed,
            OpenLaunches = ledger.Open,
            Owned = owned,
            Activities = activities.Drain(),
        };
    }

    /// <summary>Launches that failed before, as the listing shows them: with a store the ledger would have told.</summary>
    private static void TellFailures(LaunchRecall? recall, ActivityWriter activities)
    {
        foreach (var instance in recall?.Failures ?? [])
        {
            activities.Add(
                ActivityType.Launch,
                ActivityStatus.Failed,
                $"boot failure: {instance.Name} {Words.Of(instance)}",
                instance.Id,
                instance.Read<LaunchId>(MusterTags.Launch));
        }
    }

    /// <summary>What became of the instances that were told to end; those that are surely gone are forgotten.</summary>
    private static ImmutableArray<RecentTermination> Ended(
        GroupState state,
        ImmutableArray<Instance> owned,
        DateTimeOffset observedAt,
        CloudTraits traits,
        DateTimeOffset now,
        ActivityWriter activities)
    {
        if (state.RecentTerminations.IsEmpty)
        {
            return [];
        }

        var listed = owned.ToDictionary(instance => instance.Id);
        var kept = ImmutableArray.CreateBuilder<RecentTermination>();
        foreach (var termination in state.RecentTerminations)
        {
            var isListed = listed.TryGetValue(termination.Instance, out var instance)
                && instance.State is not InstanceState.Terminating;
            var isCertain = observedAt >= termination.At + traits.ListingLagMax;

            // Written down and then, by a crash or an unknown outcome, never told: the listing tells.
            if (!termination.IsTold && !isListed && isCertain)
            {
                activities.Add(
                    ActivityType.Terminate,
                    ActivityStatus.Succeeded,
                    $"terminated {termination.Instance}, found gone after an unknown outcome: {termination.Reason}",
                    termination.Instance);

                // Another listing may lag more than this one and show it alive again.
                kept.Add(termination with { At = now, IsTold = true });
                continue;
            }

            // Still alive although the listing cannot be that old: the order was lost or refused. The plan decides anew.
            var patience = termination.IsTold ? ReconcilerOptions.TerminationPatience : ReconcilerOptions.UntoldPatience;
            var isOver = isListed ? observedAt - termination.At >= patience + traits.ListingLagMax : isCertain;
            if (!isOver)
            {
                kept.Add(termination);
            }
            else if (!termination.IsTold)
            {
                // The order may still be on its way, and nobody asks again if the instance is wanted by then.
                activities.Add(
                    ActivityType.Terminate,
                    ActivityStatus.Ambiguous,
                    $"terminate {instance!.Name}: outcome unknown, and it is still listed: {termination.Reason}",
                    termination.Instance);
            }
        }

        return kept.DrainToImmutable();
    }

    /// <summary>The state that the plan leads to if nothing goes wrong.</summary>
    private static GroupState Conclude(GroupState state, Plan plan, Group group)
    {
        var counts = plan.Counts;
        var established = group.Suspended.HasFlag(Suspension.Replace)
            ? Math.Min(plan.Level, Math.Max(state.EstablishedLevel, counts.Live + plan.Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count)))
            : plan.MassFailure || plan.Actions.Any(action => action is PlannedAction.LookAgain)
                ? Math.Min(plan.Level, state.EstablishedLevel)
                : Math.Min(plan.Level, counts.Live);
        var (condition, reason) = Judge(state, plan, group);
        return state with
        {
            Counts = counts,
            EstablishedLevel = established,
            MassFailure = plan.MassFailure,
            Condition = condition,
            Reason = reason,
            FailuresInRow = 0,
            NextAttemptAt = plan.Holds.Min(hold => hold.RecheckAt),
        };
    }

    private static (GroupCondition Condition, string Reason) Judge(GroupState state, Plan plan, Group group)
    {
        var counts = plan.Counts;
        if (group.Suspended is not Suspension.None)
        {
            return (GroupCondition.Suspended, plan.Explanation);
        }

        // A breaker that is open when nothing is missing stands in nobody's way: it matters again when something is to be launched.
        var isAtLevel = counts.Running == plan.Level
            && counts is { Provisioning: 0, Pending: 0, Dead: 0, Unknown: 0 } && !plan.Acts;

        // Held only by the size of one step, the group is still on its way: the next check follows at once.
        if ((state.Breaker.IsOpen && !isAtLevel) || plan.MassFailure || plan.Holds.Any(hold => hold.RecheckAt != state.CheckedAt))
        {
            return (GroupCondition.Degraded, plan.Explanation);
        }

        return (isAtLevel ? GroupCondition.Healthy : GroupCondition.Scaling, plan.Explanation);
    }
}
