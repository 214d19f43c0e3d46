using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Core;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>Makes the connections to a daemon: over its socket, or over TLS with the client's certificate.</summary>
internal static class DaemonHandler
{
    /// <exception cref="InputException">A certificate cannot be read.</exception>
    public static SocketsHttpHandler Make(DaemonEndpoint endpoint)
    {
        // A daemon on the next machine may be restarted at any time: connections are not kept for ever.
        // A socket's address is one of this machine, so that no proxy comes between.
        var handler = ServiceHandler.Make(endpoint.Address, TimeSpan.FromMinutes(1));
        if (endpoint.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => SocketFile.ConnectAsync(path, cancellationToken);
        }
        else
        {
            Secure(handler, endpoint);
        }

        return handler;
    }

    private static void Secure(SocketsHttpHandler handler, DaemonEndpoint endpoint)
    {
        var options = handler.SslOptions;
        options.TargetHost = endpoint.Address.Host;
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
            ServiceHandler.Trust(handler, trusted);
            // The very certificate is trusted whatever its name, as LXD's own is made; others by their authority and name.
            options.RemoteCertificateValidationCallback = (sender, shown, chain, errors) =>
                IsAmong(trusted, shown) || CertificateJudge.Judge(sender, shown, chain, errors);
        }
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
