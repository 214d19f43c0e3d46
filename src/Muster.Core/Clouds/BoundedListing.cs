using System.Runtime.CompilerServices;

namespace Muster.Core.Clouds;

/// <summary>Reads a listing within <see cref="ListingBounds"/>: the way everybody reads one.</summary>
public static class BoundedListing
{
    /// <summary>The pages of <see cref="ICloud.ListAsync"/>, as many as may be believed.</summary>
    /// <exception cref="CloudException">The cloud failed, or its pages do not end.</exception>
    public static async IAsyncEnumerable<InstancePage> ListBoundedAsync(
        this ICloud cloud, InstanceFilter filter, TimeProvider timeProvider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        var bounds = new ListingBounds(timeProvider);
        await foreach (var page in cloud.ListAsync(filter, cancellationToken))
        {
            if (!page.IsLast)
            {
                bounds.OnPage();
            }

            yield return page;
        }
    }
}
