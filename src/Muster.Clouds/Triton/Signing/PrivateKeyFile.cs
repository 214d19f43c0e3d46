using System.Formats.Asn1;
using System.Security.Cryptography;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Triton.Signing;

/// <summary>Reads a private key from a file: PEM (PKCS#1, PKCS#8, SEC 1) or OpenSSH's own form, without a passphrase.</summary>
internal static class PrivateKeyFile
{
    private const string Allowed = "a private key of RSA (2048 bits or more), ECDSA or Ed25519, as PEM or in OpenSSH's form";

    /// <summary>How PKCS#8 names Ed25519 (RFC 8410 §3).</summary>
    public const string Ed25519Oid = "1.3.101.112";

    // RFC 5480 §2.1.1.
    private const string EcOid = "1.2.840.10045.2.1";
    private const int RsaBitsMin = 2048;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rsaHash">What an RSA key hashes with.</param>
    /// <param name="files">Where it is.</param>
    /// <exception cref="FormatException">It cannot be used; the message says what is allowed and shows nothing of the key.</exception>
    public static ISigner Read(string path, HashAlgorithmName rsaHash, CloudFiles files)
    {
        try
        {
            // As ssh wants it too.
            if (files.IsOpenToOthers(path))
            {
                throw new FormatException($"a file that only its owner may read: chmod 600 {path}");
            }

            return Parse(files.ReadText(path), rsaHash);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"a file that can be read ({error.Message})", error);
        }
    }

    /// <summary>Reads what such a file holds.</summary>
    /// <exception cref="FormatException">As <see cref="Read"/>.</exception>
    public static ISigner Parse(string text, HashAlgorithmName rsaHash)
    {
        try
        {
            return ParsePem(text, rsaHash);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or AsnContentException)
        {
            throw new FormatException($"{Allowed}; this is none, or it is damaged", error);
        }
    }

    private static ISigner ParsePem(string text, HashAlgorithmName rsaHash)
    {
        // The old form says so in headers that no PEM of today has (RFC 7468).
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw Encrypted();
        }

        if (!PemEncoding.TryFind(text, out var fields))
        {
            throw new FormatException($"{Allowed}; this is none");
        }

        var label = text[fields.Label];
        if (label.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw Encrypted();
        }

        var der = Convert.FromBase64String(text[fields.Base64Data]);
        return label switch
        {
            "OPENSSH PRIVATE KEY" => ParsePkcs8(OpenSshKey.IsEncrypted(der) ? throw Encrypted() : OpenSshKey.ToPkcs8(der), rsaHash),
            "RSA PRIVATE KEY" => Rsa(key => key.ImportRSAPrivateKey(der, out _), rsaHash),
            "EC PRIVATE KEY" => Ecdsa(key => key.ImportECPrivateKey(der, out _)),
            "PRIVATE KEY" => ParsePkcs8(der, rsaHash),
            _ => throw new FormatException($"{Allowed}; this holds '{label}'"),
        };
    }

    private static ISigner ParsePkcs8(byte[] der, HashAlgorithmName rsaHash)
    {
        var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        return key.ReadSequence().ReadObjectIdentifier() switch
        {
            Ed25519Oid => new Ed25519Signer(new AsnReader(key.ReadOctetString(), AsnEncodingRules.BER).ReadOctetString()),
            EcOid => Ecdsa(ec => ec.ImportPkcs8PrivateKey(der, out _)),
            _ => Rsa(rsa => rsa.ImportPkcs8PrivateKey(der, out _), rsaHash),
        };
    }

    private static RsaSigner Rsa(Action<RSA> import, HashAlgorithmName hash)
    {
        var key = RSA.Create();
        import(key);
        return key.KeySize >= RsaBitsMin ? new(key, hash) : throw new FormatException($"{Allowed}; this has {key.KeySize} bits");
    }

    private static EcdsaSigner Ecdsa(Action<ECDsa> import)
    {
        var key = ECDsa.Create();
        import(key);
        return new(key);
    }

    private static FormatException Encrypted() =>
        new("a key without a passphrase; for one with a passphrase use ssh-agent: leave key_file out and set key_id");
}
