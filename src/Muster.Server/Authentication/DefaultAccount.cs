using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Server.Authentication;

/// <summary>The account of callers without a token; looked up once, at the first request, so that a slow store delays no start.</summary>
internal sealed class DefaultAccount(IAccountStore store, IRandomSource random, TimeProvider timeProvider)
{
    // A reference, which is read and written in one go: many requests ask at once, and half an id would be another account's.
    private volatile Account? _known;

    public async ValueTask<AccountId> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } account)
        {
            return account.Id;
        }

        var kept = await store.EnsureAccountAsync(
            new() { Id = new(random.NextId()), Name = Account.DefaultName, CreatedAt = timeProvider.GetUtcNow() }, cancellationToken);
        _known = kept;
        return kept.Id;
    }
}
