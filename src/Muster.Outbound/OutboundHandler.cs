using Muster.Outbound.Proxies;

namespace Muster.Outbound;

/// <summary>
/// Makes what carries requests to others: through a proxy or not, and with a word about every certificate that is refused.
/// </summary>
public static class OutboundHandler
{
    /// <summary>A handler for requests to these addresses. The caller sets what is its own affair.</summary>
    /// <param name="connectTimeout">How long a connection may take to come about.</param>
    /// <param name="addresses">Where requests go.</param>
    public static SocketsHttpHandler Make(TimeSpan connectTimeout, params IEnumerable<Uri> addresses) =>
        Make(connectTimeout, ProxyPolicy.OfProcess, addresses);

    /// <inheritdoc cref="Make(TimeSpan, IEnumerable{Uri})"/>
    /// <param name="connectTimeout">How long a connection may take to come about.</param>
    /// <param name="proxies">Which requests go through a proxy.</param>
    /// <param name="addresses">Where requests go.</param>
    public static SocketsHttpHandler Make(TimeSpan connectTimeout, ProxyPolicy proxies, params IEnumerable<Uri> addresses)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = connectTimeout, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = CertificateJudge.Judge;
        try
        {
            // Not even the platform's own look at the environment where nothing goes through a proxy: it takes longer than a request.
            if (addresses.Any(address => proxies.For(address) is not null))
            {
                handler.UseProxy = true;
                handler.Proxy = proxies;
            }
        }
        catch (ProxySettingException error)
        {
            // The platform takes an exception of a policy for "no proxy": whoever set one must not be passed by in silence.
            handler.ConnectCallback = (_, _) => throw error;
        }

        return handler;
    }
}
