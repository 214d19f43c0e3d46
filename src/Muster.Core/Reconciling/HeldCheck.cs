using Muster.Core.Activities;
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
        var plan = assessment.Plan;
        var explanation = $"{Words.Standing(plan.Level, plan.Counts)}: not done: {Undone(plan)}: {why}";
        var state = assessment.State with
        {
            Condition = GroupCondition.Suspended,
            Reason = explanation,
            NextAttemptAt = assessment.State.CheckedAt + LookAgainAfter,
        };
        return new()
        {
            Group = record.Group.Id,
            Interval = record.Group.Interval,
            Outcome = CheckOutcome.Held,
            Plan = plan with { Actions = [new PlannedAction.Hold(RecheckAt: null) { Reason = why }], Explanation = explanation },
            State = state,
            Activities =
            [
                .. assessment.Activities,
                ActivityWriter.Make(record.Group, random, ActivityType.Hold, ActivityStatus.Succeeded, explanation, state.CheckedAt!.Value),
            ],
            ChangedLaunches = assessment.ChangedLaunches,
        };
    }

    private static string Undone(Plan plan)
    {
        var parts = new List<string>();
        Add(plan.Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count), "launch");
        Add(plan.Actions.OfType<PlannedAction.Resume>().Count(), "ask again about");
        Add(plan.Actions.OfType<PlannedAction.Terminate>().Count(), "terminate");
        return parts.Count == 0 ? "a second look" : string.Join(", ", parts);

        void Add(int count, string what)
        {
            if (count > 0)
            {
                parts.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} {count}"));
            }
        }
    }
}
