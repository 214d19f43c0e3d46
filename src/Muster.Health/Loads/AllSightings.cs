using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Health.Loads;

/// <summary>Tells several what looks show.</summary>
/// <param name="all">Whom.</param>
public sealed class AllSightings(params ImmutableArray<ISightings> all) : ISightings
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
}
