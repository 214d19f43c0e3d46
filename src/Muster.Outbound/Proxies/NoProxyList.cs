using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Muster.Outbound.Proxies;

/// <summary>The destinations that <c>NO_PROXY</c> keeps away from every proxy.</summary>
/// <remarks>
/// Entries with commas or blanks between: <c>*</c> for everything; <c>example.com</c> and <c>.example.com</c> for that name and
/// all below it; <c>*.example.com</c> for all below it; an address, or a range as <c>10.0.0.0/8</c> and <c>fd00::/8</c>. Each may
/// end in <c>:PORT</c>, an IPv6 address then in brackets. Names are not resolved, so a range never matches a name. What is none
/// of these matches nothing.
/// </remarks>
internal sealed class NoProxyList
{
    private readonly ImmutableArray<Entry> _entries;

    private NoProxyList(ImmutableArray<Entry> entries) => _entries = entries;

    public static NoProxyList Parse(string? text) => new(
    [
        .. (text ?? "").Split([',', ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(Read).OfType<Entry>(),
    ]);

    public bool Matches(Uri destination)
    {
        var host = Normal(destination.IdnHost);
        var address = Address(host);
        return _entries.Any(entry => (entry.Port is null || entry.Port == destination.Port) && IsFor(entry, host, address));
    }

    /// <summary>The address that a host is written as; null for a name. IPv4 within IPv6 is IPv4.</summary>
    public static IPAddress? Address(string host)
    {
        var bare = host.Trim('[', ']');
        // "7" and "10.1" are addresses to the parser, and names to everybody else.
        if (!bare.Contains(':', StringComparison.Ordinal) && bare.Count(c => c == '.') != 3)
        {
            return null;
        }

        return IPAddress.TryParse(bare, out var address)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;
    }

    private static bool IsFor(Entry entry, string host, IPAddress? address) =>
        entry.Range is { } range ? address is not null && Contains(range, address)
        : entry.Name is not { } name || (address is null && (
            (host == name && !entry.OnlyBelow)
            || (host.Length > name.Length && host[^(name.Length + 1)] == '.' && host.EndsWith(name, StringComparison.Ordinal))));

    private static bool Contains(IPNetwork range, IPAddress address) =>
        range.BaseAddress.AddressFamily == address.AddressFamily && range.Contains(WithoutScope(address));

    // The zone of a link-local address is no part of a range.
    private static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;

    private static Entry? Read(string text)
    {
        var (host, port) = SplitPort(text);
        if (host is null)
        {
            return null;
        }

        if (host == "*")
        {
            return new Entry(Range: null, Name: null, OnlyBelow: false, port);
        }

        var slash = host.IndexOf('/', StringComparison.Ordinal);
        var address = Address(slash < 0 ? host : host[..slash]);
        if (address is not null)
        {
            var bits = address.GetAddressBytes().Length * 8;
            if (slash >= 0)
            {
                if (!int.TryParse(host.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > bits)
                {
                    return null;
                }

                bits = length;
            }

            return new Entry(new IPNetwork(Masked(address, bits), bits), Name: null, OnlyBelow: false, port);
        }

        var onlyBelow = host.StartsWith("*.", StringComparison.Ordinal);
        var name = Normal(onlyBelow ? host[2..] : host.TrimStart('.'));
        return slash < 0 && name.Length > 0 ? new Entry(Range: null, name, onlyBelow, port) : null;
    }

    /// <summary>The host and the port of an entry; no host where the port is none.</summary>
    private static (string? Host, int? Port) SplitPort(string text)
    {
        var colon = text.LastIndexOf(':');
        var isPort = colon >= 0 && (text.IndexOf(':', StringComparison.Ordinal) == colon || text[..colon].EndsWith(']'));
        if (!isPort)
        {
            return (text, null);
        }

        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535
            ? (text[..colon], port)
            : (null, null);
    }

    // 10.1.2.3/8 is 10.0.0.0/8 to everybody who writes it.
    private static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xff << (8 - Math.Clamp(bits - (i * 8), 0, 8)));
        }

        return new IPAddress(bytes);
    }

    private static string Normal(string host) => host.TrimEnd('.').ToLowerInvariant();

    /// <param name="Range">Addresses; null for a name or for everything.</param>
    /// <param name="Name">A name, in small letters; null for addresses or for everything.</param>
    /// <param name="OnlyBelow">Whether the name itself is not meant.</param>
    /// <param name="Port">The only port; null for all.</param>
    private sealed record Entry(IPNetwork? Range, string? Name, bool OnlyBelow, int? Port);
}
