using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>One process's board of metrics: what sources answer reaches it late, or not at all.</summary>
internal sealed class SimulatedBoard(Loads loads, Wire wire, SimulatedTime outsideTime) : IMetricBoard
{
    /// <inheritdoc/>
    public ImmutableArray<string> Metrics => [];

    /// <inheritdoc/>
    public Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken)
    {
        wire.EnsureHome();
        return wire.CallAsync(async () =>
        {
            await Task.Delay(loads.DrawDelay(patience), outsideTime, CancellationToken.None);
            return needs.ToFrozenDictionary(
                need => need.Key,
                need => need.Value.Select(scope => loads.Answer(need.Key, scope)).ToImmutableArray(),
                StringComparer.Ordinal);
        });
    }
}
