using System.Collections.Immutable;
using System.Runtime.InteropServices;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

using Npgsql;

namespace Muster.Storage.Postgres.Tables;

internal static class TokenTable
{
    private static readonly Statement Insert = new($"INSERT INTO tokens ({TokenRow.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

    private static readonly Statement FindById = new($"SELECT {TokenRow.Columns} FROM tokens WHERE id = $1");

    private static readonly Statement FindByHash = new($"SELECT {TokenRow.Columns} FROM tokens WHERE secret_hash = $1");

    private static readonly Statement ListNewest = new(
        $"SELECT {TokenRow.Columns} FROM tokens WHERE account_id = $1 ORDER BY created_at DESC, id DESC");

    private static readonly Statement SetRevoked = new(
        $"""
        UPDATE tokens SET revoked_at = coalesce(revoked_at, $3), updated_at = now()
        WHERE id = $1 AND account_id = $2
        RETURNING {TokenRow.Columns}
        """);

    public static async Task AddAsync(Session session, Token token)
    {
        try
        {
            await session.WriteAsync(Insert.Call()
                .Bind(token.Id)
                .Bind(token.Account)
                .Bind(token.Name)
                .BindWord(token.Role)
                .BindWord(token.Scope)
                .Bind(Bytes(token.SecretHash))
                .Bind(token.CreatedAt)
                .Bind(token.ExpiresAt)
                .Bind(token.RevokedAt));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Refusal.NotFound("account", token.Account);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            if (session.MayHaveHappened && await IsKeptAsync(session, token))
            {
                return;
            }

            throw error.ConstraintName == "tokens_living_name" ? Refusal.Taken("token", token.Name) : Refusal.KeptAlready(token.Id);
        }
    }

    public static Task<Token?> FindAsync(Session session, ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        session.FirstAsync(FindByHash.Call().Bind(Bytes(secretHash)), TokenRow.Read, cancellationToken);

    public static Task<ImmutableArray<Token>> ListAsync(Session session, AccountId account, CancellationToken cancellationToken) =>
        session.ReadAllAsync(ListNewest.Call().Bind(account), TokenRow.Read, cancellationToken);

    public static async Task<Token> RevokeAsync(Session session, AccountId account, TokenId id, DateTimeOffset now)
    {
        var revoked = await session.WriteAllAsync(SetRevoked.Call().Bind(id).Bind(account).Bind(now), TokenRow.Read);
        return revoked.IsEmpty ? throw Refusal.NotFound("token", id) : revoked[0];
    }

    // Only this call knows both the id and the secret.
    private static async Task<bool> IsKeptAsync(Session session, Token token) =>
        await session.FirstAsync(FindById.Call().Bind(token.Id), TokenRow.Read, CancellationToken.None) is { } kept
        && kept.SecretHash.AsSpan().SequenceEqual(token.SecretHash.AsSpan());

    private static byte[] Bytes(ImmutableArray<byte> bytes) => ImmutableCollectionsMarshal.AsArray(bytes) ?? [];
}
