using System.Collections.Immutable;

using Muster.Core.Accounts;

namespace Muster.Core.Storage;

/// <summary>Accounts and their users.</summary>
public interface IAccountStore
{
    /// <summary>The account of that name, made with <paramref name="account"/>'s id if there is none.</summary>
    Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken);

    /// <summary>The account of that name; null when there is none.</summary>
    Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken);

    /// <summary>The account of that id; null when there is none.</summary>
    Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Every account, by name.</summary>
    Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What the living groups of each account cost an hour together, as their last checks found it or set it aside: what counts against its
    /// limit. An account without such a group is left out.
    /// </summary>
    Task<ImmutableDictionary<AccountId, decimal>> SumSpendAsync(CancellationToken cancellationToken);

    /// <summary>Changes what the edit names, and nothing else: two who change different things at once both succeed.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken);

    /// <summary>The user of that account and name, made with <paramref name="user"/>'s id if there is none.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: the account.</exception>
    Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken);
}
