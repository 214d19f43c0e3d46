using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Gce.Wire;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Tokens of a service account, for claims that its private key signs (RFC 7523).</summary>
/// <param name="document">The key file.</param>
/// <param name="calls">Calls the service of tokens.</param>
internal sealed class ServiceAccountTokens(CredentialDocument document, TokenCalls calls) : ITokenSource
{
    private static readonly TimeSpan ClaimLife = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Who => $"service account {document.ClientEmail}";

    /// <summary>Whether a text is an RSA key as these files hold it.</summary>
    public static bool IsKey(string? pem)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        var url = new Uri(document.TokenUri!);
        return calls.PostFormAsync(
            url,
            Who,
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", Sign(document, calls.Time.GetUtcNow())),
            ],
            "its key is deleted or disabled there, or the account is: make another with `gcloud iam service-accounts keys create` and put "
            + "it in the place of the old file",
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static string Sign(CredentialDocument document, DateTimeOffset now)
    {
        var header = new JwtHeader("RS256", "JWT", document.PrivateKeyId);
        var claims = new JwtClaims(
            document.ClientEmail!, GoogleScopes.All, document.TokenUri!, now.ToUnixTimeSeconds(), (now + ClaimLife).ToUnixTimeSeconds());
        var text =
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJson().ToJsonString()))
            + "."
            + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJson().ToJsonString()));
        using var key = RSA.Create();
        key.ImportFromPem(document.PrivateKey);
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }
}
