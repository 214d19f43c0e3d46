using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Usage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Docker;

/// <summary>Looks at what containers use: a call for each that runs, since the engine tells of one at a time.</summary>
internal sealed class DockerUsage(DockerApi api)
{
    /// <summary>Calls at once: the engine reads a few files for each.</summary>
    private const int InFlightMax = 8;

    private const double NanoPerUnit = 1e9;

    /// <summary>What a container may use is set when it is made.</summary>
    private readonly ConcurrentDictionary<string, double> _cpus = new(StringComparer.Ordinal);

    /// <summary>Looks at every running container of an installation.</summary>
    public async Task<ImmutableArray<UsageCounters>> LookAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var listed = await api.ListAsync(
            new InstanceFilter(installation).Tags.Select(tag => $"{tag.Key}={tag.Value}"), cancellationToken);
        var running = listed.Select(one => one.Good).OfType<ContainerSummary>().Where(one => one.State == "running").ToArray();
        Forget(running);
        var counters = new ConcurrentBag<UsageCounters>();
        await Parallel.ForEachAsync(
            running,
            new ParallelOptions { MaxDegreeOfParallelism = InFlightMax, CancellationToken = cancellationToken },
            async (container, cancellation) =>
            {
                if (await LookAsync(container, cancellation) is { } found)
                {
                    counters.Add(found);
                }
            });
        return [.. counters.OrderBy(one => one.Instance.Value, StringComparer.Ordinal)];
    }

    private async Task<UsageCounters?> LookAsync(ContainerSummary container, CancellationToken cancellationToken)
    {
        if (!_cpus.TryGetValue(container.Id, out var cpus))
        {
            cpus = Cpus(await api.FindBoundsAsync(container.Id, cancellationToken));
            _cpus[container.Id] = cpus;
        }

        if (await api.FindStatsAsync(container.Id, cancellationToken) is not { } stats)
        {
            return null;
        }

        return new()
        {
            Instance = new InstanceId(container.Id),
            Group = Guid.TryParse(container.Labels?.GetValueOrDefault(MusterTags.Group), out var group) ? new GroupId(group) : null,
            AtSeconds = (stats.Read - DateTimeOffset.UnixEpoch).TotalSeconds,
            CpuSeconds = stats.Cpu?.Usage?.Total / NanoPerUnit,
            Cpus = cpus,
            MemoryShare = MemoryShare(stats.Memory),
        };
    }

    private static double Cpus(ContainerBounds? bounds) => bounds switch
    {
        { NanoCpus: > 0 } => bounds.NanoCpus / NanoPerUnit,
        { CpuQuota: > 0, CpuPeriod: > 0 } => (double)bounds.CpuQuota / bounds.CpuPeriod,
        _ => 1,
    };

    /// <summary>As <c>docker stats</c> has it: without the cache of files that the kernel takes back at once.</summary>
    private static double? MemoryShare(MemoryStats? memory) =>
        memory is { Usage: { } usage, Limit: > 0 and var limit }
            ? Math.Max(0, usage - (memory.Stats?.GetValueOrDefault("inactive_file") ?? 0)) / limit
            : null;

    private void Forget(ContainerSummary[] running)
    {
        var ids = running.Select(container => container.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in _cpus.Keys.Where(id => !ids.Contains(id)))
        {
            _cpus.TryRemove(id, out _);
        }
    }
}
