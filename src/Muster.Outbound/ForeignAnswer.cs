using System.Globalization;

using Muster.Outbound.Proxies;

namespace Muster.Outbound;

/// <summary>Says who probably gave an answer that is not of the service that was called.</summary>
public static class ForeignAnswer
{
    // What Go's net/http, nginx and Apache answer to plain HTTP on a port of TLS.
    private static readonly string[] WantsTls =
        ["http request to an https server", "plain http request was sent to https port", "speaking plain http to an ssl-enabled"];

    /// <summary>A sentence on it, to stand after the call.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="body">What it says, as far as it was read; may be empty.</param>
    /// <param name="address">Whom the request was for.</param>
    /// <param name="service">Who should have answered: <c>Muster</c>.</param>
    public static string Describe(int status, string body, Uri address, string service) =>
        Describe(status, body, address, service, ProxyPolicy.OfProcess);

    /// <summary>A sentence on an answer that may be the service's own; null when nothing speaks against that.</summary>
    /// <inheritdoc cref="Describe(int, string, Uri, string)"/>
    public static string? DescribeIfSure(int status, string body, Uri address) =>
        DescribeIfSure(status, body, address, ProxyPolicy.OfProcess);

    internal static string Describe(int status, string body, Uri address, string service, ProxyPolicy proxies)
    {
        if (DescribeIfSure(status, body, address, proxies) is { } known)
        {
            return known;
        }

        var code = status.ToString(CultureInfo.InvariantCulture);
        return proxies.For(address) is { } proxy
            ? $"HTTP {code}, and not from {service}: the {proxy} answers, or something behind it; "
                + $"{ProxyPolicy.ExemptionOf(address)} leaves it out"
            : $"HTTP {code}, and not from {service}: something in between answers, or the address is another service's";
    }

    private static string? DescribeIfSure(int status, string body, Uri address, ProxyPolicy proxies) =>
        address.Scheme == Uri.UriSchemeHttp && WantsTls.Any(words => body.Contains(words, StringComparison.OrdinalIgnoreCase))
            ? $"{address.Authority} speaks TLS: use https:// instead of http://"
            : status == 407 && proxies.For(address) is { } proxy
                ? $"the {proxy} wants a user and a password (407): {proxy.Variable}=http://USER:PASSWORD@HOST:PORT"
                : null;
}
