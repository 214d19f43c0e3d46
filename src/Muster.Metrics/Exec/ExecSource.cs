using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Exec;

/// <summary>Reads a metric by running a program for each group.</summary>
internal sealed class ExecSource(ExecRun run, int concurrency) : IMetricSource
{
    /// <inheritdoc/>
    public Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken) =>
        PerGroup.ReadAsync(
            groups,
            concurrency,
            async (group, cancellation) => ExecOutput.Read(await run.RunAsync(group, cancellation)),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
