using System.Collections.Immutable;

using Muster.Core.Options;
using Muster.Core.Traffic;

namespace Muster.Traffic.Kit;

/// <summary>What there is to say of a kind of source. The tables of <c>docs/traffic.md</c> are these, to the letter.</summary>
public sealed record TrafficKindDescription
{
    /// <summary>What it does, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What the configuration may say of such a source, in the order of the page.</summary>
    public required ImmutableArray<ConfigOption> Options { get; init; }

    /// <summary>What a group must and may say.</summary>
    public required TrafficNeeds Needs { get; init; }

    /// <summary>What its findings on health are called; null for as the kind is.</summary>
    public string? Finding { get; init; }

    /// <summary>How often it is asked what it holds, of each group; null for as often as any.</summary>
    public TimeSpan? LookEvery { get; init; }

    /// <summary>Whether what a group names there is the group's alone: a second one that names the same is not served.</summary>
    public bool IsExclusive { get; init; }
}
