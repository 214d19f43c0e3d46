using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Server.Authentication;

/// <summary>The secret of a bearer token: <c>mst_</c> and 43 characters of base64url, 256 random bits.</summary>
public static class TokenSecret
{
    /// <summary>How every secret starts, so that scanners for leaked secrets know it.</summary>
    public const string Prefix = "mst_";

    private const int Bytes = 32;
    private const int Length = 4 + 43;

    /// <summary>A new secret. Show it once; keep its hash.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256 of a secret, as the store keeps it; null for what cannot be a secret.</summary>
    public static ImmutableArray<byte>? HashOf(string secret) =>
        secret.Length == Length && secret.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(secret.AsSpan(Prefix.Length))
            ? [.. SHA256.HashData(Encoding.ASCII.GetBytes(secret))]
            : null;
}
