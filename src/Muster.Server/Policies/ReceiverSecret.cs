using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Server.Policies;

/// <summary>What opens a receiver: <c>msr_</c> and 43 characters of base64url, 256 random bits.</summary>
/// <param name="Text">For whoever is to call it; shown once.</param>
/// <param name="Hash">Its SHA-256 in hexadecimal digits: what is kept.</param>
internal sealed record ReceiverSecret(string Text, string Hash)
{
    /// <summary>How every secret starts, so that scanners for leaked secrets know it.</summary>
    public const string Prefix = "msr_";

    private const int Bytes = 32;

    public static ReceiverSecret New()
    {
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        return new(text, HashOf(text));
    }

    /// <summary>Whether a text is the secret of that hash; takes as long for a wrong one as for the right one.</summary>
    public static bool Opens(string hash, string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(text)), Encoding.ASCII.GetBytes(hash));

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
