using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Core.Metrics;

/// <summary>What is kept of readings that were pushed, until a steering round has them; pure.</summary>
public static class Pushes
{
    /// <summary>Most readings in one push.</summary>
    public const int PerPushMax = 1000;

    /// <summary>Most readings that wait for a round, of one group: the oldest make room.</summary>
    public const int WaitingMax = 2000;

    /// <summary>How far ahead of this installation's clock a reading may be: clocks are never quite the same.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(1);

    /// <summary>How old a reading may be when it is pushed.</summary>
    public static readonly TimeSpan AgeMax = ReadingChunk.KeptFor(Resolution.Raw);

    /// <summary>Refuses a push of which any part is wrong.</summary>
    /// <exception cref="InputException">Every wrong reading, up to ten of them.</exception>
    public static void Check(ImmutableArray<PushedReading> pushed, DateTimeOffset now)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (pushed.IsDefaultOrEmpty || pushed.Length > PerPushMax)
        {
            var count = pushed.IsDefault ? 0 : pushed.Length;
            errors.Add(new("readings", Text(count), $"1 to {Text(PerPushMax)} readings in one push"));
            InputException.ThrowIfAny(errors);
        }

        for (var i = 0; i < pushed.Length && errors.Count < 10; i++)
        {
            var (metric, instance, value, at) = pushed[i];
            var field = pushed.Length == 1 ? "" : $"readings[{Text(i)}].";
            if (!EntityName.IsValid(metric))
            {
                errors.Add(new($"{field}metric", VisibleText.OneLine(metric), EntityName.RuleFor(metric)));
            }

            if (instance is not null && (instance.Length is 0 or > 256 || instance.Any(char.IsControl)))
            {
                errors.Add(new($"{field}instance", VisibleText.OneLine(instance), "1 to 256 characters that can be seen"));
            }

            if (!double.IsFinite(value))
            {
                errors.Add(new($"{field}value", value.ToString(CultureInfo.InvariantCulture), "a finite number"));
            }

            if (at > now + AheadMax || at < now - AgeMax)
            {
                errors.Add(new($"{field}at", at.ToString("u", CultureInfo.InvariantCulture),
                    $"from {DurationText.Format(AgeMax)} ago to {DurationText.Format(AheadMax)} ahead of "
                    + now.ToString("u", CultureInfo.InvariantCulture)));
            }
        }

        InputException.ThrowIfAny(errors);
    }

    /// <summary>
    /// What waits, with a push in it: by metric, instance and time, each once; what is older than a round looks at is left out.
    /// </summary>
    public static ImmutableArray<PushedReading> Merge(
        ImmutableArray<PushedReading> waiting, ImmutableArray<PushedReading> pushed, DateTimeOffset now)
    {
        var newest = waiting.Concat(pushed)
            .Where(reading => reading.At > now - AgeMax)
            .Reverse()
            .DistinctBy(reading => (reading.Metric, reading.Instance, reading.At))
            .OrderByDescending(reading => reading.At)
            .Take(WaitingMax);
        return
        [
            .. newest
                .OrderBy(reading => reading.Metric, StringComparer.Ordinal)
                .ThenBy(reading => reading.Instance, StringComparer.Ordinal)
                .ThenBy(reading => reading.At),
        ];
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
