using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class KeyTable
{
    private static readonly Statement FindLiving = new(
        $"SELECT {KeyRow.Columns} FROM keys WHERE account_id = ? AND name = ? AND archived_at IS NULL");

    private static readonly Statement FindById = new($"SELECT {KeyRow.Columns} FROM keys WHERE id = ?");

    private static readonly Statement Insert = new($"INSERT INTO keys ({KeyRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    private static readonly Statement SetArchived = new(
        "UPDATE keys SET archived_at = ? WHERE id = ? AND account_id = ? AND archived_at IS NULL");

    private static readonly Statement SetConfirmed = new("UPDATE keys SET confirmed_at = coalesce(confirmed_at, ?) WHERE id = ?");

    public static ServiceKey? Find(SqliteSession session, AccountId account, string name) =>
        session.Query(FindLiving).Bind(account).Bind(name).First(KeyRow.Read);

    public static void Add(SqliteSession session, ServiceKey key, KeyId? replaced)
    {
        AccountTable.EnsureKnown(session, key.Account);
        if (replaced is { } old)
        {
            session.Query(SetArchived).Bind(key.CreatedAt).Bind(old).Bind(key.Account).Run();
        }

        if (Find(session, key.Account, key.Name) is not null)
        {
            throw Refusal.Taken("service key", key.Name);
        }

        session.Query(Insert)
            .Bind(key.Id).Bind(key.Account).Bind(key.Name).Bind(key.Fingerprint).Bind(key.PublicKey).Bind(StoreJson.Write(key.Secret))
            .Bind(key.CreatedAt).Bind(key.ConfirmedAt).Bind(key.ArchivedAt)
            .Run();
    }

    public static ServiceKey Confirm(SqliteSession session, KeyId id, DateTimeOffset now)
    {
        session.Query(SetConfirmed).Bind(now).Bind(id).Run();
        return session.Query(FindById).Bind(id).First(KeyRow.Read) ?? throw Refusal.NotFound("service key", id);
    }
}
