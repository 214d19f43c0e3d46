using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Traffic;

namespace Muster.Traffic.Kit;

/// <summary>What a source is opened with: its part of the configuration, and what every source may use.</summary>
public sealed record TrafficSetup
{
    /// <summary>What groups call it; see <see cref="EntityName"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The options of its kind, as written in the configuration; paths of files absolute.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// The clouds of the configuration that have load balancers of their own, by name, and what opens these as a source of traffic. A
    /// source may be opened where no cloud is, to see what is wrong with it: nothing is asked of it then.
    /// </summary>
    public ImmutableSortedDictionary<string, Func<BalancerSettings, ITrafficSource>> Balancers { get; init; } =
        ImmutableSortedDictionary<string, Func<BalancerSettings, ITrafficSource>>.Empty;

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What an option is called in refusals: <c>traffic.edge.socket</c>.</summary>
    public string FieldOf(string option) => $"traffic.{Source}.{option}";
}
