using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Storage;

namespace Muster.Core.Credentials;

/// <summary>Seals the accounts' credentials and opens them.</summary>
/// <param name="store">Where accounts and their credentials are.</param>
/// <param name="sealer">Seals and opens.</param>
/// <param name="remedy">How an account without a credential comes by one, as the end of a sentence.</param>
public sealed class CredentialSafe(IStore store, ISecretSealer sealer, string remedy)
{
    /// <summary>What an account's secrets are sealed for: each opens for its own account only.</summary>
    /// <remarks>Part of every sealed secret, so these words never change.</remarks>
    public static string PurposeOf(AccountId account) => $"service key of {account}";

    /// <summary>The living credential of that account and name; null when there is none.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public Task<AccountCredential?> FindAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        store.FindCredentialAsync(account, name, cancellationToken);

    /// <summary>Opens a credential. The caller overwrites the secret when done with it.</summary>
    /// <returns>The account's name at the cloud, and the secret.</returns>
    /// <exception cref="CloudException">There is no such account.</exception>
    /// <exception cref="SealException">It cannot be opened.</exception>
    /// <exception cref="StoreException">The account cannot be read.</exception>
    public async Task<(string Login, byte[] Secret)> OpenAsync(AccountCredential credential, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credential);
        var login = (await store.FindAccountAsync(credential.Account, cancellationToken))?.Name
            ?? throw new CloudException(CloudErrorKind.Unauthorized, $"there is no account {credential.Account}");
        return (login, await sealer.OpenAsync(credential.Secret, PurposeOf(credential.Account), cancellationToken));
    }

    /// <summary>How a call ends that is made as an account without a credential.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="name">What the credential would be called.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreException">The account cannot be read.</exception>
    public async Task<CloudException> MissingAsync(AccountId account, string name, CancellationToken cancellationToken)
    {
        var who = (await store.FindAccountAsync(account, cancellationToken))?.Name ?? account.ToString();
        return new(CloudErrorKind.Unauthorized, $"account '{who}' has no credential '{name}' here: {remedy}");
    }
}
