using System.Collections.Immutable;

using Muster.Metrics;
using Muster.Metrics.Board;
using Muster.Metrics.Kit;

namespace Muster.Cli.Configuration;

/// <summary>What configured sources of metrics are opened with.</summary>
internal static class MetricSetups
{
    /// <summary>Returns what a configured source is opened with.</summary>
    public static MetricSetup Of(MetricConfig config, TimeProvider timeProvider) => new()
    {
        Metric = config.Name,
        Options = config.Options.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Timeout = config.Timeout ?? BoardMetric.TimeoutDefault,
        Time = timeProvider,
    };

    /// <summary>Opens a configured source. Nobody is called yet.</summary>
    /// <param name="config">Which.</param>
    /// <param name="round">Time between two rounds of policies: how often it is read unless it is said.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="Core.InputException">An option is wrong; names every one.</exception>
    public static BoardMetric Open(MetricConfig config, TimeSpan round, TimeProvider timeProvider) =>
        new(config.Name, MetricKinds.Open(config.Source, Of(config, timeProvider)))
        {
            Every = config.Every ?? round,
            Timeout = config.Timeout ?? BoardMetric.TimeoutDefault,
            IsCount = MetricKinds.Find(config.Source)!.Description.IsCount,
        };
}
