using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class AccountTable
{
    private static readonly Statement FindByName = new($"SELECT {AccountRow.Columns} FROM accounts WHERE name = ?");

    private static readonly Statement FindById = new($"SELECT {AccountRow.Columns} FROM accounts WHERE id = ?");

    private static readonly Statement ListByName = new($"SELECT {AccountRow.Columns} FROM accounts ORDER BY name");

    private static readonly Statement AddUp = new(SpendRow.SumOfEach);

    private static readonly Statement Insert = new($"INSERT INTO accounts ({AccountRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?)");

    private static readonly Statement Update = new(
        """
        UPDATE accounts SET cloud_id = coalesce(?, cloud_id), access = coalesce(?, access), key_ordered_at = coalesce(?, key_ordered_at),
            spend_per_hour_max = nullif(coalesce(?, spend_per_hour_max), 0)
        WHERE id = ?
        """);

    public static Account? Find(SqliteSession session, string name) => session.Query(FindByName).Bind(name).First(AccountRow.Read);

    public static Account? Find(SqliteSession session, AccountId id) => session.Query(FindById).Bind(id).First(AccountRow.Read);

    public static ImmutableArray<Account> List(SqliteSession session) => session.Query(ListByName).All(AccountRow.Read);

    public static ImmutableDictionary<AccountId, decimal> SumSpend(SqliteSession session) =>
        SpendRow.OfAny(session.Query(AddUp).All(SpendRow.ReadSum));

    public static Account Ensure(SqliteSession session, Account account)
    {
        if (Find(session, account.Name) is { } kept)
        {
            return kept;
        }

        session.Query(Insert)
            .Bind(account.Id)
            .Bind(account.Name)
            .Bind(account.CreatedAt)
            .Bind(account.CloudId)
            .BindWord(account.Access)
            .Bind(account.KeyOrderedAt)
            .Bind(Millionths.From(account.SpendPerHourMax))
            .Run();
        return Find(session, account.Id)!;
    }

    public static Account Change(SqliteSession session, AccountId id, AccountEdit edit)
    {
        session.Query(Update)
            .Bind(edit.CloudId).Bind(edit.Access is { } access ? Words<AccountAccess>.Of(access) : null).Bind(edit.KeyOrderedAt)
            .Bind(Millionths.From(edit.SpendPerHourMax)).Bind(id)
            .Run();
        return Find(session, id) ?? throw Refusal.NotFound("account", id);
    }

    public static bool IsKnown(SqliteSession session, AccountId account) => session.Query(FindById).Bind(account).Any();

    public static void EnsureKnown(SqliteSession session, AccountId account)
    {
        if (!IsKnown(session, account))
        {
            throw Refusal.NotFound("account", account);
        }
    }
}
