using Muster.Cli.Configuration;
using Muster.Core.Accounts;
using Muster.Server.Secrets;

namespace Muster.Cli.Composition.Stores;

/// <summary>The configured sealer, opened at the first secret: whoever has none needs neither key ring nor Vault.</summary>
internal sealed class LazySealer(SecretsConfig config) : ISecretSealer, IDisposable
{
    // A ring that cannot be opened now may be later: failures are not kept.
    private readonly Lazy<ISecretSealer> _sealer = new(() => Open(config), LazyThreadSafetyMode.PublicationOnly);

    /// <inheritdoc/>
    public Task<SealedSecret> SealAsync(ReadOnlyMemory<byte> secret, string purpose, CancellationToken cancellationToken) =>
        _sealer.Value.SealAsync(secret, purpose, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> OpenAsync(SealedSecret secret, string purpose, CancellationToken cancellationToken) =>
        _sealer.Value.OpenAsync(secret, purpose, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_sealer is { IsValueCreated: true, Value: IDisposable opened })
        {
            opened.Dispose();
        }
    }

    private static ISecretSealer Open(SecretsConfig config) => config.VaultUrl is { } url
        ? new VaultSealer(new() { Url = url, Key = config.VaultKey, TokenFile = config.VaultTokenFile })
        : KeyringSealer.Open(config.Keyring);
}
