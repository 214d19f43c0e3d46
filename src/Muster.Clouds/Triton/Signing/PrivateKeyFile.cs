using System.Formats.Asn1;
using System.Security.Cryptography;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Triton.Signing;

/// <summary>Reads a private key from a file: PEM (PKCS#1, PKCS#8, SEC 1) or OpenSSH's own form, without a passphrase.</summary>
internal static class PrivateKeyFile
{
    private const string Allowed = "a private key of RSA (2048 bits or more), ECDSA or Ed25519, as PEM or in OpenSSH's form";
    public const string Ed25519Oid = "1.3.101.112";
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
        if (!PemEncoding.TryFind(text, out var fields))
        {
            throw new FormatException($"{Allowed}; this is none");
        }

        var label = text[fields.Label];
        if (label.Contains("ENCRYPTED", StringComparison.Ordinal) || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw Encrypted();
        }

        var der = Convert.FromBase64String(text[fields.Base64Data]);
        return label switch
        {
            "OPENSSH PRIVATE KEY" => ParseOpenSsh(der, rsaHash),
            "RSA PRIVATE KEY" => Rsa(text, rsaHash),
            "EC PRIVATE KEY" => Ecdsa(text),
            "PRIVATE KEY" => ParsePkcs8(text, der, rsaHash),
            _ => throw new FormatException($"{Allowed}; this holds '{label}'"),
        };
    }

    private static ISigner ParsePkcs8(string text, byte[] der, HashAlgorithmName rsaHash)
    {
        var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        key.ReadInteger();
        switch (key.ReadSequence().ReadObjectIdentifier())
        {
            case Ed25519Oid:
                return new Ed25519Signer(new AsnReader(key.ReadOctetString(), AsnEncodingRules.BER).ReadOctetString());
            case "1.2.840.10045.2.1":
                return Ecdsa(text);
            default:
                return Rsa(text, rsaHash);
        }
    }

    /// <summary>OpenSSH's PROTOCOL.key: a header, the public key, and the private one between a doubled check number and padding.</summary>
    private static ISigner ParseOpenSsh(byte[] bytes, HashAlgorithmName rsaHash)
    {
        var magic = "openssh-key-v1\0"u8;
        if (!bytes.AsSpan().StartsWith(magic))
        {
            throw new FormatException($"{Allowed}; this is damaged");
        }

        var reader = new SshReader(bytes.AsMemory(magic.Length));
        if (reader.ReadText() != "none")
        {
            throw Encrypted();
        }

        reader.ReadText();
        reader.ReadBytes();
        reader.ReadNumber();
        reader.ReadBytes();
        var secret = new SshReader(reader.ReadBytes());
        secret.ReadNumber();
        secret.ReadNumber();
        return secret.ReadText() switch
        {
            "ssh-ed25519" => OpenSshEd25519(secret),
            "ssh-rsa" => OpenSshRsa(secret, rsaHash),
            "ecdsa-sha2-nistp256" => OpenSshEcdsa(secret, ECCurve.NamedCurves.nistP256),
            "ecdsa-sha2-nistp384" => OpenSshEcdsa(secret, ECCurve.NamedCurves.nistP384),
            "ecdsa-sha2-nistp521" => OpenSshEcdsa(secret, ECCurve.NamedCurves.nistP521),
            var type => throw new FormatException($"{Allowed}; this is of type {type}"),
        };
    }

    private static Ed25519Signer OpenSshEd25519(SshReader secret)
    {
        secret.ReadBytes();
        return new(secret.ReadBytes()[..32]);
    }

    private static RsaSigner OpenSshRsa(SshReader secret, HashAlgorithmName hash)
    {
        var (n, e, d) = (secret.ReadInteger(), secret.ReadInteger(), secret.ReadInteger());
        var (inverse, p, q) = (secret.ReadInteger(), secret.ReadInteger(), secret.ReadInteger());
        var exponent = Number(d);
        var half = p.Length;
        return Checked(
            RSA.Create(new RSAParameters
            {
                Modulus = n,
                Exponent = e,
                D = Padded(d, n.Length),
                P = p,
                Q = Padded(q, half),
                InverseQ = Padded(inverse, half),
                DP = Padded(Bytes(exponent % (Number(p) - 1)), half),
                DQ = Padded(Bytes(exponent % (Number(q) - 1)), half),
            }),
            hash);
    }

    private static EcdsaSigner OpenSshEcdsa(SshReader secret, ECCurve curve)
    {
        secret.ReadText();
        var point = secret.ReadBytes();
        var size = (point.Length - 1) / 2;
        return new(ECDsa.Create(new ECParameters
        {
            Curve = curve,
            Q = new ECPoint { X = point[1..(1 + size)], Y = point[(1 + size)..] },
            D = Padded(secret.ReadInteger(), size),
        }));
    }

    private static RsaSigner Rsa(string pem, HashAlgorithmName hash)
    {
        var key = RSA.Create();
        key.ImportFromPem(pem);
        return Checked(key, hash);
    }

    private static RsaSigner Checked(RSA key, HashAlgorithmName hash) => key.KeySize >= RsaBitsMin
        ? new(key, hash)
        : throw new FormatException($"{Allowed}; this has {key.KeySize} bits");

    private static EcdsaSigner Ecdsa(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new(key);
    }

    private static FormatException Encrypted() =>
        new("a key without a passphrase; for one with a passphrase use ssh-agent: leave key_file out and set key_id");

    private static System.Numerics.BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(System.Numerics.BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static byte[] Padded(byte[] bytes, int length) =>
        bytes.Length >= length ? bytes : [.. new byte[length - bytes.Length], .. bytes];
}
