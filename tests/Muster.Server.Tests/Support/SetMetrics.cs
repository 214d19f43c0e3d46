using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Core.Steering.Rounds;

namespace Muster.Server.Tests.Support;

/// <summary>Sources that say what a test has them say.</summary>
internal sealed class SetMetrics : IMetricBoard, ISteeringObserver
{
    /// <summary>By metric, what is said of every group; others have no value.</summary>
    public Dictionary<string, double> Values { get; } = [];

    public ImmutableArray<string> Metrics => [.. Values.Keys.Order(StringComparer.Ordinal)];

    public Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken) =>
        Task.FromResult(needs.ToFrozenDictionary(
            need => need.Key,
            need => need.Value
                .Select(scope => Values.TryGetValue(need.Key, out var value)
                    ? new MetricAnswer(scope.Group, [new(value)])
                    : new MetricAnswer(scope.Group, [], $"nobody tells {need.Key}"))
                .ToImmutableArray()));

    public void OnRound(RoundReport report)
    {
    }

    public void OnFailed(Exception error) => throw new InvalidOperationException("a round failed", error);
}
