using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Core.Metrics;

/// <summary>What a source told of a group, believed or not: samples come to one reading, or to a sentence on why to none. Pure.</summary>
/// <remarks>
/// What is merely absent (no number, too old, an instance that warms up) leaves the others as they are. What is a lie (no end, below zero
/// where that cannot be, from the future, twice the same instance) refuses the whole answer: nobody knows what else of it is wrong.
/// </remarks>
public static class SampleRules
{
    /// <summary>Samples of one group: ten times what a large group has in instances.</summary>
    public const int SamplesMax = 10_000;

    /// <summary>How far a source's clock may be ahead of this one.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(1);

    /// <summary>Reads what a source answered for a group.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="limits">What its samples may be.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The mean of the samples that count, as of the oldest of them; of one sample without an instance that value.</returns>
    public static SampleReading Read(MetricAnswer answer, SampleLimits limits, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(limits);
        if (answer.Failure is { } failure)
        {
            return new(null, failure);
        }

        var samples = answer.Samples.IsDefault ? [] : answer.Samples;
        if (samples.IsEmpty)
        {
            return new(null, "the source has no value for this group");
        }

        return Lie(samples, limits, now) is { } lie ? new(null, lie) : Mean(samples, limits, now);
    }

    private static string? Lie(ImmutableArray<MetricSample> samples, SampleLimits limits, DateTimeOffset now)
    {
        if (samples.Length > SamplesMax)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"the source has {samples.Length} values for this group: at most {SamplesMax}");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sample in samples)
        {
            if (sample.Instance is null ? samples.Length > 1 : !seen.Add(sample.Instance))
            {
                return sample.Instance is null
                    ? string.Create(
                        CultureInfo.InvariantCulture, $"the source has {samples.Length} values, not all of which name an instance")
                    : $"the source has two values for the instance {VisibleText.OneLine(Cut(sample.Instance))}";
            }

            if (LieOf(sample, limits, now) is { } lie)
            {
                return $"the value{Of(sample)} is {lie}";
            }
        }

        return null;
    }

    private static string? LieOf(MetricSample sample, SampleLimits limits, DateTimeOffset now) =>
        double.IsInfinity(sample.Value) ? "infinite, or has more digits than a number can"
        : sample.Value < 0 && !limits.AllowsNegative ? string.Create(CultureInfo.InvariantCulture, $"{sample.Value}: 0 or more")
        : sample.At is { } at && at - now > SkewMax
            ? $"from the future, by {DurationText.Format(at - now)}: compare the clocks of the source and of this server"
            : null;

    private static SampleReading Mean(ImmutableArray<MetricSample> samples, SampleLimits limits, DateTimeOffset now)
    {
        var counted = new List<MetricSample>(samples.Length);
        var (warming, old, nan) = (0, 0, 0);
        MetricSample? newestOld = null;
        foreach (var sample in samples)
        {
            if (IsWarming(sample.Instance, limits))
            {
                warming++;
            }
            else if (now - (sample.At ?? now) > limits.AgeMax)
            {
                old++;
                newestOld = newestOld is { } newest && newest.At > sample.At ? newest : sample;
            }
            else if (double.IsNaN(sample.Value))
            {
                nan++;
            }
            else
            {
                counted.Add(sample);
            }
        }

        if (counted.Count == 0)
        {
            return new(null, WhyNone(nan, old, now - (newestOld?.At ?? now), limits), samples.Length);
        }

        var at = counted.Min(sample => sample.At ?? now);
        var instances = counted.Count(sample => sample.Instance is not null);
        return new(new Reading(at < now ? at : now, MeanOf(counted), instances), null, samples.Length - counted.Count);
    }

    private static string WhyNone(int nan, int old, TimeSpan age, SampleLimits limits) =>
        old > 0 ? $"the newest value is {DurationText.Format(age)} old: at most {DurationText.Format(limits.AgeMax)}"
        : nan > 0 ? "the value is no number (NaN)"
        : "every instance that has a value still warms up";

    private static double MeanOf(List<MetricSample> samples)
    {
        var sum = samples.Sum(sample => sample.Value);
        if (double.IsFinite(sum))
        {
            return sum / samples.Count;
        }

        // A sum of large numbers overflows where the mean of them does not, unless it is rounded up beyond the largest number there is.
        var mean = samples.Sum(sample => sample.Value / samples.Count);
        return Math.Clamp(mean, samples.Min(sample => sample.Value), samples.Max(sample => sample.Value));
    }

    private static bool IsWarming(string? instance, SampleLimits limits) =>
        instance is not null
        && limits.Warming.Count > 0
        && (limits.Warming.Contains(instance) || (WithoutPort(instance) is { } host && limits.Warming.Contains(host)));

    /// <summary><c>10.0.0.1:9100</c> and <c>[fe80::1]:9100</c> without the port; null where there is none.</summary>
    private static string? WithoutPort(string instance)
    {
        var colon = instance.LastIndexOf(':');
        if (colon < 1 || colon == instance.Length - 1 || instance.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var host = instance[..colon];
        return host is ['[', .. var inner, ']'] ? inner : host.Contains(':', StringComparison.Ordinal) ? null : host;
    }

    private static string Of(MetricSample sample) =>
        sample.Instance is { } instance ? $" of the instance {VisibleText.OneLine(Cut(instance))}" : "";

    private static string Cut(string text) => text.Length <= 100 ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[99]) ? 99 : 100)}...";
}
