using System.Globalization;

using Muster.Core.Forecasting;
using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>What a policy that forecasts the load recommends. Pure.</summary>
public static class Predicting
{
    /// <summary>How far ahead it looks at least: what is wanted sooner than the next round comes too late.</summary>
    public static readonly TimeSpan AheadMin = TimeSpan.FromSeconds(15);

    /// <summary>How far ahead it looks while nobody has measured how long the group's instances take to boot.</summary>
    public static readonly TimeSpan AheadDefault = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Recommends enough instances for the load that is forecast for when a launch of now is up. It only ever grows, since
    /// <see cref="Voice.Of"/> makes it a floor: the others do not take away in one round what it has called for in the one before. Is
    /// blind without a reading of the last minutes, and content while it knows too little.
    /// </summary>
    public static Recommendation Recommend(PolicyRule.Predictive rule, PolicyContext context)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(context);
        var recent = context.Readings.Recent(rule.Metric);
        if (recent.IsEmpty || context.Now - recent[^1].At > PolicyRule.MaxAgeDefault)
        {
            return new Recommendation.Blind { Reason = NoReading(rule.Metric, recent, context.Now) };
        }

        var reading = recent[^1];
        if (!rule.IsTotal && reading.Instances == 0)
        {
            // Nothing that waiting cures: it must not keep the others from shrinking.
            return new Recommendation.Content
            {
                Reason = $"{rule.Metric}: a mean can be forecast only where it is known of how many instances it is",
                Reading = reading,
            };
        }

        var forecast = ForecastOf(rule, context.Readings, context.Now, context.Forecasts);
        if (forecast.Lack is { } lack)
        {
            return new Recommendation.Content { Reason = $"{rule.Metric}: {lack}", Reading = reading };
        }

        var point = forecast.At(context.Now + AheadOf(rule, context.BootTime));
        var count = Figure.Ceiling(point.High / rule.Value);
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"load at {point.At.UtcDateTime:HH:mm}Z will be {Short(point.High)} (90 % sure) at {Short(rule.Value)} each → {count}");
        return new Recommendation.Wants(count) { Reason = reason, Reading = reading };
    }

    /// <summary>The forecast that a recommendation of that instant goes by, for showing it.</summary>
    public static LoadForecast ForecastOf(PolicyRule.Predictive rule, IReadings readings, DateTimeOffset now, ForecastMemory? memory = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(readings);
        return (memory ?? new()).Of(
            (rule.Metric, rule.IsTotal), readings.Hours(rule.Metric), readings.Recent(rule.Metric), now, rule.IsTotal ? Whole : Total);
    }

    /// <summary>How far ahead it looks: as it is told, or for as long as the group's instances take to boot.</summary>
    public static TimeSpan AheadOf(PolicyRule.Predictive rule, TimeSpan? bootTime)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var ahead = rule.Ahead ?? bootTime ?? AheadDefault;
        return ahead < AheadMin ? AheadMin : ahead;
    }

    private static Reading? Whole(Reading reading) => reading;

    /// <summary>A mean is of the instances of its time: what all of them had to do is what comes again.</summary>
    private static Reading? Total(Reading mean) => mean.Instances > 0 && double.IsFinite(mean.Value * mean.Instances)
        ? mean with { Value = mean.Value * mean.Instances }
        : null;

    private static string NoReading(string metric, ReadOnlySpan<Reading> recent, DateTimeOffset now) => recent.IsEmpty
        ? $"{metric}: no reading for an hour"
        : $"{metric}: the last reading is {DurationText.Format(now - recent[^1].At)} old, at most "
            + DurationText.Format(PolicyRule.MaxAgeDefault);

    // Three digits are as much as a forecast knows.
    private static string Short(double value) => Math.Abs(value) >= 100 && Math.Abs(value) < 1e12
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString("G3", CultureInfo.InvariantCulture);
}
