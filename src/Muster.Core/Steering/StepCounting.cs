using System.Globalization;

using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>What <see cref="PolicyRule.Step"/> recommends.</summary>
internal static class StepCounting
{
    public static (Recommendation Recommendation, PolicyMemory Memory) Recommend(PolicyRule.Step rule, PolicyContext context)
    {
        var (memory, desired) = (context.Memory, context.Desired);
        var course = new Course(context.Readings, rule.Metric, context.Now, rule.MaxAge);
        if (course.Newest is not { } reading)
        {
            return (course.Blind(), memory);
        }

        var side = rule.IsAbove ? "above" : "below";
        if (course.Breach(rule.IsAbove, rule.Threshold) is not { } held)
        {
            return (Content($"{rule.Metric}: {Figure.Text(reading.Value)}, not {side} {Figure.Text(rule.Threshold)}"), memory);
        }

        var said = $"{rule.Metric}: {Figure.Text(reading.Value)}, {side} {Figure.Text(rule.Threshold)}";
        if (StepFor(rule, reading.Value) is not { } adjustment)
        {
            return (Content($"{said}, and no step is for that"), memory);
        }

        var count = adjustment.Of(desired);
        if (RestsUntil(rule, memory, reading, context.Now) is { } until)
        {
            // One that wants more still stands for what it got: others shrink the group no further while its alarm rings. So does one that
            // shrinks, at what it shrank to: fewer than that it has not asked for.
            var waits = string.Create(
                CultureInfo.InvariantCulture, $"{said}, moved to {memory.MovedTo}; cools down until {until.UtcDateTime:HH:mm:ss} UTC");
            return (count >= desired || memory.MovedTo == desired ? Wants(desired, waits) : Content(waits), memory);
        }

        if (held < rule.For)
        {
            return (Content($"{said} for {DurationText.Format(held)} of {DurationText.Format(rule.For)}{course.Apart()}"), memory);
        }

        var lasting = rule.For > TimeSpan.Zero ? $" for {DurationText.Format(held)}" : "";
        var sentence = string.Create(CultureInfo.InvariantCulture, $"{said}{lasting} → {count}");
        sentence = adjustment.Kind is AdjustmentKind.Exact
            ? sentence
            : string.Create(CultureInfo.InvariantCulture, $"{sentence} ({adjustment} of {desired})");
        return (Wants(count, sentence), count == desired ? memory : memory with { MovedAt = context.Now, MovedTo = count });

        Recommendation Wants(int wanted, string reason) => new Recommendation.Wants(wanted) { Reason = reason, Reading = reading };
        Recommendation Content(string reason) => new Recommendation.Content { Reason = reason, Reading = reading };
    }

    private static Adjustment? StepFor(PolicyRule.Step rule, double value)
    {
        var excess = rule.IsAbove ? value - rule.Threshold : rule.Threshold - value;
        foreach (var step in rule.Steps)
        {
            if (excess >= step.From && (step.To is not { } to || excess < to))
            {
                return step.Adjustment;
            }
        }

        return null;
    }

    /// <summary>
    /// Until when it does nothing; null where it may. It also waits for a reading that was made after its move, so that no reading moves
    /// the level twice. A move from further ahead than a cool-down is long was made by a clock that was wrong.
    /// </summary>
    private static DateTimeOffset? RestsUntil(PolicyRule.Step rule, PolicyMemory memory, Reading reading, DateTimeOffset now)
    {
        if (memory.MovedAt is not { } moved || moved - now > Longer(rule.Cooldown))
        {
            return null;
        }

        var ends = moved + rule.Cooldown;
        return now < ends ? ends : reading.At <= moved ? now : null;
    }

    private static TimeSpan Longer(TimeSpan cooldown) => cooldown > TimeSpan.FromMinutes(1) ? cooldown : TimeSpan.FromMinutes(1);
}
