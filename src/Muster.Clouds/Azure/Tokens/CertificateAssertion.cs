using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Azure.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Azure.Tokens;

/// <summary>A signed statement of who asks, in place of a secret.</summary>
/// <remarks>learn.microsoft.com, "Microsoft identity platform application authentication certificate credentials".</remarks>
internal static class CertificateAssertion
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>A clock of this machine that is a little ahead must not make it one of the future.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    /// <summary>Makes one.</summary>
    /// <param name="pem">The certificate and its RSA key.</param>
    /// <param name="path">Where that was read, for errors.</param>
    /// <param name="client">The application.</param>
    /// <param name="audience">Where the assertion is shown.</param>
    /// <param name="now">The time.</param>
    /// <param name="id">An id that no other assertion has.</param>
    /// <exception cref="CloudException">There is no such certificate with its key.</exception>
    public static string Make(string pem, string path, string client, Uri audience, DateTimeOffset now, Guid id)
    {
        using var certificate = Read(pem, path);
        using var key = certificate.GetRSAPrivateKey()!;
        var head = new AssertionHead("PS256", "JWT") { Thumbprint = Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) };
        var body = new Assertion(
            audience.ToString(), client, client, id.ToString(), (now - Slack).ToUnixTimeSeconds(), (now + Life).ToUnixTimeSeconds());
        var signed = $"{Written(head.ToJson())}.{Written(body.ToJson())}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Written(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    /// <summary>Reads it, with a key that can sign.</summary>
    /// <exception cref="CloudException">There is none; says what is wrong.</exception>
    public static X509Certificate2 Read(string pem, string path)
    {
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem, pem);
            using var key = certificate.GetRSAPrivateKey();
            return key is not null ? certificate : throw new CryptographicException("its key is none of RSA, which Entra wants");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            certificate?.Dispose();
            throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"'{path}' must hold a certificate and its RSA key, without a passphrase, as PEM: {error.Message}", innerException: error);
        }
    }
}
