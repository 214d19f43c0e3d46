using Muster.Core.Accounts;

namespace Muster.Server.Tests.Support;

/// <summary>Seals nothing, opens what it sealed for the same purpose, and fails when a test says so.</summary>
internal sealed class PlainSealer : ISecretSealer
{
    public bool IsAway { get; set; }

    public Task<SealedSecret> SealAsync(ReadOnlyMemory<byte> secret, string purpose, CancellationToken cancellationToken) =>
        IsAway ? throw new SealException("the ring is away") : Task.FromResult(new SealedSecret(purpose, Convert.ToHexString(secret.Span)));

    public Task<byte[]> OpenAsync(SealedSecret secret, string purpose, CancellationToken cancellationToken) =>
        IsAway || secret.Scheme != purpose
            ? throw new SealException("the ring is away")
            : Task.FromResult(Convert.FromHexString(secret.Data));
}
