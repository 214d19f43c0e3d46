using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>Lets several hear what looks show, each as if it were alone.</summary>
/// <param name="all">Those who hear, in order.</param>
public sealed class SharedSightings(params ImmutableArray<ISightings> all) : ISightings
{
    /// <inheritdoc/>
    public void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
    {
        foreach (var one in all)
        {
            one.Saw(record, cloud, instances, lookedAt, listingLagMax);
        }
    }

    /// <inheritdoc/>
    public void Missed(GroupId group)
    {
        foreach (var one in all)
        {
            one.Missed(group);
        }
    }

    /// <inheritdoc/>
    public void Decided(GroupId group)
    {
        foreach (var one in all)
        {
            one.Decided(group);
        }
    }
}
