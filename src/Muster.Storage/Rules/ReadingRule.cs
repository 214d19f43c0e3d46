using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>What a chunk of readings must be to be kept, and which chunk stands where.</summary>
internal static class ReadingRule
{
    /// <summary>Every resolution.</summary>
    public static ImmutableArray<Resolution> Resolutions { get; } = [.. Enum.GetValues<Resolution>()];

    /// <summary>The chunks as every store keeps them, the last of each group, metric, resolution and place.</summary>
    /// <exception cref="InputException">One may not be kept; says every one.</exception>
    public static ImmutableArray<ReadingChunk> AsKept(ImmutableArray<ReadingChunk> chunks)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var kept = new Dictionary<(GroupId, string, Resolution, int), ReadingChunk>(chunks.Length);
        foreach (var chunk in chunks)
        {
            if (ErrorOf(chunk) is { } error)
            {
                errors.Add(error);
                continue;
            }

            var key = (chunk.Group, chunk.Metric, chunk.Resolution, chunk.Place);
            if (!kept.TryGetValue(key, out var other) || Replaces(chunk, other.StartsAt))
            {
                kept[key] = chunk with
                {
                    Readings = [.. chunk.Readings.Select(reading => reading with { At = Microseconds.Kept(reading.At) })],
                };
            }
        }

        InputException.ThrowIfAny(errors);
        return [.. kept.Values];
    }

    /// <summary>Whether a chunk takes the place of one that begins then.</summary>
    public static bool Replaces(ReadingChunk chunk, DateTimeOffset startsAt) => chunk.StartsAt >= startsAt;

    /// <summary>By metric, resolution and beginning.</summary>
    public static ImmutableArray<ReadingChunk> InOrder(IEnumerable<ReadingChunk> chunks) =>
    [
        .. chunks
            .OrderBy(chunk => chunk.Metric, StringComparer.Ordinal)
            .ThenBy(chunk => chunk.Resolution)
            .ThenBy(chunk => chunk.StartsAt),
    ];

    /// <summary>The beginning after which a chunk's span ends after an instant.</summary>
    public static DateTimeOffset BeginningFor(Resolution resolution, DateTimeOffset since) =>
        Before(since, ReadingChunk.SpanOf(resolution));

    /// <summary>Chunks that begin before this are too old.</summary>
    public static DateTimeOffset OldestBeginning(Resolution resolution, DateTimeOffset now) =>
        Before(now, ReadingChunk.SpanOf(resolution) + ReadingChunk.KeptFor(resolution));

    /// <summary>Chunks that begin after this are of a clock that was wrong; two clocks may differ by less than a span.</summary>
    public static DateTimeOffset NewestBeginning(Resolution resolution, DateTimeOffset now) => now + ReadingChunk.SpanOf(resolution);

    private static DateTimeOffset Before(DateTimeOffset at, TimeSpan span) =>
        at - DateTimeOffset.UnixEpoch > span ? at - span : DateTimeOffset.UnixEpoch;

    private static InputError? ErrorOf(ReadingChunk chunk)
    {
        if (!KeptText.IsVisible(chunk.Metric, ReadingChunk.MetricMax))
        {
            return new(
                "readings.metric",
                KeptText.Cut(chunk.Metric, ReadingChunk.MetricMax),
                $"1 to {ReadingChunk.MetricMax} characters that can be seen");
        }

        if (chunk.StartsAt < DateTimeOffset.UnixEpoch || chunk.StartsAt != ReadingChunk.StartOf(chunk.Resolution, chunk.StartsAt))
        {
            return new(
                "readings.starts_at", Text(chunk.StartsAt), $"a whole multiple of {ReadingChunk.SpanOf(chunk.Resolution)} since 1970");
        }

        if (chunk.Readings.IsDefaultOrEmpty || chunk.Readings.Length > ReadingChunk.ReadingsMax)
        {
            return new(
                "readings",
                string.Create(CultureInfo.InvariantCulture, $"{(chunk.Readings.IsDefault ? 0 : chunk.Readings.Length)} readings"),
                $"1 to {ReadingChunk.ReadingsMax} in a chunk");
        }

        var before = chunk.StartsAt;
        foreach (var reading in chunk.Readings)
        {
            if (reading.At < before || reading.At >= chunk.EndsAt)
            {
                return new("readings.at", Text(reading.At), $"by time, from {Text(chunk.StartsAt)} to before {Text(chunk.EndsAt)}");
            }

            if (!double.IsFinite(reading.Value) || reading.Instances < 0)
            {
                return new(
                    "readings.value",
                    string.Create(CultureInfo.InvariantCulture, $"{reading.Value} of {reading.Instances} instances"),
                    "a finite number of 0 or more instances");
            }

            before = reading.At;
        }

        return null;
    }

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
