using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Muster.Simulators.Triton.Identity;

/// <summary>A public key, as CloudAPI keeps it.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Fingerprint">MD5, as pairs of hex digits with colons between.</param>
/// <param name="Text">The line it was given as.</param>
public sealed record SimulatedKey(string Name, string Fingerprint, string Text)
{
    private ReadOnlyMemory<byte> Blob { get; init; }

    /// <summary>Reads <c>TYPE BASE64 [comment]</c>.</summary>
    /// <exception cref="FormatException">It is no public key that CloudAPI takes.</exception>
    [SuppressMessage("Security", "CA5351", Justification = "CloudAPI names keys by MD5; it proves nothing here.")]
    public static SimulatedKey Parse(string text, string? name)
    {
        var parts = text.Trim().Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2
            || parts[0] is not ("ssh-rsa" or "ssh-ed25519" or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521"))
        {
            throw new FormatException("key already exists or is invalid");
        }

        var blob = Convert.FromBase64String(parts[1]);
        var fingerprint = string.Join(':', MD5.HashData(blob).Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
        return new(name ?? (parts.Length > 2 ? parts[2] : fingerprint), fingerprint, text.Trim()) { Blob = blob };
    }

    /// <summary>Whether the signature is this key's over the text.</summary>
    /// <param name="algorithm"><c>rsa-sha256</c> and so on; must fit the key.</param>
    /// <param name="text">What was signed.</param>
    /// <param name="signature">The signature; DER for ECDSA.</param>
    internal bool Verifies(string algorithm, byte[] text, byte[] signature)
    {
        var fields = Fields();
        var type = System.Text.Encoding.ASCII.GetString(fields[0].Span);
        var hash = algorithm[(algorithm.IndexOf('-', StringComparison.Ordinal) + 1)..] switch
        {
            "sha1" => HashAlgorithmName.SHA1,
            "sha384" => HashAlgorithmName.SHA384,
            "sha512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        return (type, algorithm.Split('-')[0]) switch
        {
            ("ssh-rsa", "rsa") => VerifiesRsa(fields, text, signature, hash),
            ("ssh-ed25519", "ed25519") => signature.Length == Ed25519.SignatureSize
                && Ed25519.Verify(signature, 0, fields[1].ToArray(), 0, text, 0, text.Length),
            (not "ssh-rsa" and not "ssh-ed25519", "ecdsa") => VerifiesEcdsa(type, fields, text, signature, hash),
            _ => false,
        };
    }

    private static bool VerifiesRsa(List<ReadOnlyMemory<byte>> fields, byte[] text, byte[] signature, HashAlgorithmName hash)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Exponent = fields[1].Span.TrimStart((byte)0).ToArray(),
            Modulus = fields[2].Span.TrimStart((byte)0).ToArray(),
        });
        return rsa.VerifyData(text, signature, hash, RSASignaturePadding.Pkcs1);
    }

    private static bool VerifiesEcdsa(string type, List<ReadOnlyMemory<byte>> fields, byte[] text, byte[] signature, HashAlgorithmName hash)
    {
        var point = fields[2].ToArray();
        var size = (point.Length - 1) / 2;
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = type[^3..] switch
            {
                "256" => ECCurve.NamedCurves.nistP256,
                "384" => ECCurve.NamedCurves.nistP384,
                _ => ECCurve.NamedCurves.nistP521,
            },
            Q = new ECPoint { X = point[1..(1 + size)], Y = point[(1 + size)..] },
        });
        return ecdsa.VerifyData(text, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    private List<ReadOnlyMemory<byte>> Fields()
    {
        var fields = new List<ReadOnlyMemory<byte>>();
        for (var rest = Blob; rest.Length >= 4;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
            fields.Add(rest.Slice(4, length));
            rest = rest[(4 + length)..];
        }

        return fields;
    }
}
