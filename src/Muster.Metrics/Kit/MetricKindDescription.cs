using System.Collections.Immutable;

using Muster.Core.Options;

namespace Muster.Metrics.Kit;

/// <summary>What there is to say of a kind of source. The tables of <c>docs/metrics.md</c> are these, to the letter.</summary>
public sealed record MetricKindDescription
{
    /// <summary>What it reads, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What the configuration may say of such a source, in the order of the page.</summary>
    public required ImmutableArray<ConfigOption> Options { get; init; }

    /// <summary>Whether values below zero are lies, as of a queue's length.</summary>
    public bool IsCount { get; init; }
}
