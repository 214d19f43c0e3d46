using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Muster.Simulators.Triton.Identity;

/// <summary>A new RSA key for an account that is only simulated, in the one form that every client of CloudAPI ever made reads.</summary>
/// <param name="PrivatePem">The private key, PKCS#1 as PEM.</param>
/// <param name="PublicLine">The public key as ssh writes it: type, base64, comment.</param>
public sealed record ThrowAwayKey(string PrivatePem, string PublicLine)
{
    private const int Bits = 2048;

    /// <summary>Makes one.</summary>
    public static ThrowAwayKey Make(string comment)
    {
        using var rsa = RSA.Create(Bits);
        return new(rsa.ExportRSAPrivateKeyPem(), Line(rsa, comment));
    }

    /// <summary>Takes up one that was made before.</summary>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    public static ThrowAwayKey Read(string privatePem, string comment)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(privatePem);
        return new(privatePem, Line(rsa, comment));
    }

    private static string Line(RSA rsa, string comment)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        // Numbers of SSH have a sign: a first bit that is set needs a zero before it. A modulus always has it set.
        byte[] blob = [.. Field("ssh-rsa"u8), .. Field(key.Exponent), .. Field([0, .. key.Modulus!])];
        return $"ssh-rsa {Convert.ToBase64String(blob)} {comment}";
    }

    private static byte[] Field(ReadOnlySpan<byte> content)
    {
        var field = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, content.Length);
        content.CopyTo(field.AsSpan(4));
        return field;
    }
}
