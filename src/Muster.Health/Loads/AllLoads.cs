using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;

namespace Muster.Health.Loads;

/// <summary>The figures of several; of two for one instance that of the first who knows it.</summary>
/// <param name="all">Who measures, in the order in which they are believed.</param>
public sealed class AllLoads(params ImmutableArray<ILoads> all) : ILoads
{
    /// <inheritdoc/>
    public ImmutableArray<InstanceLoad> Of(GroupId group, DateTimeOffset now)
    {
        // A group has its figures from one: probes read a header where one is named, and clouds are asked where none is.
        foreach (var loads in all)
        {
            if (loads.Of(group, now) is { IsEmpty: false } some)
            {
                return some;
            }
        }

        return [];
    }
}
