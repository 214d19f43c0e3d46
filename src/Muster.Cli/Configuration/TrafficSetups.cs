using System.Collections.Immutable;

using Muster.Clouds;
using Muster.Clouds.Kit;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Traffic;
using Muster.Traffic;
using Muster.Traffic.Keeping;
using Muster.Traffic.Kit;

namespace Muster.Cli.Configuration;

/// <summary>What configured sources of traffic are opened with.</summary>
internal static class TrafficSetups
{
    /// <summary>Returns what a configured source is looked through with: it can be opened, and asked for nothing.</summary>
    public static TrafficSetup Of(TrafficConfig source, MusterConfig config, TimeProvider timeProvider) =>
        Of(source, config, _ => null, timeProvider);

    /// <summary>Opens all of them. Nobody is called yet.</summary>
    /// <param name="config">All that is configured.</param>
    /// <param name="find">The open cloud of a name; null where there is none that serves every account.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="Core.InputException">An option is wrong; names every one of the first source that has one.</exception>
    public static TrafficSources Open(MusterConfig config, Func<string, GovernedCloud?> find, TimeProvider timeProvider) => new(
        [.. config.Traffic.Select(source => new OpenSource(
            source.Name, TrafficKinds.Find(source.Kind)!,
            TrafficKinds.Open(source.Kind, Of(source, config, find, timeProvider))))]);

    private static TrafficSetup Of(
        TrafficConfig source, MusterConfig config, Func<string, GovernedCloud?> find, TimeProvider timeProvider) => new()
        {
            Source = source.Name,
            Options = source.Options.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Balancers = config.Clouds
                .Where(cloud => CloudKinds.Find(cloud.Kind)?.Description.Abilities.Contains(CloudAbility.Balancers) is true)
                .DistinctBy(cloud => cloud.Name)
                .ToImmutableSortedDictionary(
                    cloud => cloud.Name,
                    cloud => (Func<BalancerSettings, ITrafficSource>)(settings => (find(cloud.Name)?.Balancing
                        ?? throw new InvalidOperationException($"the cloud {cloud.Name} is not open")).OpenBalancer(settings)),
                    StringComparer.Ordinal),
            Time = timeProvider,
        };
}
