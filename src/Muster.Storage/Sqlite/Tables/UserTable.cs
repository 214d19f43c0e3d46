using Muster.Core.Accounts;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class UserTable
{
    private static readonly Statement FindLiving = new(
        $"SELECT {UserRow.Columns} FROM users WHERE account_id = ? AND name = ? AND archived_at IS NULL");

    private static readonly Statement Insert = new($"INSERT INTO users ({UserRow.Columns}) VALUES (?, ?, ?, ?)");

    public static User Ensure(SqliteSession session, User user)
    {
        if (session.Query(FindLiving).Bind(user.Account).Bind(user.Name).First(UserRow.Read) is { } kept)
        {
            return kept;
        }

        AccountTable.EnsureKnown(session, user.Account);
        session.Query(Insert).Bind(user.Id).Bind(user.Account).Bind(user.Name).Bind(user.CreatedAt).Run();
        return user with { CreatedAt = Microseconds.Kept(user.CreatedAt) };
    }
}
