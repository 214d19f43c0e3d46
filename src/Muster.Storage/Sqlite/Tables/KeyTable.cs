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

    public static AccountCredential? Find(SqliteSession session, AccountId account, string name) =>
        session.Query(FindLiving).Bind(account).Bind(name).First(KeyRow.Read);

    public static void Add(SqliteSession session, AccountCredential credential, CredentialId? replaced)
    {
        AccountTable.EnsureKnown(session, credential.Account);
        if (replaced is { } old)
        {
            session.Query(SetArchived).Bind(credential.CreatedAt).Bind(old).Bind(credential.Account).Run();
        }

        if (Find(session, credential.Account, credential.Name) is not null)
        {
            throw Refusal.Taken("credential", credential.Name);
        }

        session.Query(Insert)
            .Bind(credential.Id).Bind(credential.Account).Bind(credential.Name)
            .Bind(credential.Fingerprint).Bind(credential.PublicKey).Bind(StoreJson.Write(credential.Secret))
            .Bind(credential.CreatedAt).Bind(credential.ConfirmedAt).Bind(credential.ArchivedAt)
            .Run();
    }

    public static AccountCredential Confirm(SqliteSession session, CredentialId id, DateTimeOffset now)
    {
        session.Query(SetConfirmed).Bind(now).Bind(id).Run();
        return session.Query(FindById).Bind(id).First(KeyRow.Read) ?? throw Refusal.NotFound("credential", id);
    }
}
