using System.Runtime.CompilerServices;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Listings;

/// <summary>Reads a listing whose pages each name the next one.</summary>
internal static class CursorPages
{
    /// <summary>All pages, each when it is asked for; bounded by <see cref="ListingBounds"/>.</summary>
    /// <param name="read">Reads the page at a cursor, null for the first one; tells where the next one begins, null after the last.</param>
    /// <param name="shown">Takes out of a cursor what nobody else should read, where one is shown.</param>
    /// <param name="timeProvider">The clock of the bounds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException">A page cannot be read, or the pages do not end: nothing is concluded from the listing.</exception>
    public static async IAsyncEnumerable<(TPage Page, bool IsLast)> ReadAsync<TPage>(
        Func<string?, Task<(TPage Page, string? Next)>> read, Func<string, string> shown, TimeProvider timeProvider,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new ListingBounds(timeProvider);
        for (string? cursor = null; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (var page, cursor) = await read(cursor);
            if (cursor is not null)
            {
                bounds.OnPage(cursor, shown);
            }

            yield return (page, cursor is null);
            if (cursor is null)
            {
                yield break;
            }
        }
    }
}
