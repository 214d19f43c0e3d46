using System.Globalization;

namespace Muster.Core.Steering;

/// <summary>What <see cref="PolicyRule.Backlog"/> recommends.</summary>
internal static class BacklogCounting
{
    public static (Recommendation Recommendation, PolicyMemory Memory) Recommend(PolicyRule.Backlog rule, PolicyContext context)
    {
        var (desired, memory) = (context.Desired, context.Memory);
        var course = new Course(context.Readings, rule.Metric, context.Now, rule.MaxAge);
        if (course.Newest is not { } reading)
        {
            return (course.Blind(), memory);
        }

        if (reading.Value < 0)
        {
            return (course.Senseless(reading), memory);
        }

        // A course lives on the stack alone: what is said of it below is taken here.
        var apart = course.Apart();
        var waiting = reading.Value * course.CoveredBy(reading, running: null);
        var needed = Figure.Ceiling(waiting / rule.PerInstance);
        var said = waiting > 0
            ? $"{rule.Metric}: {Figure.Text(waiting)} waiting at {Figure.Text(rule.PerInstance)} each"
            : $"{rule.Metric}: empty";
        var (trigger, after) = waiting > 0 ? OldestItem(rule, context) : (null, memory);
        if (needed > desired)
        {
            // What the queue's length adds gives the oldest item its turn as well.
            var count = Limits.Grow(desired, needed, rule.GrowMax);
            return (
                Wants(count, said, needed),
                rule.AgeMetric is null ? memory : memory with { MovedAt = context.Now, MovedTo = count });
        }

        // Whoever does not see how long the oldest has waited lets nothing go; neither does one that waits too long.
        if (trigger is not null)
        {
            return (trigger with { Reading = reading }, after);
        }

        if (waiting > 0)
        {
            var (most, isWhole) = course.MostWithin(rule.Stabilize, running: null);
            var highest = Math.Max(needed, Figure.Ceiling(most / rule.PerInstance));
            return (Down(needed, highest, isWhole, rule.Stabilize), memory);
        }

        var isDrained = IsEmptyFor(rule, course);
        if (isDrained || desired <= 1)
        {
            return (isDrained || desired == 0
                ? Wants(Limits.Shrink(desired, 0, rule.ShrinkMax), said, 0)
                : Waits(0, $"once it has been empty for {DurationText.Format(rule.EmptyFor)}{apart}"), memory);
        }

        var lately = course.MostWithin(rule.Stabilize, running: null);
        return (Down(1, Math.Max(1, Figure.Ceiling(lately.Most / rule.PerInstance)), lately.IsWhole, rule.Stabilize), memory);

        Recommendation Wants(int count, string reason, int unlimited) => new Recommendation.Wants(count)
        {
            Reason = Limits.Reason(reason, desired, count, unlimited),
            Reading = reading,
        };

        Recommendation Waits(int least, string why) => new Recommendation.Wants(desired)
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"{said} → {least}, {why}"),
            Reading = reading,
        };

        Recommendation Down(int least, int highest, bool isWhole, TimeSpan window) =>
            least >= desired ? Wants(desired, said, desired)
            : highest >= desired
                ? Waits(
                    least,
                    string.Create(CultureInfo.InvariantCulture, $"but {highest} were needed within {DurationText.Format(window)}"))
            : !isWhole ? Waits(least, $"once that has been enough for {DurationText.Format(window)}{apart}")
            : Wants(Limits.Shrink(desired, highest, rule.ShrinkMax), said, highest);
    }

    /// <summary>What the age of the oldest item asks for; null where it asks for nothing, or nobody looks at it.</summary>
    /// <remarks>
    /// One more at a time: as long as launches are in flight, and until the window is over in which the last one shows what it changes,
    /// none is added.
    /// </remarks>
    private static (Recommendation? Recommendation, PolicyMemory Memory) OldestItem(PolicyRule.Backlog rule, PolicyContext context)
    {
        var (desired, memory, now) = (context.Desired, context.Memory, context.Now);
        if (rule is not { AgeMetric: { } metric, AgeMax: { } most })
        {
            return (null, memory);
        }

        var course = new Course(context.Readings, metric, now, rule.MaxAge);
        if (course.Newest is not { } age || age.Value < 0)
        {
            var reason = course.Newest is { } senseless ? course.Senseless(senseless).Reason : course.Blind().Reason;
            return (new Recommendation.Wants(desired) { Reason = reason }, memory);
        }

        if (age.Value < most.TotalSeconds)
        {
            return (null, memory);
        }

        var said = $"{metric}: the oldest waits for {Waited(age.Value)}, of {DurationText.Format(most)}";
        var rests = memory.MovedAt is { } moved && moved - now <= rule.Stabilize && (now - moved < rule.Stabilize || age.At <= moved);
        var isComing = desired > context.Running;
        var count = isComing || rests || desired == int.MaxValue ? desired : desired + 1;
        said = count > desired ? string.Create(CultureInfo.InvariantCulture, $"{said} → {count}")
            : isComing ? $"{said}; another one is coming up"
            : $"{said}; one was added {DurationText.Format(Ago(now, memory))} ago";
        return (
            new Recommendation.Wants(count) { Reason = said },
            count > desired ? memory with { MovedAt = now, MovedTo = count } : memory);
    }

    private static string Waited(double seconds) =>
        seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? DurationText.Format(TimeSpan.FromSeconds(Math.Floor(seconds)))
            : $"{Figure.Text(seconds)}s";

    private static TimeSpan Ago(DateTimeOffset now, PolicyMemory memory) =>
        memory.MovedAt is { } moved && moved < now ? now - moved : TimeSpan.Zero;

    private static bool IsEmptyFor(PolicyRule.Backlog rule, Course course)
    {
        for (var index = course.Last; index >= 0 && course[index].Value == 0; index = course.Before(index))
        {
            if (course[course.Last].At - course[index].At >= rule.EmptyFor)
            {
                return true;
            }
        }

        return false;
    }
}
