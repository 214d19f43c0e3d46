using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Core.Clouds;

/// <summary>The service keys with which clouds are spoken to as each account.</summary>
public static class AccountKeys
{
    /// <summary>What service keys are sealed for: a key opens for its own account only.</summary>
    public static string PurposeOf(AccountId account) => $"service key of {account}";

    /// <summary>Opens a key. Whoever gets it overwrites it when done.</summary>
    /// <param name="key">The sealed one.</param>
    /// <param name="store">Where the account is.</param>
    /// <param name="sealer">Opens it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The account's name at the cloud, and the private key.</returns>
    /// <exception cref="CloudException">There is no such account.</exception>
    /// <exception cref="SealException">It cannot be opened.</exception>
    /// <exception cref="StoreException">The account cannot be read.</exception>
    public static async Task<(string Login, byte[] PrivateKey)> OpenAsync(
        ServiceKey key, IStore store, ISecretSealer sealer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var login = (await store.FindAccountAsync(key.Account, cancellationToken))?.Name
            ?? throw new CloudException(CloudErrorKind.Unauthorized, $"there is no account {key.Account}");
        return (login, await sealer.OpenAsync(key.Secret, PurposeOf(key.Account), cancellationToken));
    }

    /// <summary>What a call as an account comes to that has no key.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="name">What the key would be called.</param>
    /// <param name="store">Where the account is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CloudException> MissingAsync(AccountId account, string name, IStore store, CancellationToken cancellationToken)
    {
        var who = (await store.FindAccountAsync(account, cancellationToken))?.Name ?? account.ToString();
        return new(CloudErrorKind.Unauthorized, $"account '{who}' has no service key '{name}' here: a request to /v1/tsg that the account signs makes one");
    }
}
