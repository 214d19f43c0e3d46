using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;

namespace Muster.Clouds.OpenStack;

/// <summary>Where the next page of a list begins.</summary>
internal static class NextLink
{
    private const string Marker = "marker=";

    /// <summary>
    /// The marker of the link to the next page; null on the last one. The rest of the link is not gone by: a proxy may have written another
    /// host into it, and the token must not go there.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="links">The field with its links: <c>servers_links</c>.</param>
    public static string? MarkerOf(JsonElement page, string links)
    {
        var href = page.List(links).FirstOrDefault(link => link.Text("rel") is "next") is { ValueKind: JsonValueKind.Object } next
            ? next.Text("href")
            : null;
        var part = href?.Split('?', '&').FirstOrDefault(one => one.StartsWith(Marker, StringComparison.Ordinal));
        return part is null ? null : Uri.UnescapeDataString(part[Marker.Length..]);
    }
}
