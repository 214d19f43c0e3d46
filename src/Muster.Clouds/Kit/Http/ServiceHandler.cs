using System.Security.Cryptography.X509Certificates;

using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>Makes what carries requests to a cloud's service.</summary>
internal static class ServiceHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A handler that neither follows redirects nor keeps cookies: a cloud's API needs none, and a credential must not go elsewhere.
    /// </summary>
    /// <param name="address">Where the service is.</param>
    /// <param name="idleMax">How long an idle connection is kept: less than whatever stands before the service keeps it.</param>
    public static SocketsHttpHandler Make(Uri address, TimeSpan idleMax)
    {
        var handler = OutboundHandler.Make(ConnectTimeout, address);
        handler.PooledConnectionIdleTimeout = idleMax;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        return handler;
    }

    /// <summary>Has only these authorities believed, and not the system's.</summary>
    public static void Trust(SocketsHttpHandler handler, X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        handler.SslOptions.CertificateChainPolicy = policy;
    }
}
