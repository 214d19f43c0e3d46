using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>A group's readings as they were at an earlier instant, from what is kept.</summary>
public sealed class PastReadings : IReadings
{
    private readonly Dictionary<string, Reading[]> _recent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Reading[]> _hours = new(StringComparer.Ordinal);

    private PastReadings()
    {
    }

    /// <summary>
    /// Reads what is kept of the hour before an instant: as it came, where that is still kept, else the highest of each minute.
    /// </summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="group">Whose.</param>
    /// <param name="at">The instant.</param>
    /// <param name="now">The present: what is kept goes by it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<PastReadings> ReadAsync(
        IReadingStore store, GroupId group, DateTimeOffset at, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var past = new PastReadings();
        var since = at - ReadingChunk.KeptFor(Resolution.Raw);
        Take(past._hours, await store.FindReadingsAsync(
            group, metric: null, Resolution.Hour, at - ReadingChunk.KeptFor(Resolution.Hour), cancellationToken), DateTimeOffset.MinValue,
                at);
        Take(past._recent, await store.FindReadingsAsync(group, metric: null, Resolution.Minute, since, cancellationToken), since, at);
        if (now - at < ReadingChunk.KeptFor(Resolution.Raw))
        {
            Take(past._recent, await store.FindReadingsAsync(group, metric: null, Resolution.Raw, since, cancellationToken), since, at);
        }

        return past;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<Reading> Recent(string metric) => _recent.GetValueOrDefault(metric);

    /// <inheritdoc/>
    public ReadOnlySpan<Reading> Hours(string metric) => _hours.GetValueOrDefault(metric);

    /// <summary>The newest reading of a metric; null where there is none.</summary>
    public Reading? Last(string metric) => _recent.GetValueOrDefault(metric) is [.., var last] ? last : null;

    private static void Take(
        Dictionary<string, Reading[]> into, ImmutableArray<ReadingChunk> chunks, DateTimeOffset since, DateTimeOffset at)
    {
        foreach (var metric in chunks.GroupBy(chunk => chunk.Metric, StringComparer.Ordinal))
        {
            var finer = metric.SelectMany(chunk => chunk.Readings).Where(reading => reading.At > since && reading.At <= at).ToArray();
            var begin = finer is [var first, ..] ? first.At : DateTimeOffset.MaxValue;

            // What is kept as it came says more than the highest of a minute, from where it begins.
            into[metric.Key] = [.. (into.GetValueOrDefault(metric.Key) ?? []).Where(reading => reading.At < begin), .. finer];
        }
    }
}
