using System.Collections.Immutable;

namespace Muster.Core.Metrics;

/// <summary>The kept readings of one group, in memory.</summary>
/// <remarks>Not safe for several threads.</remarks>
/// <param name="group">Which group.</param>
public sealed class ReadingLog(GroupId group) : IReadings
{
    /// <summary>Which group.</summary>
    public GroupId Group => group;

    private readonly Dictionary<string, string> _troubles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ReadOnlySpan<Reading> Recent(string metric) => _series.TryGetValue(metric, out var series) ? series.Recent : [];

    /// <inheritdoc/>
    public ReadOnlySpan<Reading> Hours(string metric) => _series.TryGetValue(metric, out var series) ? series.Hours : [];

    /// <summary>Whether there is a metric of which nothing was ever written.</summary>
    public bool HasFirst => _series.Values.Any(series => series.IsFirst);

    /// <summary>The newest reading of a metric; null where there is none.</summary>
    public Reading? Last(string metric) => _series.GetValueOrDefault(metric)?.Last;

    /// <inheritdoc/>
    public string? TroubleOf(string metric) => _troubles.GetValueOrDefault(metric);

    /// <summary>Notes why a metric gave nothing; null where all is well.</summary>
    public void Note(string metric, string? trouble)
    {
        if (trouble is null)
        {
            _troubles.Remove(metric);
        }
        else
        {
            _troubles[metric] = trouble;
        }
    }

    /// <summary>Takes a reading; one that is not newer than the newest of its metric says nothing new.</summary>
    public void Add(string metric, Reading reading) => Of(metric).Add(reading);

    /// <summary>Takes what a store has kept of a metric, by resolution and beginning, before its first reading.</summary>
    public void Load(string metric, ImmutableArray<ReadingChunk> chunks) => Of(metric).Load(chunks);

    /// <summary>Every chunk that has something new.</summary>
    public ImmutableArray<ReadingChunk> TakeNews() => [.. _series.SelectMany(each => each.Value.TakeNews(group, each.Key))];

    /// <summary>What <see cref="TakeNews"/> handed out is kept.</summary>
    /// <param name="withAllHours">The metrics of which somebody wants to see all hours.</param>
    public void OnWritten(IReadOnlyCollection<string> withAllHours)
    {
        ArgumentNullException.ThrowIfNull(withAllHours);
        foreach (var (metric, series) in _series)
        {
            series.OnWritten(withAllHours.Contains(metric));
        }
    }

    private MetricSeries Of(string metric)
    {
        if (!_series.TryGetValue(metric, out var series))
        {
            _series.Add(metric, series = new());
        }

        return series;
    }
}
