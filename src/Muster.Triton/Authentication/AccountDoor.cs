using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Triton.Authentication;

/// <summary>Which account a caller acts as, when it is let in at all.</summary>
internal sealed partial class AccountDoor(
    IStore store, bool whitelists, IRandomSource random, TimeProvider timeProvider, ILogger<AccountDoor> logger)
{
    /// <summary>The account; null when it is not let in.</summary>
    public async Task<Account?> AdmitAsync(CloudAccount seen, CancellationToken cancellationToken)
    {
        // The installation's own account belongs to the bearers of tokens, whoever has that login at the cloud.
        if (seen.Login == Account.DefaultName || !Account.IsLogin(seen.Login))
        {
            return null;
        }

        var account = await store.FindAccountAsync(seen.Login, cancellationToken);
        var access = account?.Access ?? AccountAccess.Unlisted;
        if (IsOut(access))
        {
            LogNotAdmitted(seen.Login, access);
            return null;
        }

        account ??= await store.EnsureAccountAsync(
            new() { Id = new(random.NextId()), Name = seen.Login, CreatedAt = timeProvider.GetUtcNow(), CloudId = seen.Id },
            cancellationToken);
        if (string.IsNullOrEmpty(account.CloudId))
        {
            account = await store.ChangeAccountAsync(account.Id, new() { CloudId = seen.Id }, cancellationToken);
        }

        if (account.CloudId != seen.Id)
        {
            LogAnotherAccount(seen.Login, account.CloudId!, seen.Id);
            return null;
        }

        return account;
    }

    /// <summary>
    /// Whether an account that was let in a moment ago still is: it may have been denied since, here or at another server.
    /// </summary>
    public async Task<bool> IsAdmittedAsync(AccountId account, CancellationToken cancellationToken) =>
        await store.FindAccountAsync(account, cancellationToken) is { } known && !IsOut(known.Access);

    private bool IsOut(AccountAccess access) => access is AccountAccess.Denied || (whitelists && access is not AccountAccess.Allowed);

    [LoggerMessage(1301, LogLevel.Information, "Account {Login} is not let in: it is {Access}")]
    private partial void LogNotAdmitted(string login, AccountAccess access);

    [LoggerMessage(1302, LogLevel.Warning,
        "Account {Login} is not let in: its id at the cloud was {Known} and is {Seen} now, so it may be somebody else's; "
        + "'muster account allow {Login}' takes the new one")]
    private partial void LogAnotherAccount(string login, string known, string seen);
}
