using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Core.Reconciling;

/// <summary>
/// One level check in four stages: observe and assess (<see cref="Assessor"/>), make sure (<see cref="SecondLook"/>), act
/// (<see cref="LevelCheck"/>). Knows neither HTTP nor SQL nor which cloud it is.
/// </summary>
/// <remarks>
/// A check that finds nothing to do takes no lease and costs a share of one listing and of one write. One that wants to act takes
/// the group's lease, makes sure that nobody acted since it looked, looks again if anything is to be terminated, and then acts.
/// See docs/decisions/0003-leases-only-to-act.md.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For activity ids and jitter.</param>
/// <param name="identities">For launch ids.</param>
/// <param name="options">Limits.</param>
/// <param name="holder">Who this is, in leases: unique to the process.</param>
/// <param name="gate">Asked before each lease; null for nobody.</param>
/// <param name="prices">What instances cost; null where nobody knows.</param>
/// <param name="sightings">Hears what looks show of groups that are probed; null for nobody.</param>
/// <param name="loads">How busy instances are; null where nobody measures.</param>
/// <param name="traffic">Whether traffic reaches them; null where nobody here takes them in and out of service.</param>
public sealed class Reconciler(
    ICheckStore store,
    TimeProvider timeProvider,
    IRandomSource random,
    ILaunchIdentities identities,
    ReconcilerOptions options,
    string holder,
    IActingGate? gate = null,
    IPrices? prices = null,
    ISightings? sightings = null,
    ILoads? loads = null,
    ITrafficWords? traffic = null)
{
    private readonly Assessor _assessor =
        new(store.Installation, timeProvider, random, identities, options, prices ?? FixedPrices.None, loads, traffic);

    /// <summary>Who this is, in leases.</summary>
    public string Holder => holder;

    /// <summary>How long a lease lasts unless renewed.</summary>
    public TimeSpan LeaseDuration => options.LeaseDuration;

    /// <summary>Looks at one group's own instances, on each of its clouds.</summary>
    /// <exception cref="CloudException">It could not look at any; nothing may be concluded.</exception>
    public Task<Sight> ObserveAsync(GroupRecord record, GroupClouds clouds, CancellationToken cancellationToken) =>
        _assessor.ObserveAsync(record, clouds, cancellationToken);

    /// <summary>What a look means and what is to be done. Does nothing.</summary>
    /// <param name="record">Read from the store before the look.</param>
    /// <param name="clouds">The clouds looked at.</param>
    /// <param name="sight">What was seen.</param>
    /// <param name="isAssumed">Whether the group is not so, but somebody asks what would be: then nobody else may go by it.</param>
    public Assessment Assess(GroupRecord record, GroupClouds clouds, Sight sight, bool isAssumed = false)
    {
        if (!isAssumed)
        {
            Tell(record, clouds, sight);
        }

        return _assessor.Assess(record, clouds, sight);
    }

    /// <summary>One whole level check of one group.</summary>
    /// <param name="record">Read from the store just now.</param>
    /// <param name="clouds">Where it lives.</param>
    /// <param name="stopping">Start nothing new, finish what is in flight.</param>
    /// <param name="cancellationToken">Drop everything: what is in flight is found again later.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<CheckReport> CheckAsync(
        GroupRecord record, GroupClouds clouds, CancellationToken stopping, CancellationToken cancellationToken)
    {
        Sight sight;
        try
        {
            sight = await ObserveAsync(record, clouds, cancellationToken);
        }
        catch (CloudException error)
        {
            return await RecordIdleAsync(CouldNotLook(record, error), cancellationToken);
        }

        var assessment = Assess(record, clouds, sight);
        return assessment.NeedsLease
            ? await ActAsync(record, assessment, clouds, stopping, cancellationToken)
            : await RecordIdleAsync(Idle(record, assessment), cancellationToken);
    }

    /// <summary>
    /// One whole level check that begins with a look which may have missed instances of the group. Where that leaves nothing to do and
    /// nothing to hold back, it is the check. Else nothing is concluded from it, and the group is looked at as always.
    /// </summary>
    /// <param name="record">Read from the store before the look.</param>
    /// <param name="clouds">Where it lives.</param>
    /// <param name="glance">The look.</param>
    /// <param name="stopping">Start nothing new, finish what is in flight.</param>
    /// <param name="cancellationToken">Drop everything.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<CheckReport> CheckAsync(
        GroupRecord record, GroupClouds clouds, Observation glance, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var assessment = _assessor.Assess(record, clouds, glance);
        return assessment.NeedsLease || assessment.Plan.Holds.Any()
            ? await CheckAsync(record, clouds, stopping, cancellationToken)
            : await RecordIdleAsync(Idle(record, assessment), cancellationToken);
    }

    /// <summary>The report of a check that has nothing to do; to be recorded, together with others, by the caller.</summary>
    public CheckReport Idle(GroupRecord record, Assessment assessment)
    {
        var (plan, state) = (assessment.Plan, assessment.State);
        var isGone = Conclusion.IsGone(record, state, assessment.OpenLaunches, plan);
        var type = isGone ? ActivityType.Change : plan.Holds.Any() ? ActivityType.Hold : ActivityType.NoOp;
        var description = isGone ? "deleted: no instance is left" : plan.Explanation;
        var told = ActivityWriter.Make(record.Group, random, type, ActivityStatus.Succeeded, description, state.CheckedAt!.Value);
        var outcome = plan.Holds.Any() ? CheckOutcome.Held : CheckOutcome.Idle;
        return CheckReport.Of(record.Group, outcome, plan, state, [.. assessment.Activities, told]) with
        {
            ChangedLaunches = assessment.ChangedLaunches,
            ArchivedAt = isGone ? state.CheckedAt : null,
            ChangesAt = assessment.Decision.Input.ChangesAt,
        };
    }

    private void Decided(Group group)
    {
        if (!group.Traffic.IsEmpty || !group.Hooks.All.IsEmpty)
        {
            sightings?.Decided(group.Id);
        }
    }

    private void Tell(GroupRecord record, GroupClouds clouds, Sight sight)
    {
        if (sightings is null || !IsFollowed(record))
        {
            return;
        }

        foreach (var cloud in record.Clouds)
        {
            if (sight.Of(cloud).Look is { } look && clouds.Find(cloud) is { } connection)
            {
                sightings.Saw(record, cloud, look.Of(record.Group.Id), look.StartedAt, connection.Traits.ListingLagMax);
            }
        }
    }

    /// <summary>
    /// Whether anybody beside the checks has to know who is there: who probes, empties load balancers, tells hooks, or measures.
    /// </summary>
    private static bool IsFollowed(GroupRecord record) =>
        record.Group is not
        {
            Health: null, Drain: null, Hooks.All.IsEmpty: true, Traffic.IsEmpty: true, ScaleIn: not ScaleInOrder.LeastBusy,
        }
        || !record.Notes.IsEmpty;

    /// <summary>The report of a check that could not look: it changes nothing but the group's condition.</summary>
    public CheckReport CouldNotLook(GroupRecord record, CloudException error)
    {
        if (IsFollowed(record))
        {
            sightings?.Missed(record.Group.Id);
        }

        var now = timeProvider.GetUtcNow();
        var failure = new CheckFailure(error, "cannot look", IsLook: true);
        var state = Conclusion.Failed(record, record.State, failure, now, random);
        var told = ActivityWriter.Make(record.Group, random, ActivityType.Error, ActivityStatus.Failed, failure.Words, now);
        return CheckReport.Of(record.Group, CheckOutcome.Failed, plan: null, state, [told]) with { FailedBy = error.Kind };
    }

    /// <summary>Carries out what an assessment wants, under the group's lease.</summary>
    /// <param name="record">What the assessment was made from.</param>
    /// <param name="assessment">What is wanted.</param>
    /// <param name="clouds">Where.</param>
    /// <param name="stopping">Start nothing new, finish what is in flight.</param>
    /// <param name="cancellationToken">Drop everything.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<CheckReport> ActAsync(
        GroupRecord record,
        Assessment assessment,
        GroupClouds clouds,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        if (gate is not null
            && await gate.ObstacleAsync(new(record.Group.Account, record.Template.Cloud), cancellationToken) is { } obstacle)
        {
            return await RecordIdleAsync(Held(record, assessment, obstacle), cancellationToken);
        }

        var acquiredAt = timeProvider.GetTimestamp();
        GroupLease? lease;
        try
        {
            lease = await store.TryAcquireLeaseAsync(
                record.Group.Id, holder, record.State.Fence, timeProvider.GetUtcNow(), options.LeaseDuration, cancellationToken);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Paused)
        {
            return await RecordIdleAsync(Held(record, assessment, error.Message), cancellationToken);
        }

        if (lease is null)
        {
            return Yielded(record, assessment);
        }

        await using var keeper = new LeaseKeeper(store, lease, acquiredAt, timeProvider, options.LeaseDuration);
        var check = new LevelCheck(
            _assessor, store, timeProvider, random, identities, clouds, keeper, () => Decided(record.Group), stopping);
        try
        {
            return await check.RunAsync(record, assessment, cancellationToken) ?? Yielded(record, assessment);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced)
        {
            // Somebody took over while this process was away; what it did is in the ledger, and theirs to go on with.
            return Yielded(record, assessment);
        }
    }

    /// <summary>Records a check that has nothing to do by itself.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    internal async Task<CheckReport> RecordIdleAsync(CheckReport report, CancellationToken cancellationToken) =>
        report with { Activities = await store.RecordIdleAsync([report.ToRecord()], sweep: null, cancellationToken) };

    /// <summary>The report of a check that looked and may not act: it tells what it leaves undone, and why.</summary>
    private CheckReport Held(GroupRecord record, Assessment assessment, string why)
    {
        var held = Planner.Plan(assessment.Decision.Input with { Obstacle = why });
        var state = Conclusion.Held(assessment.State, held);
        var told = ActivityWriter.Make(
            record.Group, random, ActivityType.Hold, ActivityStatus.Succeeded, held.Explanation, state.CheckedAt!.Value);
        return CheckReport.Of(record.Group, CheckOutcome.Held, held, state, [.. assessment.Activities, told]) with
        {
            ChangedLaunches = assessment.ChangedLaunches,
        };
    }

    /// <summary>The report of a check that left the group to somebody else.</summary>
    private static CheckReport Yielded(GroupRecord record, Assessment assessment) =>
        CheckReport.Of(record.Group, CheckOutcome.Yielded, assessment.Plan, record.State, []);
}
