using Org.BouncyCastle.Crypto.Utilities;
using Org.BouncyCastle.Pkcs;

namespace Muster.Clouds.Triton.Signing;

/// <summary>Private keys in OpenSSH's own form (its PROTOCOL.key), which the base library does not read: Bouncy Castle does.</summary>
/// <remarks>
/// Apart from <see cref="PrivateKeyFile"/>, so that Bouncy Castle is loaded for such keys only. See
/// docs/decisions/0142-bouncy-castle-reads-openssh-keys.md.
/// </remarks>
internal static class OpenSshKey
{
    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    // The name of the cipher comes first, after its length.
    private static ReadOnlySpan<byte> NoCipher => "\0\0\0\u0004none"u8;

    /// <summary>Whether a passphrase is needed to read it.</summary>
    public static bool IsEncrypted(ReadOnlySpan<byte> key) => key.StartsWith(Magic) && !key[Magic.Length..].StartsWith(NoCipher);

    /// <summary>The same key as PKCS#8.</summary>
    /// <exception cref="ArgumentException">It is none, or it is damaged.</exception>
    public static byte[] ToPkcs8(byte[] key)
    {
        try
        {
            return PrivateKeyInfoFactory.CreatePrivateKeyInfo(OpenSshPrivateKeyUtilities.ParsePrivateKeyBlob(key)).GetDerEncoded();
        }
        catch (Exception error)
        {
            // Of any kind: which ones its readers of numbers, curves and streams throw on broken bytes is written nowhere, and its
            // FormatException would pass for our own, with its words.
            throw new ArgumentException("not a key of OpenSSH", nameof(key), error);
        }
    }
}
