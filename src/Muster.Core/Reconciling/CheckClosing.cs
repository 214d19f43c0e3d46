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
/// The end of a check that acted: what is so, and what is told. Pure, but for the ids of activities and the spread of waits.
/// </summary>
internal sealed record CheckClosing
{
    /// <summary>What is so.</summary>
    public required GroupState State { get; init; }

    /// <summary>What the audit trail learns of the check as a whole.</summary>
    public required ImmutableArray<Activity> Activities { get; init; }

    /// <summary>When the group is archived, since nothing is left of it; null otherwise.</summary>
    public required DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>How the check ended.</summary>
    public required CheckOutcome Outcome { get; init; }

    /// <summary>What the cloud did when the check failed by it; null otherwise.</summary>
    public required CloudErrorKind? FailedBy { get; init; }

    /// <summary>When something else is wanted by itself, since a claim ends or a gate lets go; null for never.</summary>
    public required DateTimeOffset? ChangesAt { get; init; }

    /// <summary>Concludes.</summary>
    /// <param name="record">The group as the check read it.</param>
    /// <param name="assessment">What was wanted.</param>
    /// <param name="deeds">What was done.</param>
    /// <param name="stops">What stopped it, if anything did.</param>
    /// <param name="now">The instant.</param>
    /// <param name="random">For ids, and to spread waits.</param>
    public static CheckClosing Of(
        GroupRecord record, Assessment assessment, CheckDeeds deeds, CheckStops stops, DateTimeOffset now, IRandomSource random)
    {
        var (failure, isOutdated) = (stops.Failure, stops.IsOutdated);
        var plan = assessment.Plan;

        var before = assessment.Decision.Input;
        var rest = deeds.Decide(assessment, now);
        if (record.IsSpread && failure is not null && Conclusion.IsMadeUpFor(rest.Plan))
        {
            // Refused in one place, and launched in another.
            failure = null;
        }

        // Held only by the size of one step, or planned for what nobody wants any more: the next check follows at once.
        var follows = isOutdated || plan.Holds.Any(hold => hold.RecheckAt <= before.Now);
        var after = record.IsSpread ? Conclusion.Refused(record, rest.State, stops.Refused) : rest.State;
        var final = failure is not null ? Conclusion.Failed(record, after, failure, now, random) with
            {
                // Of several placements the plan says why nothing else makes up for it.
                Reason = record.IsSpread && rest.Plan.Holds.Any() ? after.Reason : failure.Words,
            }
            : follows ? Conclusion.Followed(after, now)
            : after;
        var isGone = failure is null && deeds.Done == 0 && Conclusion.IsGone(record, final, deeds.OpenLaunches, rest.Plan);
        return new()
        {
            State = final,
            Activities = Tell(record.Group, plan, rest.Plan, isGone, isOutdated, deeds.AnyEndFailed || failure is null, random, now),
            ArchivedAt = isGone ? now : null,
            Outcome = failure is not null || deeds.AnyEndFailed ? CheckOutcome.Failed
                : rest.Plan.Holds.Any() || plan.Holds.Any() || isOutdated ? CheckOutcome.Held
                : deeds.Done > 0 ? CheckOutcome.Acted : CheckOutcome.Idle,
            FailedBy = failure?.Error.Kind,
            ChangesAt = Assessment.Earliest(before.ChangesAt, Assessment.NextGate(record, final, now)),
        };
    }

    /// <summary>The report of the check.</summary>
    /// <param name="group">Which group.</param>
    /// <param name="plan">What was wanted.</param>
    /// <param name="recorded">Every activity, as kept by the store.</param>
    public CheckReport Report(Group group, Plan plan, ImmutableArray<Activity> recorded) =>
        CheckReport.Of(group, Outcome, plan, State, recorded) with { FailedBy = FailedBy, ChangesAt = ChangesAt };

    private static ImmutableArray<Activity> Tell(
        Group group, Plan plan, Plan rest, bool isGone, bool isOutdated, bool tellsRest, IRandomSource random, DateTimeOffset now)
    {
        if (isGone)
        {
            return One(ActivityType.Change, "deleted: no instance is left");
        }

        if (isOutdated)
        {
            return One(ActivityType.Hold, "the group was changed meanwhile: looking again");
        }

        // A launch that failed has told so itself; an instance that did not end once more has not.
        return plan.Holds.Any() || (tellsRest && rest.Holds.Any())
            ? One(ActivityType.Hold, (rest.Holds.Any() ? rest : plan).Explanation)
            : [];

        ImmutableArray<Activity> One(ActivityType type, string description) =>
            [ActivityWriter.Make(group, random, type, ActivityStatus.Succeeded, description, now)];
    }
}
