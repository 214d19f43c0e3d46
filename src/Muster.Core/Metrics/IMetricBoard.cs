using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Muster.Core.Metrics;

/// <summary>Every metric that can be read, by name.</summary>
public interface IMetricBoard
{
    /// <summary>The names of the metrics that there are, sorted.</summary>
    ImmutableArray<string> Metrics { get; }

    /// <summary>Reads what is needed, as far as it is time to read it again. A slow source delays no other.</summary>
    /// <param name="needs">By metric, for which groups; a metric that there is not is answered with a sentence.</param>
    /// <param name="patience">How long to wait for reads that are under way.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>By metric an answer for each group, in the order asked for. Every sample says when it was so.</returns>
    Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken);
}
