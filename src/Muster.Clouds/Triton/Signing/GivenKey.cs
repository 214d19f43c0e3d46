using System.Security.Cryptography;

namespace Muster.Clouds.Triton.Signing;

/// <summary>
/// Reads a private key that was handed over as text, by whoever cannot choose it: the original service made RSA keys of 1024 bits.
/// </summary>
internal static class GivenKey
{
    private const int WeakBitsMin = 1024, GoodBitsMin = 2048;

    /// <exception cref="FormatException">It cannot be used; the message shows nothing of it.</exception>
    public static ISigner Read(string pem, HashAlgorithmName rsaHash, Action<string> say)
    {
        if (!pem.Contains("BEGIN RSA PRIVATE KEY", StringComparison.Ordinal) || pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            return PrivateKeyFile.Parse(pem, rsaHash);
        }

        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new FormatException("a private key as PEM; this is damaged", error);
        }

        if (key.KeySize is >= WeakBitsMin and < GoodBitsMin)
        {
            say($"the key is RSA of {key.KeySize} bits, which is weak: give the account another, and this one's place to it");
            return new RsaSigner(key, rsaHash);
        }

        key.Dispose();
        return PrivateKeyFile.Parse(pem, rsaHash);
    }
}
