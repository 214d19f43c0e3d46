using Muster.Core.Accounts;

namespace Muster.Core.Storage;

/// <summary>The service keys of accounts.</summary>
public interface IKeyStore
{
    /// <summary>Keeps a new service key, in one step with the end of the one it takes the place of.</summary>
    /// <param name="key">The key.</param>
    /// <param name="replaced">The living key of the account that is archived when the new one was made; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: another living key of the account has the name, so somebody was quicker;
    /// <see cref="StoreErrorKind.NotFound"/>: the account.
    /// </exception>
    Task AddKeyAsync(ServiceKey key, KeyId? replaced, CancellationToken cancellationToken);

    /// <summary>The living service key of that account and name; null when there is none.</summary>
    Task<ServiceKey?> FindKeyAsync(AccountId account, string name, CancellationToken cancellationToken);

    /// <summary>Keeps that the cloud has the key; a second time changes nothing.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    Task<ServiceKey> ConfirmKeyAsync(KeyId key, DateTimeOffset now, CancellationToken cancellationToken);
}
