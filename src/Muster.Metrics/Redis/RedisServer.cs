using System.Globalization;

namespace Muster.Metrics.Redis;

/// <summary>A server's host and port.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">From 1 to 65535.</param>
internal readonly record struct RedisServer(string Host, int Port)
{
    /// <summary><c>host:6379</c> or <c>[::1]:6379</c>; null for everything else.</summary>
    public static RedisServer? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 1
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65_535)
        {
            return null;
        }

        var host = text[..colon] is ['[', .. var inner, ']'] ? inner : text[..colon];
        return Uri.CheckHostName(host) is UriHostNameType.Unknown ? null : new(host, port);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
