using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Metrics;

namespace Muster.Metrics.Cloud;

/// <summary>Knows which clouds tell how hard the instances of which groups work.</summary>
public interface IUsageDirectory
{
    /// <summary>The connections by which the groups are read: one for each credential of a cloud.</summary>
    /// <remarks>A group with placements on several clouds is in several; one whose clouds tell nothing is in none. Asks no cloud.</remarks>
    Task<ImmutableArray<UsageConnection>> FindAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken);
}

/// <summary>A connection to a cloud, and the groups that have instances there.</summary>
/// <param name="Name">What people call the cloud.</param>
/// <param name="Cloud">The cloud; null where it tells nothing of its instances' work.</param>
/// <param name="Groups">The groups.</param>
public sealed record UsageConnection(string Name, IMeteredCloud? Cloud, ImmutableArray<MetricScope> Groups);
