using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Server.Problems;

namespace Muster.Server.Instances;

/// <summary>Reads a cloud's listing to its end.</summary>
internal static class Listing
{
    /// <exception cref="CloudException">The cloud failed.</exception>
    /// <exception cref="ProblemException">The listing was cut short.</exception>
    public static async Task<ImmutableArray<Instance>> ReadAsync(
        CloudEntry cloud, InstanceFilter filter, CancellationToken cancellationToken)
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        var isWhole = false;
        await foreach (var page in cloud.Cloud.ListAsync(filter, cancellationToken))
        {
            instances.AddRange(page.Instances);
            isWhole = page.IsLast;
        }

        return isWhole
            ? instances.ToImmutable()
            : throw new ProblemException(
                ProblemKinds.CloudListingCutShort, $"cloud '{cloud.Name}' listed {instances.Count} instances and broke off");
    }
}
