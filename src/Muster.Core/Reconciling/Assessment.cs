using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Traffic;

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

    /// <summary>The instances that the plan terminates or begins to drain, with their clouds.</summary>
    public IEnumerable<(string Cloud, InstanceId Instance)> Victims =>
        Plan.Slices.SelectMany(part => part.Ended.Select(instance => (part.Placement.Cloud, instance.Id)));

    /// <summary>The instances that look dead, with their clouds.</summary>
    public IEnumerable<(string Cloud, InstanceId Instance)> Dead => Decision.Input.Slices.SelectMany(slice =>
    {
        var roster = Decision.Input.RosterOf(slice);
        return slice.Owned.Where(instance => instance.IsDead || Inventory.IsUnwanted(instance, roster))
            .Select(instance => (slice.Placement.Cloud, instance.Id));
    });

    /// <summary>Makes the assessment. Pure, but for the ids of activities and the spread of waits.</summary>
    /// <param name="record">The group, read from the store before the look.</param>
    /// <param name="traitsOf">What a cloud can; null for one that is not there.</param>
    /// <param name="sight">What was seen.</param>
    /// <param name="lookedAgain">Whether it is the second look of this check.</param>
    /// <param name="now">The check's instant.</param>
    /// <param name="options">Limits.</param>
    /// <param name="random">For ids, and to spread waits.</param>
    /// <param name="identities">Whoever gives launches their ids, which without a store is all the memory there is; null for none.</param>
    /// <param name="mayEnd">The only instances that may be terminated, by cloud; null for no such limit.</param>
    /// <param name="prices">What instances cost; null where nobody knows.</param>
    /// <param name="loads">How busy they are; nothing where nobody says or asks.</param>
    /// <param name="traffic">Why traffic does not reach them; null where nothing is known against it.</param>
    public static Assessment Make(
        GroupRecord record,
        Func<string, CloudTraits?> traitsOf,
        Sight sight,
        bool lookedAgain,
        DateTimeOffset now,
        ReconcilerOptions options,
        IRandomSource random,
        ILaunchIdentities? identities = null,
        ILookup<string, InstanceId>? mayEnd = null,
        PriceBook? prices = null,
        ImmutableArray<InstanceLoad> loads = default,
        TrafficWord? traffic = null)
    {
        prices ??= PriceBook.Empty;
        var parts = Slicing.Of(record, sight);
        var activities = new ActivityWriter(record.Group, random, now);
        var reading = new SightReading(record, parts, traitsOf, options, activities, random, now, identities);
        var slices = ImmutableArray.CreateBuilder<Slice>(parts.Length);
        var settled = record.SettleAt(now);
        foreach (var part in parts)
        {
            var slice = reading.Read(part, traitsOf(part.Placement.Cloud));
            slice = prices.IsEmpty ? slice : slice with { Price = part.Placement.PriceIn(prices) };
            slice = mayEnd is null ? slice : slice with { MayEnd = [.. mayEnd[part.Placement.Cloud]] };
            slices.Add(record.IsSpread ? slice : slice with { Wanted = settled.Desired, Why = settled.Why });
        }

        var state = reading.State();
        var aged = Aging.NextAt(record.Group, slices, now);
        return new()
        {
            Decision = Decision.Make(new()
            {
                Group = record.Group,
                State = state,
                Slices = slices.MoveToImmutable(),
                Spread = record.IsSpread ? new(settled.Desired, settled.Why, LayoutOf(record)) : null,
                Currency = prices.Currency,
                Notes = record.Notes,
                Loads = loads.IsDefault ? [] : loads,
                Traffic = traffic,
                Account = record.AccountSpend,
                ChangesAt = Earliest(settled.ChangesAt, NextGate(record, state, now), aged),
                Now = now,
                ConcludedAt = record.State.CheckedAt,
                LookedAgain = lookedAgain,
            }),
            ChangedLaunches = reading.ChangedLaunches,
            OpenLaunches = reading.OpenLaunches,
            Owned = parts.Length == 1 ? parts[0].Owned : [.. parts.SelectMany(part => part.Owned)],
            Activities = activities.Drain(),
        };
    }

    /// <summary>When the next gate of a group's instances lets one go by itself; null for never.</summary>
    internal static DateTimeOffset? NextGate(GroupRecord record, GroupState state, DateTimeOffset now) =>
        Gates.NextDue(record.Group.Drain, record.Group.Hooks, state.Members, record.Notes, now);

    /// <summary>The first of these; null of none.</summary>
    internal static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> all)
    {
        DateTimeOffset? first = null;
        foreach (var one in all)
        {
            first = first > one || first is null ? one ?? first : first;
        }

        return first;
    }

    /// <summary>A group without a list that has left another cloud behind is spread over one placement and what is left there.</summary>
    private static Layout LayoutOf(GroupRecord record) => record.Group.Layout ?? new() { Placements = [record.Placements[0].Spec] };
}
