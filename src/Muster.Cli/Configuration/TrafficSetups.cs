using System.Collections.Immutable;

using Muster.Traffic;
using Muster.Traffic.Keeping;
using Muster.Traffic.Kit;

namespace Muster.Cli.Configuration;

/// <summary>What configured sources of traffic are opened with.</summary>
internal static class TrafficSetups
{
    /// <summary>Returns what a configured source is opened with.</summary>
    public static TrafficSetup Of(TrafficConfig config, TimeProvider timeProvider) => new()
    {
        Source = config.Name,
        Options = config.Options.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Time = timeProvider,
    };

    /// <summary>Opens all of them. Nobody is called yet.</summary>
    /// <exception cref="Core.InputException">An option is wrong; names every one of the first source that has one.</exception>
    public static TrafficSources Open(IEnumerable<TrafficConfig> configs, TimeProvider timeProvider) => new(
        [.. configs.Select(config => new OpenSource(
            config.Name, TrafficKinds.Find(config.Kind)!, TrafficKinds.Open(config.Kind, Of(config, timeProvider))))]);
}
