using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Storage.Rules;

/// <summary>Which tokens may be kept, and revoked.</summary>
internal static class TokenRule
{
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Duplicate"/>.</exception>
    public static void EnsureNew(Token token, bool isNameTaken, bool isKept)
    {
        if (isNameTaken)
        {
            throw Refusal.Taken("token", token.Name);
        }

        if (isKept)
        {
            throw Refusal.KeptAlready(token.Id);
        }
    }

    /// <summary>The token to revoke: one of the account, revoked already or not.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    public static Token EnsureOwned(Token? kept, AccountId account, TokenId id) =>
        kept is not null && kept.Account == account ? kept : throw Refusal.NotFound("token", id);
}
