using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Governing;
using Muster.Core.Metrics;

namespace Muster.Metrics.Cloud;

/// <summary>Finds by which connections groups are read: those of the configured clouds, one for each credential.</summary>
/// <param name="clouds">The configured clouds.</param>
/// <param name="cloudsOf">Says on which clouds each group has placements, by name; a group that is gone has none.</param>
public sealed class UsageDirectory(
    ICloudDirectory clouds, Func<ImmutableArray<MetricScope>, CancellationToken, Task<ILookup<GroupId, string>>> cloudsOf) : IUsageDirectory
{
    /// <inheritdoc/>
    public async Task<ImmutableArray<UsageConnection>> FindAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        var names = await cloudsOf(groups, cancellationToken);
        return
        [
            .. groups
                .SelectMany(group => names[group.Group].Distinct(StringComparer.Ordinal).Select(name => (Group: group, Name: name)))
                .Where(pair => clouds.Find(pair.Group.Account, pair.Name) is not null)
                .GroupBy(pair => clouds.CredentialOf(pair.Group.Account, pair.Name))
                .Select(same => new UsageConnection(
                    same.First().Name,
                    clouds.Find(same.First().Group.Account, same.First().Name)!.Cloud.Usage,
                    [.. same.Select(pair => pair.Group)])),
        ];
    }
}
