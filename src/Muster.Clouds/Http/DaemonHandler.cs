using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Core;

namespace Muster.Clouds.Http;

/// <summary>Makes the connections to a daemon: over its socket, or over TLS with the client's certificate.</summary>
internal static class DaemonHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="InputException">A certificate cannot be read.</exception>
    public static SocketsHttpHandler Make(DaemonEndpoint endpoint)
    {
        // A daemon on the next machine may be restarted at any time: connections are not kept for ever.
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        if (endpoint.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }
        else
        {
            handler.SslOptions = Tls(endpoint);
        }
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Tls(DaemonEndpoint endpoint)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Address.Host };
        if (endpoint.CertificateFile is { } certificate)
        {
            var client = Read(endpoint.Field("certificate_file"), certificate, () =>
                X509Certificate2.CreateFromPem(endpoint.Files.ReadText(certificate), endpoint.Files.ReadText(endpoint.KeyFile!)));
            options.ClientCertificates = [client];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => client;
        }
        if (endpoint.AuthorityFile is { } authority)
        {
            var trusted = Read(endpoint.Field("authority_file"), authority, () =>
            {
                var certificates = new X509Certificate2Collection();
                certificates.ImportFromPem(endpoint.Files.ReadText(authority));
                return certificates;
            });
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(trusted);
            options.CertificateChainPolicy = policy;
            // The very certificate is trusted whatever its name, as LXD's own is made; others by their authority and name.
            options.RemoteCertificateValidationCallback = (_, shown, _, errors) => errors is SslPolicyErrors.None || IsAmong(trusted, shown);
        }
        return options;
    }

    private static bool IsAmong(X509Certificate2Collection trusted, X509Certificate? shown) =>
        shown is X509Certificate2 certificate && trusted.Any(one => one.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));

    private static T Read<T>(string field, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(field, path, $"PEM that can be read ({error.Message})");
        }
    }
}
