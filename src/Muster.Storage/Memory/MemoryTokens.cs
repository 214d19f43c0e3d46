using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>Tokens in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryTokens(MemoryAccounts accounts)
{
    private readonly Dictionary<TokenId, Token> _tokens = [];

    public void Add(Token token)
    {
        accounts.EnsureKnown(token.Account);
        TokenRule.EnsureNew(
            token,
            isNameTaken: _tokens.Values.Any(kept => kept.Account == token.Account && kept.Name == token.Name && kept.RevokedAt is null),
            isKept: _tokens.ContainsKey(token.Id) || Find(token.SecretHash) is not null);
        _tokens.Add(token.Id, token);
    }

    public Token? Find(ImmutableArray<byte> secretHash) =>
        _tokens.Values.FirstOrDefault(token => token.SecretHash.SequenceEqual(secretHash));

    public ImmutableArray<Token> List(AccountId account) =>
    [
        .. _tokens.Values
            .Where(token => token.Account == account)
            .OrderByDescending(token => token.CreatedAt).ThenByDescending(token => token.Id.Value),
    ];

    public Token Revoke(AccountId account, TokenId token, DateTimeOffset now)
    {
        var kept = TokenRule.EnsureOwned(_tokens.GetValueOrDefault(token), account, token);
        return _tokens[token] = kept with { RevokedAt = kept.RevokedAt ?? now };
    }
}
