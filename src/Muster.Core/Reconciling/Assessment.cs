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
    /// <summary>All that the plan depends on: whoever must leave something out, or has done something since, plans again from it.</summary>
    public required PlanInput Input { get; init; }

    /// <summary>What to do and why.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The state after the look, before anything is done.</summary>
    public required GroupState State { get; init; }

    /// <summary>Launches whose phase changed.</summary>
    public required ImmutableArray<Launch> ChangedLaunches { get; init; }

    /// <summary>Launches that are still open.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>The group's own instances, as seen.</summary>
    public required ImmutableArray<Instance> Owned { get; init; }

    /// <summary>What the look itself tells the audit trail.</summary>
    public required ImmutableArray<Activity> Activities { get; init; }

    /// <summary>Whether most of the group looks dead and only a second look can say more.</summary>
    public bool WantsToLookAgain => Plan.Actions.Any(action => action is PlannedAction.LookAgain);

    /// <summary>Whether the cloud is to be called, for a change or for a second look.</summary>
    public bool NeedsLease => Plan.Acts || WantsToLookAgain;

    /// <summary>The instances that the plan terminates.</summary>
    public IEnumerable<InstanceId> Victims => Plan.Victims.Select(instance => instance.Id);

    /// <summary>Makes the assessment. Pure, but for the ids of activities and the spread of waits.</summary>
    /// <param name="record">The group, read from the store before the look.</param>
    /// <param name="traits">The cloud's.</param>
    /// <param name="observation">The look.</param>
    /// <param name="lookedAgain">Whether it is the second look of this check.</param>
    /// <param name="now">The check's instant.</param>
    /// <param name="options">Limits.</param>
    /// <param name="random">For ids, and to spread waits.</param>
    /// <param name="identities">Whoever gives launches their ids, which without a store is all the memory there is; null for none.</param>
    /// <param name="mayEnd">The only instances that may be terminated; null for no such limit.</param>
    public static Assessment Make(
        GroupRecord record,
        CloudTraits traits,
        Observation observation,
        bool lookedAgain,
        DateTimeOffset now,
        ReconcilerOptions options,
        IRandomSource random,
        ILaunchIdentities? identities = null,
        ImmutableHashSet<InstanceId>? mayEnd = null)
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
            RecentTerminations = new TerminationReader(record, traits, activities, random, observation.StartedAt, now).Read(owned),
        };
        var input = new PlanInput
        {
            Group = record.Group,
            State = state,
            Owned = owned,
            OpenLaunches = ledger.Open,
            Evidence = recall is null ? [] : [.. recall.Failures.Take(LaunchBreaker.FailuresMax).Select(instance => instance.Id)],
            Now = now,
            LaunchTokens = traits.LaunchTokens,
            MayHaveTwins = traits.LaunchTokensRace,
            ResumeAgeMax = options.ResumeAgeMaxFor(traits),
            ListingLagMax = traits.ListingLagMax,
            LookedAgain = lookedAgain,
            MayEnd = mayEnd,
        };
        var plan = Planner.Plan(input);
        return new()
        {
            Input = input,
            Plan = plan,
            State = Conclusion.Of(input, plan),
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
}
