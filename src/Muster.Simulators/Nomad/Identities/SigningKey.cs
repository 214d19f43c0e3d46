using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Nomad.Identities;

/// <summary>A key that the simulated Nomad signs with: RS256, as from 1.7 on.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);

    internal SigningKey() => Id = new Guid(SHA256.HashData(_rsa.ExportRSAPublicKey()).AsSpan(0, 16)).ToString();

    /// <summary>What tokens and the list of keys call it.</summary>
    public string Id { get; }

    /// <summary>Its public half, as it is listed (RFC 7517).</summary>
    public JsonObject PublicHalf()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["use"] = "sig",
            ["kty"] = "RSA",
            ["kid"] = Id,
            ["alg"] = "RS256",
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    /// <summary>Its public half as PEM, for those who would misuse it.</summary>
    public string PublicPem() => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>A token (RFC 7515) that says so.</summary>
    public string Sign(JsonObject claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = Id, ["typ"] = "JWT" };
        var text = $"{Encoded(header)}.{Encoded(claims)}";
        var signature = _rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();

    private static string Encoded(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
