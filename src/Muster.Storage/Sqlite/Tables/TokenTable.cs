using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class TokenTable
{
    private static readonly Statement Insert = new(
        $"INSERT INTO tokens ({TokenRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    private static readonly Statement FindLivingName = new(
        "SELECT 1 FROM tokens WHERE account_id = ? AND name = ? AND revoked_at IS NULL");

    private static readonly Statement FindById = new($"SELECT {TokenRow.Columns} FROM tokens WHERE id = ?");

    private static readonly Statement FindByHash = new($"SELECT {TokenRow.Columns} FROM tokens WHERE secret_hash = ?");

    private static readonly Statement ListNewest = new(
        $"SELECT {TokenRow.Columns} FROM tokens WHERE account_id = ? ORDER BY created_at DESC, id DESC");

    private static readonly Statement SetRevoked = new("UPDATE tokens SET revoked_at = ? WHERE id = ?");

    public static void Add(SqliteSession session, Token token)
    {
        AccountTable.EnsureKnown(session, token.Account);
        TokenRule.EnsureNew(
            token,
            isNameTaken: session.Query(FindLivingName).Bind(token.Account).Bind(token.Name).Any(),
            isKept: session.Query(FindById).Bind(token.Id).Any() || Find(session, token.SecretHash) is not null);
        session.Query(Insert)
            .Bind(token.Id).Bind(token.Account).Bind(token.Name).BindWord(token.Role).BindWord(token.Scope).Bind(token.SecretHash.AsSpan())
            .Bind(token.CreatedAt).Bind(token.ExpiresAt).Bind(token.RevokedAt)
            .Run();
    }

    public static Token? Find(SqliteSession session, ImmutableArray<byte> secretHash) =>
        session.Query(FindByHash).Bind(secretHash.AsSpan()).First(TokenRow.Read);

    public static ImmutableArray<Token> List(SqliteSession session, AccountId account) =>
        session.Query(ListNewest).Bind(account).All(TokenRow.Read);

    public static Token Revoke(SqliteSession session, AccountId account, TokenId id, DateTimeOffset now)
    {
        var token = TokenRule.EnsureOwned(session.Query(FindById).Bind(id).First(TokenRow.Read), account, id);
        if (token.RevokedAt is not null)
        {
            return token;
        }

        session.Query(SetRevoked).Bind(now).Bind(id).Run();
        return token with { RevokedAt = Microseconds.Kept(now) };
    }
}
