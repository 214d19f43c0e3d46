using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Muster.Clouds.Triton.Signing;

/// <summary>The two ways in which people name a key.</summary>
internal static class Fingerprint
{
    /// <summary>The one that CloudAPI knows: 16 pairs of hex digits with colons between.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "CloudAPI names keys by MD5; it proves nothing here.")]
    public static string Md5(ReadOnlySpan<byte> publicKey) =>
        string.Join(':', MD5.HashData(publicKey).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The one that <c>ssh-keygen -l</c> prints.</summary>
    public static string Sha256(ReadOnlySpan<byte> publicKey) =>
        $"SHA256:{Convert.ToBase64String(SHA256.HashData(publicKey)).TrimEnd('=')}";

    /// <summary>Whether <paramref name="name"/> is one of this key's names.</summary>
    public static bool Matches(string name, ReadOnlySpan<byte> publicKey)
    {
        var bare = name.StartsWith("MD5:", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        return bare.Equals(Md5(publicKey), StringComparison.OrdinalIgnoreCase) || name.TrimEnd('=') == Sha256(publicKey);
    }
}
