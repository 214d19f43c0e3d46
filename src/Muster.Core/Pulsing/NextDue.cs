using Muster.Core.Checks;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>When a group is next looked at, by how its check ended.</summary>
/// <param name="Sweep">With its sweep, from the end of the check.</param>
/// <param name="Alone">Alone, from the end of the check; null when nothing hurries.</param>
/// <param name="FollowUps">Follow-ups in a row, this one included.</param>
internal readonly record struct NextDue(TimeSpan Sweep, TimeSpan? Alone, int FollowUps)
{
    /// <summary>What a report asks for.</summary>
    /// <param name="report">How the check ended.</param>
    /// <param name="followUps">Follow-ups in a row before it.</param>
    /// <param name="followUpMin">The first wait of a follow-up.</param>
    /// <param name="now">The wall clock.</param>
    /// <param name="random">Spreads groups.</param>
    public static NextDue After(CheckReport report, int followUps, TimeSpan followUpMin, DateTimeOffset now, IRandomSource random)
    {
        var interval = report.Interval;

        // A tenth either way, so that groups made together spread out.
        var due = interval * (0.9 + (random.NextUnit() / 5));
        followUps = report.IsUnsettled && report.Outcome is not CheckOutcome.Acted ? followUps + 1 : 0;
        TimeSpan? hurry = report.IsUnsettled ? Backoff.Delay(followUps + 1, followUpMin, interval) : null;

        // A check that yielded knows nothing of when: the state it read may be long past, and the one that acts there will tell.
        if (report.Outcome is not CheckOutcome.Yielded && report.State.NextAttemptAt is { } attemptAt)
        {
            var wait = attemptAt > now ? attemptAt - now : TimeSpan.Zero;
            if (report.Plan is null)
            {
                // The cloud cannot be looked at: one sweep finds out for all its groups when that is over.
                due = AtMost(wait);
                hurry = null;
            }
            else
            {
                // What failed for one instance alone keeps nobody from following the others up.
                hurry = hurry is { } followUp && followUp < wait && !report.State.IsBreakerOpen && !report.State.HasFailed
                    ? followUp
                    : wait;
            }
        }

        // What is wanted changes by itself then: looked at with its sweep, as at any other time.
        if (report.ChangesAt is { } changesAt)
        {
            due = DueTimes.Earlier(due, AtMost(DueTimes.Later(changesAt - now, TimeSpan.Zero)));
        }

        return new(due, hurry is { } soon ? AtMost(soon) : null, followUps);
    }

    private static TimeSpan AtMost(TimeSpan wait) => DueTimes.Earlier(wait, DueTimes.WaitMax);
}
