using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;

namespace Muster.Metrics.Board;

/// <summary>Holds the sources of all metrics, and reads in rounds what policies need.</summary>
/// <remarks>
/// Each metric has at most one read under way, with a timeout, and pauses that grow after failures. A round takes what is there within its
/// patience and tells of the rest for how long it has not answered: a slow source delays nobody else. May be called from many threads.
/// </remarks>
public sealed class MetricBoard : IMetricBoard, IAsyncDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stop = new();
    private readonly FrozenDictionary<string, MetricLane> _lanes;

    /// <param name="metrics">What is read; each name once.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where jitter comes from.</param>
    /// <param name="fault">Gets the name of a metric whose source threw what no source may throw, and that; for the log.</param>
    public MetricBoard(
        ImmutableArray<BoardMetric> metrics, TimeProvider timeProvider, IRandomSource random, Action<string, Exception> fault)
    {
        _timeProvider = timeProvider;
        _lanes = metrics.ToFrozenDictionary(
            metric => metric.Name, metric => new MetricLane(metric, timeProvider, random, fault, _stop.Token), StringComparer.Ordinal);
        Metrics = [.. metrics.Select(metric => metric.Name).Order(StringComparer.Ordinal)];
        Counts = metrics.Where(metric => metric.IsCount).Select(metric => metric.Name).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The names of the metrics that there are, sorted.</summary>
    public ImmutableArray<string> Metrics { get; }

    /// <summary>Those that cannot be below zero; see <see cref="SampleLimits.AllowsNegative"/>.</summary>
    public FrozenSet<string> Counts { get; }

    /// <summary>Reads what is needed, as far as it is time to read it again.</summary>
    /// <param name="needs">By metric, for which groups; a metric that there is not is answered with a sentence.</param>
    /// <param name="patience">How long to wait for reads that are under way.</param>
    /// <param name="cancellationToken">Gives up waiting; reads that began go on.</param>
    /// <returns>By metric an answer for each group, in the order asked for. Every sample says when it was so.</returns>
    public async Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(needs);
        cancellationToken.ThrowIfCancellationRequested();
        var reads = needs
            .Select(need => _lanes.GetValueOrDefault(need.Key)?.ReadAsync(need.Value) ?? Task.CompletedTask)
            .Where(read => !read.IsCompleted)
            .ToArray();
        if (reads.Length > 0)
        {
            await WaitAsync(Task.WhenAll(reads), patience, cancellationToken);
        }

        return needs.ToFrozenDictionary(need => need.Key, need => Answers(need.Key, need.Value), StringComparer.Ordinal);
    }

    /// <summary>How the reads of each metric go, by name.</summary>
    public ImmutableArray<MetricFigures> Figures() => [.. Metrics.Select(metric => _lanes[metric].Figures())];

    /// <summary>Ends what is under way, and lets the sources go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_lanes.Values.Select(lane => lane.CloseAsync()));
        _stop.Dispose();
    }

    private async Task WaitAsync(Task reads, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = Task.Delay(patience, _timeProvider, over.Token);
        await Task.WhenAny(reads, waiting);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private ImmutableArray<MetricAnswer> Answers(string metric, ImmutableArray<MetricScope> groups) =>
        _lanes.TryGetValue(metric, out var lane)
            ? lane.Answers(groups)
            : [.. groups.Select(group => new MetricAnswer(
                group.Group, [], $"there is no metric {VisibleText.OneLine(metric)} here: {string.Join(", ", Metrics)}"))];
}
