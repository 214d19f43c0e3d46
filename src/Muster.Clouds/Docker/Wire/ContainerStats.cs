using System.Text.Json.Serialization;

namespace Muster.Clouds.Docker.Wire;

/// <summary>GET /containers/ID/stats</summary>
internal sealed record ContainerStats
{
    public DateTimeOffset Read { get; init; }

    [JsonPropertyName("cpu_stats")]
    public CpuStats? Cpu { get; init; }

    [JsonPropertyName("memory_stats")]
    public MemoryStats? Memory { get; init; }
}

internal sealed record CpuStats
{
    [JsonPropertyName("cpu_usage")]
    public CpuUsage? Usage { get; init; }
}

internal sealed record CpuUsage
{
    /// <summary>Nanoseconds.</summary>
    [JsonPropertyName("total_usage")]
    public double? Total { get; init; }
}

internal sealed record MemoryStats
{
    public double? Usage { get; init; }

    public double? Limit { get; init; }

    public IReadOnlyDictionary<string, double>? Stats { get; init; }
}

/// <summary>GET /containers/ID/json</summary>
internal sealed record ContainerDetails(ContainerBounds? HostConfig);

/// <summary>What a container may use: billionths of a processor, or a quota of each period.</summary>
internal sealed record ContainerBounds(long NanoCpus, long CpuQuota, long CpuPeriod);
