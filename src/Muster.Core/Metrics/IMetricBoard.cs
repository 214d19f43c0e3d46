using System.Collections.Immutable;

namespace Muster.Core.Metrics;

/// <summary>Every metric that can be read, by name.</summary>
public interface IMetricBoard
{
    /// <summary>The configured metrics, by name.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>
    /// What the configured metrics say now. A source that does not answer in time is told as a failure of its metric, and delays no other.
    /// </summary>
    /// <param name="needs">Which metric for which groups; metrics that are not configured are passed over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ImmutableDictionary<(string Metric, GroupId Group), MetricAnswer>> ReadAsync(
        ImmutableArray<MetricNeed> needs, CancellationToken cancellationToken);
}

/// <summary>Who needs a metric.</summary>
/// <param name="Metric">Which, by name.</param>
/// <param name="Groups">For which groups; each once.</param>
public sealed record MetricNeed(string Metric, ImmutableArray<MetricScope> Groups);
