using System.Globalization;

using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>What <see cref="PolicyRule.Target"/> recommends.</summary>
/// <remarks>
/// It always wants a number: one that has what it needs keeps the others from taking it. Launches in flight count, since what is needed
/// is counted from the load and compared with the level, not with what is up; so it never grows twice for the same load.
/// </remarks>
internal static class TargetCounting
{
    public static Recommendation Recommend(PolicyRule.Target rule, PolicyContext context)
    {
        var desired = context.Desired;
        int? running = rule.IsTotal ? null : context.Running;
        var course = new Course(context.Readings, rule.Metric, context.Now, rule.MaxAge);
        if (course.Newest is not { } reading)
        {
            return course.Blind();
        }

        if (reading.Value < 0)
        {
            return course.Senseless(reading);
        }

        var covered = course.CoveredBy(reading, running);
        if (!rule.IsTotal && (desired == 0 || covered == 0))
        {
            // A group that is to have none goes by nothing its last instances say: else none would ever stay at zero.
            return desired == 0
                ? new Recommendation.Content
                {
                    Reason = $"target {rule.Metric}: no instances are to be, so none says how busy it is",
                    Reading = reading,
                }
                : new Recommendation.Wants(desired)
                {
                    Reason = $"target {rule.Metric}: no instance is up to say how busy it is",
                    Reading = reading,
                };
        }

        var needed = reading.Value * covered / rule.Value;
        var said = Said(rule, reading, covered);
        var grows = rule.IsTotal ? needed : reading.Value * Seasoned(course, rule, context, covered) / rule.Value;
        if (grows > desired * (1 + rule.Tolerance))
        {
            return Wants(Limits.Grow(desired, Figure.Ceiling(grows), rule.GrowMax), said, Figure.Ceiling(grows));
        }

        // Of those that the reading does not cover nobody knows how busy they are: they count as busy where it would shrink.
        var least = Figure.Ceiling(rule.IsTotal ? needed : needed + Math.Max(0, context.Running - covered));

        // What goes by its instances' mean keeps one: without it nothing would ever ask for the first again.
        least = Math.Max(rule.IsTotal ? 0 : 1, least);
        if (least >= desired || needed >= desired * (1 - rule.Tolerance))
        {
            return Wants(desired, said, least);
        }

        var (most, isWhole) = course.MostWithin(rule.Stabilize, running);
        var highest = Math.Max(least, Figure.Ceiling(most / rule.Value));
        return highest >= desired
            ? new Recommendation.Wants(desired)
            {
                Reason = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{said} → {least}, but {highest} were needed within {DurationText.Format(rule.Stabilize)}"),
                Reading = reading,
            }
            : !isWhole
            ? new Recommendation.Wants(desired)
            {
                Reason = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{said} → {least}, once that has been enough for {DurationText.Format(rule.Stabilize)}{course.Apart()}"),
                Reading = reading,
            }
            : Wants(Limits.Shrink(desired, highest, rule.ShrinkMax), said, highest);

        Recommendation Wants(int count, string reason, int unlimited) => new Recommendation.Wants(count)
        {
            Reason = Limits.Reason(reason, desired, count, unlimited),
            Reading = reading,
        };
    }

    /// <summary>How many of those that a reading covers it covered already when the newest of them began to warm up.</summary>
    private static int Seasoned(Course course, PolicyRule.Target rule, PolicyContext context, int covered)
    {
        if ((rule.Warmup ?? context.BootTime) is not { } warmup || warmup <= TimeSpan.Zero)
        {
            return covered;
        }

        for (var index = course.Last; index >= 0; index = course.Before(index))
        {
            if (course[course.Last].At - course[index].At >= warmup)
            {
                return Math.Min(covered, Math.Max(1, course.CoveredBy(course[index], context.Running)));
            }
        }

        return covered;
    }

    private static string Said(PolicyRule.Target rule, Reading reading, int covered)
    {
        var each = Figure.Text(rule.Value);
        var instances = covered == 1 ? "instance" : "instances";
        return rule.IsTotal
            ? $"target {rule.Metric}: {Figure.Text(reading.Value * covered)} in all at {each} each"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"target {rule.Metric}: {Figure.Text(reading.Value)} of {each} on {covered} {instances}");
    }
}
