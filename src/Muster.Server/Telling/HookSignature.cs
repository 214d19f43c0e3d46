using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Server.Telling;

/// <summary>
/// Signs web hooks as Standard Webhooks has it (https://www.standardwebhooks.com), so that receivers can check them with a library: an
/// HMAC-SHA256 over id, time and body.
/// </summary>
/// <param name="key">The secret; never to be shown.</param>
public sealed class HookSignature(byte[] key)
{
    /// <summary>What stands before a secret in Base64.</summary>
    public const string Prefix = "whsec_";

    /// <summary>Shortest key, in bytes.</summary>
    public const int KeyBytesMin = 24;

    /// <summary>Longest.</summary>
    public const int KeyBytesMax = 64;

    /// <summary>What a secret must be, in words.</summary>
    public const string Rule = "whsec_ and the Base64 of 24 to 64 bytes, such as: echo \"whsec_$(openssl rand -base64 32)\"";

    /// <summary>Reads a secret; null when it is none.</summary>
    public static HookSignature? Read(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= KeyBytesMin and <= KeyBytesMax
            ? new(key[..length])
            : null;
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="id">That of <c>webhook-id</c>.</param>
    /// <param name="seconds">That of <c>webhook-timestamp</c>.</param>
    /// <param name="body">The body.</param>
    public string Sign(string id, long seconds, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}."));
        byte[] signed = [.. head, .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }
}
