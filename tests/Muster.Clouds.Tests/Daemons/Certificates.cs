using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>Certificates made on the spot, as PEM files in a directory: an authority, a server, a client, and a stranger.</summary>
internal static class Certificates
{
    /// <summary>Makes <c>ca</c>, <c>server</c>, <c>client</c> and <c>stranger</c>, each as <c>.crt</c> and <c>.key</c>.</summary>
    public static void Make(string directory)
    {
        using var authority = Authority("Muster test authority");
        using var elsewhere = Authority("Somebody else's authority");
        File.WriteAllText(Path.Combine(directory, "ca.crt"), authority.ExportCertificatePem());
        Write(directory, "server", authority, isServer: true);
        Write(directory, "client", authority, isServer: false);
        Write(directory, "stranger", elsewhere, isServer: false);
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static void Write(string directory, string name, X509Certificate2 authority, bool isServer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        if (isServer)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(directory, $"{name}.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
