using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

internal static class AccountTable
{
    private static readonly Statement FindByName = new($"SELECT {AccountRow.Columns} FROM accounts WHERE name = $1");

    private static readonly Statement Insert = new(
        "INSERT INTO accounts (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING");

    public static Task<Account?> FindAsync(Session session, string name, CancellationToken cancellationToken) =>
        session.FirstAsync(FindByName.Call().Bind(name), AccountRow.Read, cancellationToken);

    public static async Task<Account> EnsureAsync(Session session, Account account)
    {
        if (await FindAsync(session, account.Name, CancellationToken.None) is { } kept)
        {
            return kept;
        }

        await session.WriteAsync(Insert.Call().Bind(account.Id).Bind(account.Name).Bind(account.CreatedAt));
        return await FindAsync(session, account.Name, CancellationToken.None)
            ?? throw new InvalidDataException($"account '{account.Name}' is gone right after it was made");
    }
}
