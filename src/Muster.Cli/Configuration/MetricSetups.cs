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
    /// <exception cref="Core.InputException">An option is wrong; names every one.</exception>
    public static BoardMetric Open(MetricConfig config, TimeProvider timeProvider)
    {
        var metric = new BoardMetric(config.Name, MetricKinds.Open(config.Source, Of(config, timeProvider)))
        {
            Timeout = config.Timeout ?? BoardMetric.TimeoutDefault,
            IsCount = MetricKinds.Find(config.Source)!.Description.IsCount,
        };
        return config.Every is { } every ? metric with { Every = every } : metric;
    }
}
