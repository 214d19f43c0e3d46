using System.Collections.Immutable;

using Muster.Core.Accounts;

namespace Muster.Core.Storage;

/// <summary>Tokens, by which callers are known.</summary>
public interface ITokenStore
{
    /// <summary>Keeps a new token.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: a living token of the account has the name, or any token the id or the secret;
    /// <see cref="StoreErrorKind.NotFound"/>: the account.
    /// </exception>
    Task AddTokenAsync(Token token, CancellationToken cancellationToken);

    /// <summary>The token with that secret hash, also when expired or revoked; null when there is none.</summary>
    Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken);

    /// <summary>Every token of an account, newest first, the revoked included.</summary>
    Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Revokes a token; a second time changes nothing.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken);
}
