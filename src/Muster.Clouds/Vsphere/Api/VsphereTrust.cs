using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit.Http;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>Which certificate of vCenter is believed: most have one of vCenter's own authority.</summary>
internal static class VsphereTrust
{
    /// <summary>What a person can do about a certificate that is not believed.</summary>
    public const string Advice =
        "name vCenter's authority in ca_file (its certificates are at https://VCENTER/certs/download.zip), or the certificate's own "
        + "SHA-256 in thumbprint";

    private const int Sha1Bytes = 20, Sha256Bytes = 32;

    /// <summary>Has a handler believe as the options say.</summary>
    public static void Apply(SocketsHttpHandler handler, VsphereCloudOptions options)
    {
        if (!options.Thumbprint.IsEmpty)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => Judge(shown, options.Thumbprint.Span);
        }
        else if (options.Authorities is { } authorities)
        {
            ServiceHandler.Trust(handler, authorities);
        }
    }

    /// <summary>Reads a thumbprint: hexadecimal, with colons or without.</summary>
    public static bool TryParse(string text, out ReadOnlyMemory<byte> thumbprint)
    {
        thumbprint = default;
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length is not (Sha1Bytes * 2 or Sha256Bytes * 2) || !digits.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        thumbprint = Convert.FromHexString(digits);
        return true;
    }

    private static bool Judge(X509Certificate? shown, ReadOnlySpan<byte> wanted)
    {
        if (shown is null)
        {
            throw new CertificateRefusedException("shows no certificate");
        }

        // People have SHA-1 thumbprints from vCenter's older pages; to find a second certificate with the same is still out of reach.
        var name = wanted.Length == Sha1Bytes ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        var actual = shown.GetCertHash(name);
        return CryptographicOperations.FixedTimeEquals(actual, wanted)
            ? true
            : throw new CertificateRefusedException(
                $"shows a certificate with the {name.Name} thumbprint {Convert.ToHexString(actual)}, and thumbprint names another: "
                + "vCenter has a new certificate, or something else answers");
    }
}
