using System.Collections.Immutable;

using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Governing;
using Muster.Core.Metrics;
using Muster.Core.Steering.Rounds;
using Muster.Metrics.Board;
using Muster.Metrics.Cloud;

namespace Muster.Cli.Composition.Metrics;

/// <summary>Opens where readings come from: the configured metrics, and what the clouds themselves know.</summary>
internal static class Sources
{
    /// <summary>Opens them all. Nobody is called yet.</summary>
    /// <param name="config">What is configured.</param>
    /// <param name="clouds">The configured clouds.</param>
    /// <param name="installation">Whose instances.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where jitter comes from.</param>
    /// <param name="fault">Gets the name of a metric whose source broke its contract, and how.</param>
    /// <exception cref="InputException">An option of one is wrong.</exception>
    public static async Task<MetricBoard> OpenAsync(
        MusterConfig config, ICloudDirectory clouds, InstallationId installation, TimeProvider timeProvider, IRandomSource random,
        Action<string, Exception> fault)
    {
        // As often as policies are asked: what is read in between would be known to nobody.
        var round = config.Steering.Interval ?? new SteeringOptions().Interval;
        var metrics = ImmutableArray.CreateBuilder<BoardMetric>();
        try
        {
            foreach (var metric in config.Metrics)
            {
                metrics.Add(MetricSetups.Open(metric, round, timeProvider));
            }
        }
        catch (InputException)
        {
            foreach (var opened in metrics)
            {
                await opened.Source.DisposeAsync();
            }

            throw;
        }

        // A configured metric of the same name says more than the cloud does: somebody meant it.
        var directory = new UsageDirectory(clouds, CloudsOfAsync);
        metrics.AddRange(CloudSource.Metrics
            .Where(own => config.Metrics.All(metric => metric.Name != own.Metric))
            .Select(own => new BoardMetric(own.Metric, new CloudSource(own.Figure, directory, installation)) { Every = round }));
        return new(metrics.ToImmutable(), timeProvider, random, fault);
    }

    private static Task<ILookup<GroupId, string>> CloudsOfAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken) =>
        Task.FromResult(groups
            .SelectMany(group => group.Clouds, (group, cloud) => (group.Group, Cloud: cloud))
            .ToLookup(pair => pair.Group, pair => pair.Cloud));
}
