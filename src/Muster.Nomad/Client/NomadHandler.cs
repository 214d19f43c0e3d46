using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Core;
using Muster.Outbound;

namespace Muster.Nomad.Client;

/// <summary>Opens connections to Nomad: who vouches for it, and what Muster shows of itself.</summary>
internal static class NomadHandler
{
    /// <summary>Nomad refuses a client address its hundred-and-first connection; other programs here may want some too.</summary>
    private const int ConnectionsMax = 32;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="InputException">A file is not what it should be.</exception>
    public static SocketsHttpHandler Make(NomadOptions options)
    {
        var handler = OutboundHandler.Make(ConnectTimeout, options.Addresses);
        try
        {
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
            handler.MaxConnectionsPerServer = ConnectionsMax;
            handler.AutomaticDecompression = DecompressionMethods.All;
            Secure(handler.SslOptions, options);
            return handler;
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    private static void Secure(SslClientAuthenticationOptions tls, NomadOptions options)
    {
        if (options.CaFile is { } authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            Read("ca_file", authorities, "a file with certificates as PEM", () => policy.CustomTrustStore.ImportFromPemFile(authorities));
            tls.CertificateChainPolicy = policy;
        }

        if (options.CertificateFile is { } certificate)
        {
            Read("cert_file", certificate, "a file with a certificate as PEM, and its key in key_file", () =>
                tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.KeyFile)]);
        }
    }

    private static void Read(string field, string path, string allowed, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InputException($"nomad.{field}", path, $"{allowed} ({error.Message})");
        }
    }
}
