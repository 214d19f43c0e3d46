using System.Net;

using Muster.Core;

namespace Muster.Server;

/// <summary>Reads where to listen: <c>127.0.0.1:7474</c>, <c>[::1]:7474</c>, <c>localhost:7474</c>, <c>0.0.0.0:7474</c>.</summary>
public static class ListenAddress
{
    private const string Allowed = "ADDRESS:PORT with an IP address or localhost and a port of 0 to 65535, as 127.0.0.1:7474";

    /// <exception cref="InputException">It is none.</exception>
    public static IPEndPoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var numeric = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? $"{IPAddress.Loopback}:{text["localhost:".Length..]}"
            : text;

        // IPEndPoint takes a missing port for 0, and a bare IPv6 address for an address without one.
        return HasPort(numeric) && IPEndPoint.TryParse(numeric, out var endpoint)
            ? endpoint
            : throw new InputException("listen", text, Allowed);
    }

    private static bool HasPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && colon < text.Length - 1
            && (text[colon - 1] == ']' || text.AsSpan(0, colon).IndexOf(':') < 0);
    }
}
