using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>Reads lists of the load balancer service, page by page.</summary>
/// <remarks>
/// A page that is full names a next one, which may be empty; where the operator bounds no pages, even the only one does.
/// openstack/octavia:octavia/api/common/pagination.py.
/// </remarks>
internal static class BalancerPages
{
    /// <summary>All elements of a list.</summary>
    /// <param name="get">Gets a page.</param>
    /// <param name="path">Path and query of the first one.</param>
    /// <param name="list">The field with the elements: <c>members</c>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CloudException">A page is none, or they do not end.</exception>
    public static async Task<List<JsonElement>> ReadAsync(
        Func<string, CancellationToken, Task<JsonElement>> get, string path, string list, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var all = new List<JsonElement>();
        var bounds = new ListingBounds(timeProvider);
        for (var place = path; ;)
        {
            var page = await get(place, cancellationToken);
            if (page.Find(list) is not { ValueKind: JsonValueKind.Array })
            {
                throw new CloudException(CloudErrorKind.Unavailable, $"the load balancer service answered without a list of {list}");
            }

            var before = all.Count;
            all.AddRange(page.List(list));
            if (NextLink.MarkerOf(page, $"{list}_links") is not { } next || all.Count == before)
            {
                return all;
            }

            bounds.OnPage(next);
            place = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}marker={Uri.EscapeDataString(next)}";
        }
    }
}
