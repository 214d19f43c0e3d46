using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// The acting half of one level check, under the group's lease: makes sure (<see cref="SecondLook"/>), acts (<see cref="TerminateCalls"/>
/// and <see cref="LaunchCalls"/>, side by side), plans again from what was done, and closes with what that says.
/// </summary>
/// <remarks>Whatever a crash loses between two steps is found again by the next check.</remarks>
internal sealed class LevelCheck(
    Reconciler reconciler,
    ICheckStore store,
    TimeProvider timeProvider,
    IRandomSource random,
    ILaunchIdentities identities,
    GovernedCloud cloud,
    LeaseKeeper keeper,
    CancellationToken stopping)
{
    public async Task<CheckReport> RunAsync(GroupRecord planned, Assessment first, CancellationToken cancellationToken)
    {
        var look = new SecondLook(reconciler, store, cloud, planned);
        Assessment? assessment;
        try
        {
            assessment = await look.MakeSureAsync(first, cancellationToken);
        }
        catch (CloudException error)
        {
            return await CloseBlindAsync(look.Record, new(error, "cannot look again", IsLook: true));
        }

        return assessment is null
            ? await CloseUntouchedAsync(look.Record, first.Plan)
            : await ActAsync(look.Record, assessment, cancellationToken);
    }

    private async Task<CheckReport> ActAsync(GroupRecord record, Assessment assessment, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var stops = new CheckStops(keeper, record.Group.Version, stopping);
        var victims = assessment.Plan.Actions.OfType<PlannedAction.Terminate>().ToImmutableArray();

        var journal = new CheckJournal(store, keeper.Lease, TerminateCalls.Written(assessment.State, victims, now), random);
        var ends = new TerminateCalls(
            record.Group, cloud, journal, stops, victims, assessment.State.RecentTerminations, now, timeProvider, random);
        var launches = new LaunchCalls(store, timeProvider, random, identities, cloud, keeper, stops, journal, record, assessment);
        try
        {
            // Spent, and written down who is to end, before the first call: a crash must not give it back. What the looks showed has happened: it goes
            // with the next write if this one fails.
            journal.Post(assessment.ChangedLaunches, assessment.Activities, state => state);
            await journal.WriteAsync([], [], state => state);
            await Task.WhenAll(ends.RunAsync(cancellationToken), launches.RunAsync(cancellationToken));
        }
        catch (StoreException error) when (error.Kind is not StoreErrorKind.Fenced)
        {
            await TakeBackAsync(journal, ends);
            throw;
        }

        return await CloseAsync(record, assessment, stops, journal, ends, launches);
    }

    /// <summary>
    /// Ends a check that the store failed: instances whose end was written down and never asked for live and count, and the lease need not run out.
    /// </summary>
    private static async Task TakeBackAsync(CheckJournal journal, TerminateCalls ends)
    {
        try
        {
            await journal.CloseAsync([], ends.WithoutUntried(journal.State), archivedAt: null);
        }
        catch (StoreException)
        {
            // Tried once: the failure before it is the one to tell. The lease runs out by itself, and the next check finds out what became of each.
        }
    }

    private async Task<CheckReport> CloseAsync(
        GroupRecord record, Assessment assessment, CheckStops stops, CheckJournal journal, TerminateCalls ends, LaunchCalls launches)
    {
        var (group, plan, now) = (record.Group, assessment.Plan, timeProvider.GetUtcNow());
        var (failure, isOutdated) = (stops.Failure, stops.IsOutdated);
        var done = launches.Made + ends.Taken;

        // What was done and what was not is an input like any other: planned again from it, the state and the words say what is so.
        var input = assessment.Input with
        {
            State = ends.WithoutUntried(journal.State) with { CheckedAt = now },
            OpenLaunches = launches.Open,
            Now = now,
            LookedAgain = true,
            MayEnd = null,
        };
        var rest = Planner.Plan(input);
        var final = Conclusion.Of(input, rest);
        if (failure is not null)
        {
            final = Conclusion.Failed(final, group, failure, record.State.FailuresInRow, now, random);
        }
        else if (isOutdated || plan.Holds.Any(hold => hold.RecheckAt <= assessment.Input.Now))
        {
            // Held only by the size of one step, or planned for what nobody wants any more: the next check follows at once.
            final = final with { NextAttemptAt = now };
        }

        var isGone = failure is null && done == 0 && Conclusion.IsGone(group, final, launches.Open, rest);
        var activities = new ActivityWriter(group, random, now);
        if (isGone)
        {
            activities.Add(ActivityType.Change, ActivityStatus.Succeeded, "deleted: no instance is left");
        }
        else if (isOutdated)
        {
            activities.Add(ActivityType.Hold, ActivityStatus.Succeeded, "the group was changed meanwhile: looking again");
        }
        else if (plan.Holds.Any() || ((failure is null || ends.AnyFailed) && rest.Holds.Any()))
        {
            // A launch that failed has told so itself; an instance that did not end once more has not.
            activities.Add(ActivityType.Hold, ActivityStatus.Succeeded, (rest.Holds.Any() ? rest : plan).Explanation);
        }

        await journal.CloseAsync(activities.Drain(), final, isGone ? now : null);
        return new()
        {
            Group = group.Id,
            Name = group.Name,
            Interval = group.Interval,
            Outcome = failure is not null || ends.AnyFailed ? CheckOutcome.Failed
                : rest.Holds.Any() || plan.Holds.Any() || isOutdated ? CheckOutcome.Held
                : done > 0 ? CheckOutcome.Acted : CheckOutcome.Idle,
            FailedBy = failure?.Error.Kind,
            Plan = plan,
            State = final,
            Activities = journal.Recorded,
        };
    }

    /// <summary>Ends a check that could not look again: what was so stands, and why nothing was done is told.</summary>
    private async Task<CheckReport> CloseBlindAsync(GroupRecord record, CheckFailure failure)
    {
        var now = timeProvider.GetUtcNow();
        var final = Conclusion.Failed(record.State, record.Group, failure, record.State.FailuresInRow, now, random);
        var told = ActivityWriter.Make(record.Group, random, ActivityType.Error, ActivityStatus.Failed, failure.Words, now);
        var kept = await store.RecordAndReleaseAsync(keeper.Lease, new() { State = final, Activities = [told] }, CancellationToken.None);
        return new()
        {
            Group = record.Group.Id,
            Name = record.Group.Name,
            Interval = record.Group.Interval,
            Outcome = CheckOutcome.Failed,
            FailedBy = failure.Error.Kind,
            Plan = null,
            State = final,
            Activities = kept,
        };
    }

    /// <summary>Gives the lease of a group back that lives no more.</summary>
    private async Task<CheckReport> CloseUntouchedAsync(GroupRecord record, Plan plan)
    {
        await store.RecordAndReleaseAsync(keeper.Lease, new() { State = record.State }, CancellationToken.None);
        return Reconciler.Yielded(record, plan);
    }
}
