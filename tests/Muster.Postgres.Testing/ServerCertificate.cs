using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Postgres.Testing;

/// <summary>A server's certificate, signed by an authority that was made for it.</summary>
/// <param name="Authority">The authority's certificate, in PEM.</param>
/// <param name="Certificate">The server's, in PEM.</param>
/// <param name="Key">Its key, in PEM.</param>
public sealed record ServerCertificate(string Authority, string Certificate, string Key)
{
    /// <summary>Makes one for a name and an address.</summary>
    public static ServerCertificate Make(string name, IPAddress address, TimeProvider timeProvider)
    {
        var (from, to) = (timeProvider.GetUtcNow().AddDays(-1), timeProvider.GetUtcNow().AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Muster tests", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signer = authority.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(signer, from, to, [1]);
        return new(signer.ExportCertificatePem(), certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
