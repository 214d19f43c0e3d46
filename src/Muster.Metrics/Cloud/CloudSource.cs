using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Cloud;

/// <summary>Reads what clouds tell of their instances themselves: one call for each credential, for all of its groups.</summary>
/// <remarks>
/// Needs no configuration. The sources of <c>cpu</c> and <c>memory</c> may read at the same time: a cloud looks once for both.
/// </remarks>
/// <param name="figure">What is read.</param>
/// <param name="directory">Knows the clouds.</param>
/// <param name="installation">Whose instances.</param>
public sealed class CloudSource(UsageFigure figure, IUsageDirectory directory, InstallationId installation) : IMetricSource
{
    /// <summary>What the metrics are called that every group has.</summary>
    public static ImmutableArray<(string Metric, UsageFigure Figure)> Metrics { get; } =
        [("cpu", UsageFigure.Cpu), ("memory", UsageFigure.Memory)];

    /// <inheritdoc/>
    public async Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (groups.IsEmpty)
        {
            return [];
        }

        var looks = await Task.WhenAll(
            (await directory.FindAsync(groups, cancellationToken)).Select(connection => LookAsync(connection, cancellationToken)));
        var byGroup = looks
            .SelectMany(look => look.Connection.Groups.Select(group => (group.Group, Look: look)))
            .ToLookup(pair => pair.Group, pair => pair.Look);
        return [.. groups.Select(group => Answer(group.Group, [.. byGroup[group.Group]]))];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A cloud that fails is told to its groups, and to no other.</summary>
    private async Task<Look> LookAsync(UsageConnection connection, CancellationToken cancellationToken)
    {
        if (connection.Cloud is not { } cloud)
        {
            return new(connection, [], $"the cloud {connection.Name} does not tell how hard its instances work");
        }

        try
        {
            return new(connection, await cloud.ReadUsageAsync(installation, cancellationToken), null);
        }
        catch (CloudException error)
        {
            return new(connection, [], $"the cloud {connection.Name}: {Foreign.Words(error.Message)}");
        }
    }

    private MetricAnswer Answer(GroupId group, ImmutableArray<Look> looks)
    {
        if (looks.IsEmpty)
        {
            return new(group, [], "no cloud of this group tells how hard its instances work");
        }

        // Some of its instances are no mean of all.
        if (looks.FirstOrDefault(look => look.Failure is not null) is { } failed)
        {
            return new(group, [], failed.Failure);
        }

        ImmutableArray<MetricSample> samples =
        [
            .. looks.SelectMany(look => look.ByGroup[group])
                .Select(usage => (usage.Instance, Value: figure is UsageFigure.Cpu ? usage.CpuPercent : usage.MemoryPercent))
                .Where(usage => usage.Value is not null)
                .Take(SampleRules.SamplesMax + 1)
                .Select(usage => new MetricSample(usage.Value!.Value, usage.Instance.Value)),
        ];
        return samples.IsEmpty ? new(group, [], "no instance of this group runs, or none has run for long enough") : new(group, samples);
    }

    private sealed class Look(UsageConnection connection, ImmutableArray<InstanceUsage> usage, string? failure)
    {
        public UsageConnection Connection => connection;

        public string? Failure => failure;

        public ILookup<GroupId?, InstanceUsage> ByGroup { get; } = usage.ToLookup(one => one.Group);
    }
}
