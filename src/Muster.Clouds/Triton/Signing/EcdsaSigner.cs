using System.Security.Cryptography;

namespace Muster.Clouds.Triton.Signing;

/// <summary>An ECDSA key of a file, on one of the three curves that SSH knows.</summary>
/// <param name="key">The key; disposed with this.</param>
internal sealed class EcdsaSigner(ECDsa key) : ISigner
{
    private readonly Lock _gate = new();
    private readonly HashAlgorithmName _hash = key.KeySize switch
    {
        256 => HashAlgorithmName.SHA256,
        384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    public ReadOnlyMemory<byte> PublicKey { get; } = Blob(key.KeySize, key.ExportParameters(includePrivateParameters: false));

    public string Algorithm => $"ecdsa-{_hash.Name!.ToLowerInvariant()}";

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(key.SignData(text.Span, _hash, DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    public void Dispose() => key.Dispose();

    private static byte[] Blob(int size, ECParameters parameters)
    {
        var curve = $"nistp{size}";
        return new SshWriter()
            .Add($"ecdsa-sha2-{curve}").Add(curve).Add([4, .. parameters.Q.X!, .. parameters.Q.Y!]).ToArray();
    }
}
