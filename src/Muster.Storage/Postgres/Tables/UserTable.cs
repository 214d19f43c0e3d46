using Muster.Core.Accounts;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

using Npgsql;

namespace Muster.Storage.Postgres.Tables;

internal static class UserTable
{
    private static readonly Statement FindLiving = new(
        $"SELECT {UserRow.Columns} FROM users WHERE account_id = $1 AND name = $2 AND archived_at IS NULL");

    private static readonly Statement Insert = new(
        $"INSERT INTO users ({UserRow.Columns}) VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, "
        + "name) WHERE archived_at IS NULL DO NOTHING");

    public static async Task<User> EnsureAsync(Session session, User user)
    {
        if (await FindAsync(session, user) is { } kept)
        {
            return kept;
        }

        try
        {
            await session.WriteAsync(Insert.Call().Bind(user.Id).Bind(user.Account).Bind(user.Name).Bind(user.CreatedAt));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Refusal.NotFound("account", user.Account);
        }

        return await FindAsync(session, user)
            ?? throw new InvalidDataException($"user '{user.Name}' is gone right after it was made");
    }

    private static Task<User?> FindAsync(Session session, User user) =>
        session.FirstAsync(FindLiving.Call().Bind(user.Account).Bind(user.Name), UserRow.Read, CancellationToken.None);
}
