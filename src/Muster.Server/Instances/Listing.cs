using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Server.Problems;

namespace Muster.Server.Instances;

/// <summary>Reads a cloud's listing to its end.</summary>
public static class Listing
{
    /// <summary>Longest silence of a cloud that a user waits out without being told: about a person's patience with a prompt.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    /// <summary>Every instance that the cloud lists.</summary>
    /// <exception cref="CloudException">The cloud failed, or its pages do not end.</exception>
    /// <exception cref="ProblemException">The listing was cut short.</exception>
    public static async Task<ImmutableArray<Instance>> ReadAsync(
        CloudEntry cloud, InstanceFilter filter, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        RefuseWhenSilent(cloud);
        var instances = ImmutableArray.CreateBuilder<Instance>();
        var isWhole = false;
        await foreach (var page in cloud.Cloud.ListBoundedAsync(filter, timeProvider, cancellationToken))
        {
            instances.AddRange(page.Instances);
            isWhole = page.IsLast;
        }

        return isWhole
            ? instances.ToImmutable()
            : throw new ProblemException(
                ProblemKinds.CloudListingCutShort, $"cloud '{cloud.Name}' listed {instances.Count} instances and broke off");
    }

    /// <summary>Refuses to ask a cloud that wants silence.</summary>
    /// <exception cref="ProblemException">The cloud asked to be left alone for longer than a user waits.</exception>
    public static void RefuseWhenSilent(CloudEntry cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        if (cloud.Cloud.Governor.Silence is var silence && silence > SilenceMax)
        {
            throw new ProblemException(
                ProblemKinds.CloudThrottled,
                $"cloud '{cloud.Name}' asked to be left alone for another {silence.TotalSeconds:0} s",
                retryAfter: silence);
        }
    }
}
