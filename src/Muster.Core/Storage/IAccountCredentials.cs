using Muster.Core.Accounts;

namespace Muster.Core.Storage;

/// <summary>The credentials that accounts gave Muster for clouds, one living credential for each account and name.</summary>
/// <remarks>Throws and behaves as <see cref="IStore"/> says.</remarks>
public interface IAccountCredentials
{
    /// <summary>Keeps a new credential, in one step with the end of the one whose place it takes.</summary>
    /// <param name="credential">The new one.</param>
    /// <param name="replaced">The living credential of the account that is archived when the new one was made; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: another living credential of the account has the name, so somebody was quicker;
    /// <see cref="StoreErrorKind.NotFound"/>: the account.
    /// </exception>
    Task AddCredentialAsync(AccountCredential credential, CredentialId? replaced, CancellationToken cancellationToken);

    /// <summary>The living credential of that account and name; null when there is none.</summary>
    Task<AccountCredential?> FindCredentialAsync(AccountId account, string name, CancellationToken cancellationToken);

    /// <summary>Keeps that the cloud has it; a second time changes nothing.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    Task<AccountCredential> ConfirmCredentialAsync(CredentialId credential, DateTimeOffset now, CancellationToken cancellationToken);
}
