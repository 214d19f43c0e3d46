using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>The report of a check that looked and may not act: it tells what it leaves undone, and why.</summary>
internal static class HeldCheck
{
    /// <summary>Whoever ends what stands in the way may do so at another server: longer nobody waits for the next look.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    /// <param name="record">The group.</param>
    /// <param name="assessment">What the look meant.</param>
    /// <param name="why">What stands in the way.</param>
    /// <param name="random">For the activity's id.</param>
    public static CheckReport Make(GroupRecord record, Assessment assessment, string why, IRandomSource random)
    {
        var plan = Planner.Plan(assessment.Input with { Obstacle = why });

        // The state is that of the plan that was not carried out: what it remembers, such as a mass failure, counts when the way is free.
        var state = assessment.State with
        {
            Condition = GroupCondition.Suspended,
            Reason = plan.Explanation,
            NextAttemptAt = assessment.State.CheckedAt + LookAgainAfter,
        };
        return new()
        {
            Group = record.Group.Id,
            Name = record.Group.Name,
            Interval = record.Group.Interval,
            Outcome = CheckOutcome.Held,
            Plan = plan,
            State = state,
            Activities =
            [
                .. assessment.Activities,
                ActivityWriter.Make(record.Group, random, ActivityType.Hold, ActivityStatus.Succeeded, plan.Explanation, state.CheckedAt!.Value),
            ],
            ChangedLaunches = assessment.ChangedLaunches,
        };
    }
}
