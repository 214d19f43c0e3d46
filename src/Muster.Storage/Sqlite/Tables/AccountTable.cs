using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Rows;

namespace Muster.Storage.Sqlite.Tables;

internal static class AccountTable
{
    private static readonly Statement FindByName = new($"SELECT {AccountRow.Columns} FROM accounts WHERE name = ?");

    private static readonly Statement FindById = new("SELECT 1 FROM accounts WHERE id = ?");

    private static readonly Statement Insert = new("INSERT INTO accounts (id, name, created_at) VALUES (?, ?, ?)");

    public static Account? Find(SqliteSession session, string name) => session.Query(FindByName).Bind(name).First(AccountRow.Read);

    public static Account Ensure(SqliteSession session, Account account)
    {
        if (Find(session, account.Name) is { } kept)
        {
            return kept;
        }

        session.Query(Insert).Bind(account.Id).Bind(account.Name).Bind(account.CreatedAt).Run();
        return account with { CreatedAt = Microseconds.Kept(account.CreatedAt) };
    }

    public static void EnsureKnown(SqliteSession session, AccountId account)
    {
        if (!session.Query(FindById).Bind(account).Any())
        {
            throw Refusal.NotFound("account", account);
        }
    }
}
