using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

using Muster.Core.Accounts;

namespace Muster.Clouds.Triton.Signing;

/// <summary>What kind of service keys are made.</summary>
internal enum KeyType
{
    /// <summary>RSA of 3072 bits: every CloudAPI knows it.</summary>
    Rsa,

    /// <summary>Ed25519: CloudAPI from 9.18.</summary>
    Ed25519,
}

/// <summary>Makes service keys; the private half is PKCS#8 as PEM.</summary>
internal static class ServiceKeyMaker
{
    /// <summary>As strong as 128 bits of a cipher (NIST SP 800-57 part 1, table 2).</summary>
    private const int RsaBits = 3072;

    private const int SeedBytes = 32;

    public static NewKey Make(KeyType type) => type switch
    {
        KeyType.Rsa => MakeRsa(),
        KeyType.Ed25519 => MakeEd25519(),
        _ => throw new UnreachableException($"key type {type}"),
    };

    private static NewKey MakeRsa()
    {
        var key = RSA.Create(RsaBits);
        using var signer = new RsaSigner(key, HashAlgorithmName.SHA256);
        return Of("ssh-rsa", signer, key.ExportPkcs8PrivateKey());
    }

    private static NewKey MakeEd25519()
    {
        var seed = RandomNumberGenerator.GetBytes(SeedBytes);
        var der = Pkcs8(seed);
        using var signer = new Ed25519Signer(seed);
        return Of("ssh-ed25519", signer, der);
    }

    private static NewKey Of(string type, ISigner signer, byte[] der)
    {
        var pem = PemEncoding.Write("PRIVATE KEY", der);
        CryptographicOperations.ZeroMemory(der);
        var secret = Encoding.ASCII.GetBytes(pem);
        Array.Clear(pem);
        return new(Fingerprint.Md5(signer.PublicKey.Span), $"{type} {Convert.ToBase64String(signer.PublicKey.Span)}", secret);
    }

    /// <summary>RFC 8410 §7: the seed stands in an octet string of its own within the key's.</summary>
    private static byte[] Pkcs8(byte[] seed)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(seed);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(PrivateKeyFile.Ed25519Oid);
            }

            writer.WriteOctetString(inner.Encode());
        }

        return writer.Encode();
    }
}
