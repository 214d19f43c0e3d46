using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;

namespace Muster.Simulation.Worlds;

/// <summary>How busy instances are said to be: something else at each moment, and of some of them nothing.</summary>
/// <param name="clouds">The clouds, by name.</param>
/// <param name="random">What is said.</param>
internal sealed class RestlessLoads(IReadOnlyDictionary<string, SimulatedCloud> clouds, RandomStream random) : ILoads
{
    /// <inheritdoc/>
    public ImmutableArray<InstanceLoad> Of(GroupId group, DateTimeOffset now) =>
    [
        .. clouds.OrderBy(cloud => cloud.Key, StringComparer.Ordinal)
            .SelectMany(cloud => cloud.Value.Instances.Select(instance => (Cloud: cloud.Key, Instance: instance)))
            .Where(one => one.Instance.Group == group && !random.Chance(0.2))
            .Select(one => new InstanceLoad(one.Cloud, one.Instance.Id, random.NextInt(0, 100), "probe")),
    ];
}
