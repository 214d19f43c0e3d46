using System.Net.Sockets;
using System.Text.RegularExpressions;

using Muster.Outbound.Proxies;

namespace Muster.Outbound;

/// <summary>Says in one sentence why no answer came from a server, for every program and room that calls one.</summary>
public static partial class ConnectionFailure
{
    /// <summary>Why, to stand after the call; names the server, and the proxy where there is one.</summary>
    /// <param name="error">What the platform threw.</param>
    /// <param name="address">Whom the request was for.</param>
    public static string Describe(Exception error, Uri address) => Describe(error, address, ProxyPolicy.OfProcess);

    /// <summary>Whether surely nobody got the request: no connection came about.</summary>
    public static bool WasNeverSent(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return IsConnectTimeout(error) || error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
    }

    /// <summary>Whether a connection did not come about in its time, which the platform tells as a cancellation.</summary>
    public static bool IsConnectTimeout(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        // HttpClient.Timeout is told in the same way, with the cancellation that it caused inside: then a request may well have been sent.
        return error is OperationCanceledException { InnerException: TimeoutException { InnerException: not OperationCanceledException } };
    }

    internal static string Describe(Exception error, Uri address, ProxyPolicy proxies)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(address);
        if (Find<ProxySettingException>(error) is { } setting)
        {
            return setting.Message;
        }

        var proxy = proxies.For(address);
        var why = Why(error, address, proxy);
        return proxy is null || why.Contains(proxy.ToString(), StringComparison.Ordinal) ? why : $"{why}; asked through the {proxy}";
    }

    private static string Why(Exception error, Uri address, ProxyRoute? proxy)
    {
        var server = address.Authority;
        // Whom the connection was made to, as far as sockets know.
        var peer = proxy is null ? server : $"the {proxy}";
        if (Find<CertificateRefusedException>(error) is { } refused)
        {
            return $"{server} {refused.Message}";
        }

        if (IsConnectTimeout(error))
        {
            return $"no connection to {peer} came about in time: is it the right address, and does a firewall drop the packets?";
        }

        var request = Find<HttpRequestException>(error);
        if (request?.HttpRequestError is HttpRequestError.ProxyTunnelError)
        {
            return TunnelWhy(request, address, proxy);
        }

        if (Find<SocketException>(error) is { } socket)
        {
            return SocketWhy(socket, proxy is null ? address : proxy.Address, peer);
        }

        return request?.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => TlsWhy(error, server),
            HttpRequestError.InvalidResponse when address.Scheme == Uri.UriSchemeHttp =>
                $"{peer} answers with something that is not HTTP: if it speaks TLS, use https://",
            HttpRequestError.ResponseEnded when address.Scheme == Uri.UriSchemeHttp =>
                $"{peer} closed the connection without an answer: if it speaks TLS, use https://",
            HttpRequestError.ResponseEnded => $"{peer} closed the connection before the answer was complete",
            _ => $"{server}: {Innermost(error)}",
        };
    }

    private static string TunnelWhy(HttpRequestException error, Uri address, ProxyRoute? proxy)
    {
        var server = address.Authority;
        var status = Status().Match(Innermost(error));
        var who = proxy is null ? "the proxy" : $"the {proxy}";
        return status.Success && status.Value == "407"
            ? $"{who} wants a user and a password (407): {proxy?.Variable ?? "HTTPS_PROXY"}=http://USER:PASSWORD@HOST:PORT"
            : $"{who} makes no connection to {server}{(status.Success ? $" ({status.Value})" : "")}: is it a proxy, and may it go there? "
                + $"{ProxyPolicy.ExemptionOf(address)} leaves it out";
    }

    private static string SocketWhy(SocketException error, Uri peer, string who) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"nobody listens at {who} (connection refused)",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            $"the name {peer.IdnHost} is not known "
            + $"({(error.SocketErrorCode is SocketError.TryAgain ? "the DNS does not answer" : "no such host in the DNS")})",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown =>
            $"there is no way to {who} ({error.Message})",
        SocketError.TimedOut =>
            $"no connection to {who} came about in time: is it the right address, and does a firewall drop the packets?",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            $"{who} broke the connection off",
        SocketError.AccessDenied => $"this user may not connect to {who}",
        _ => $"{who}: {error.Message}",
    };

    private static string TlsWhy(Exception error, string server)
    {
        var words = string.Join(' ', Chain(error).Select(cause => cause.Message));
        bool Says(string text) => words.Contains(text, StringComparison.OrdinalIgnoreCase);
        // There are no types for these: the first group are the platform's and OpenSSL's words for bytes that are no TLS.
        return Says("frame size")
            || Says("corrupted frame") || Says("wrong version number") || Says("packet length") || Says("http request")
            ? $"{server} does not speak TLS: use http:// if that is meant, or the port that does"
            : Says("unexpected EOF") || Says("0 bytes from the transport stream")
                ? $"{server} closed the connection in the TLS handshake: does it speak TLS?"
                : Says("alert")
                    ? $"{server} refused the TLS handshake: {Innermost(error)}"
                    : $"the TLS handshake with {server} failed: {Innermost(error)}";
    }

    /// <summary>The innermost sentence: the outer ones say only that something happened.</summary>
    private static string Innermost(Exception error) => Chain(error).Last().Message;

    private static T? Find<T>(Exception error) where T : Exception => Chain(error).OfType<T>().FirstOrDefault();

    private static IEnumerable<Exception> Chain(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    [GeneratedRegex(@"\b[1-5][0-9]{2}\b(?!.*\b[1-5][0-9]{2}\b)")]
    private static partial Regex Status();
}
