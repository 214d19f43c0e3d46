namespace Muster.Core.Accounts;

/// <summary>Seals secrets for the store and opens them again.</summary>
/// <remarks>Every method throws <see cref="SealException"/> for what goes wrong.</remarks>
public interface ISecretSealer
{
    /// <summary>Seals a secret.</summary>
    /// <param name="secret">The secret; the caller's to clear.</param>
    /// <param name="purpose">What it is for; it opens for the same purpose only.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<SealedSecret> SealAsync(ReadOnlyMemory<byte> secret, string purpose, CancellationToken cancellationToken);

    /// <summary>Opens what was sealed for the same purpose; the caller clears it after use.</summary>
    Task<byte[]> OpenAsync(SealedSecret secret, string purpose, CancellationToken cancellationToken);
}

/// <summary>A secret cannot be sealed or opened. The message says what to do, and never holds any of it.</summary>
/// <param name="message">The sentence for the operator.</param>
/// <param name="innerException">The original.</param>
public sealed class SealException(string message, Exception? innerException = null) : Exception(message, innerException);
