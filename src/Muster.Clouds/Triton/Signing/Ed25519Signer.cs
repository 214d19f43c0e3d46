using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Muster.Clouds.Triton.Signing;

/// <summary>An Ed25519 key of a file. The base library has no Ed25519, so this one comes from Bouncy Castle.</summary>
/// <param name="seed">The 32 secret bytes.</param>
internal sealed class Ed25519Signer(byte[] seed) : ISigner
{
    public ReadOnlyMemory<byte> PublicKey { get; } = Blob(seed);

    public string Algorithm => "ed25519-sha512";

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(seed, 0, text.ToArray(), 0, text.Length, signature, 0);
        return ValueTask.FromResult(signature);
    }

    public void Dispose() => Array.Clear(seed);

    private static byte[] Blob(byte[] seed)
    {
        var key = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return new SshWriter().Add("ssh-ed25519").Add(key).ToArray();
    }
}
