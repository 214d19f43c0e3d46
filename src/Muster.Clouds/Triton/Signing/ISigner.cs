namespace Muster.Clouds.Triton.Signing;

/// <summary>A private key that signs requests. Safe to share.</summary>
internal interface ISigner : IDisposable
{
    /// <summary>The public half, in SSH's binary form: what fingerprints are made of.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>What CloudAPI calls the way of signing: <c>rsa-sha256</c>.</summary>
    string Algorithm { get; }

    /// <summary>Signs a text; an ECDSA signature is DER.</summary>
    /// <exception cref="Core.Clouds.CloudException">An agent that holds the key does not sign.</exception>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken);
}
