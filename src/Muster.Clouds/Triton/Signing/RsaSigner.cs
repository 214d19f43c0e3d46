using System.Security.Cryptography;

namespace Muster.Clouds.Triton.Signing;

/// <summary>An RSA key of a file.</summary>
/// <param name="key">The key; disposed with this.</param>
/// <param name="hash">SHA-256 or SHA-512.</param>
internal sealed class RsaSigner(RSA key, HashAlgorithmName hash) : ISigner
{
    private readonly Lock _gate = new();

    public ReadOnlyMemory<byte> PublicKey { get; } = Blob(key.ExportParameters(includePrivateParameters: false));

    public string Algorithm { get; } = hash == HashAlgorithmName.SHA512 ? "rsa-sha512" : "rsa-sha256";

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(key.SignData(text.Span, hash, RSASignaturePadding.Pkcs1));
        }
    }

    public void Dispose() => key.Dispose();

    private static byte[] Blob(RSAParameters parameters) =>
        new SshWriter().Add("ssh-rsa").AddInteger(parameters.Exponent).AddInteger(parameters.Modulus).ToArray();
}
