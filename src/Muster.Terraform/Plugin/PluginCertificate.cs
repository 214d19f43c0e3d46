using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Muster.Terraform.Plugin;

/// <summary>TLS as plugins do it: each side makes a certificate for this one conversation and trusts exactly the other's.</summary>
internal static class PluginCertificate
{
    /// <summary>Clocks that are set back while a process runs must not end it.</summary>
    private static readonly TimeSpan ValidBefore = TimeSpan.FromMinutes(10);

    /// <summary>Far above what a provider's process lives.</summary>
    private static readonly TimeSpan ValidFor = TimeSpan.FromDays(365);

    public static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Muster", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        // Server and client authentication, as the protocol's own certificates say.
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false));
        return request.CreateSelfSigned(now - ValidBefore, now + ValidFor);
    }

    /// <summary>How each connection is secured.</summary>
    /// <param name="own">What <see cref="Create"/> made.</param>
    /// <param name="client">The only certificate that may come in.</param>
    /// <remarks>
    /// Handed over by callback, so that it is made beside everything else. On Linux, .NET reads the machine's whole store of authorities
    /// with the first chain that it builds, whatever that chain is to trust, and it builds one for each side: a good part of what a start
    /// takes is spent there, some hundred files long. A trust of our own, here or in the chain's policy, does not change that (tried, with
    /// a trace of system calls).
    /// </remarks>
    public static TlsHandshakeCallbackOptions Secure(Task<X509Certificate2> own, X509Certificate2 client)
    {
        var context = Task.Run(async () => SslStreamCertificateContext.Create(await own, additionalCertificates: null, offline: true));
        return new()
        {
            OnConnection = async _ => new()
            {
                ServerCertificateContext = await context,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                ClientCertificateRequired = true,
                CertificateChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { client },
                },
                RemoteCertificateValidationCallback = (_, shown, _, _) => IsSame(shown, client),
            },
        };
    }

    private static bool IsSame(X509Certificate? shown, X509Certificate2 expected) =>
        shown is not null && CryptographicOperations.FixedTimeEquals(shown.GetRawCertData(), expected.RawDataMemory.Span);
}
