using System.Collections.Immutable;

using Muster.Core;

namespace Muster.Metrics.Kit;

/// <summary>What a source is opened with: its part of the configuration, and what every source may use.</summary>
public sealed record MetricSetup
{
    /// <summary>The metric that it reads, as policies call it; see <see cref="EntityName"/>.</summary>
    public required string Metric { get; init; }

    /// <summary>The options of its kind, as written in the configuration; paths of files absolute.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How long a read may take in all.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What an option is called in refusals: <c>metrics.cpu.url</c>.</summary>
    public string FieldOf(string option) => $"metrics.{Metric}.{option}";

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
