using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>What a look at a group means: how its launches went on, what to do now, and the state that says so.</summary>
public sealed record Assessment
{
    /// <summary>
    /// What to do and why, and what is so, with all that it was decided on: code that must leave something out decides again from that.
    /// </summary>
    public required Decision Decision { get; init; }

    /// <summary>Launches whose phase changed.</summary>
    public required ImmutableArray<Launch> ChangedLaunches { get; init; }

    /// <summary>Launches that are still open.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>The group's own instances, as seen.</summary>
    public required ImmutableArray<Instance> Owned { get; init; }

    /// <summary>What the look itself tells the audit trail.</summary>
    public required ImmutableArray<Activity> Activities { get; init; }

    /// <summary>What to do and why.</summary>
    public Plan Plan => Decision.Plan;

    /// <summary>The state after the look, before anything is done.</summary>
    public GroupState State => Decision.State;

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
        var placement = record.Placement;
        var boots = BootTimeouts.Read(record, traits, observation.Of(record.Group.Id), observation.StartedAt, options.KeepsMemory);
        var owned = boots.Owned;
        var activities = new ActivityWriter(record.Group, random, now);
        var before = record.State.Of(placement.Name);
        var ledger = new LaunchLedger(record, before.Breaker, traits, options.LaunchExpiryFor(traits), activities);
        ledger.Read(owned, observation.StartedAt, now, boots.Over);
        var recall = identities?.Recall(record.Group, owned, traits, now);
        TellFailures(recall, activities);
        var terminations = new TerminationReader(record, traits, activities, random, observation.StartedAt, now).Read(owned);
        var breaker = recall?.Breaker ?? ledger.Breaker.AfterChange(record.Group.UpdatedAt);
        var state = record.State.With(before.Breaker == breaker ? before : before with { Breaker = breaker }) with
        {
            CheckedAt = now,
            Members = MemberReader.Read(record.State.Members, owned, observation.StartedAt, traits.ListingLagMax, boots.Booting),
            RecentTerminations = terminations,
        };
        var settled = record.SettleAt(now);
        var slice = new Slice
        {
            Placement = placement,
            Wanted = settled.Desired,
            Why = settled.Why,
            Owned = owned,
            OpenLaunches = ledger.Open,
            Evidence = recall is null ? [] : [.. recall.Failures.Take(LaunchBreaker.FailuresMax).Select(instance => instance.Id)],
            LaunchTokens = traits.LaunchTokens,
            MayHaveTwins = traits.LaunchTokensRace,
            ResumeAgeMax = options.ResumeAgeMaxFor(traits),
            ListingLagMax = traits.ListingLagMax,
        };
        return new()
        {
            Decision = Decision.Make(new()
            {
                Group = record.Group,
                State = state,
                Slices = [slice],
                ChangesAt = settled.ChangesAt,
                Now = now,
                LookedAgain = lookedAgain,
                MayEnd = mayEnd,
            }),
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
