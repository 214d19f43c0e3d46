using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

internal static class AccountTable
{
    private static readonly Statement FindByName = new($"SELECT {AccountRow.Columns} FROM accounts WHERE name = $1");

    private static readonly Statement FindById = new($"SELECT {AccountRow.Columns} FROM accounts WHERE id = $1");

    private static readonly Statement ListByName = new($"SELECT {AccountRow.Columns} FROM accounts ORDER BY name");

    private static readonly Statement AddUp = new(SpendRow.SumOfEach);

    private static readonly Statement Insert = new(
        $"INSERT INTO accounts ({AccountRow.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING");

    private static readonly Statement Update = new(
        $"""
        UPDATE accounts SET
            cloud_id = coalesce($2, cloud_id), access = coalesce($3, access), key_ordered_at = coalesce($4, key_ordered_at),
            spend_per_hour_max = CASE WHEN $5 = 0 THEN NULL ELSE coalesce($5, spend_per_hour_max) END, updated_at = now()
        WHERE id = $1
        RETURNING {AccountRow.Columns}
        """);

    public static Task<Account?> FindAsync(Session session, string name, CancellationToken cancellationToken) =>
        session.FirstAsync(FindByName.Call().Bind(name), AccountRow.Read, cancellationToken);

    public static Task<Account?> FindAsync(Session session, AccountId id, CancellationToken cancellationToken) =>
        session.FirstAsync(FindById.Call().Bind(id), AccountRow.Read, cancellationToken);

    public static Task<ImmutableArray<Account>> ListAsync(Session session, CancellationToken cancellationToken) =>
        session.ReadAllAsync(ListByName.Call(), AccountRow.Read, cancellationToken);

    public static async Task<ImmutableDictionary<AccountId, decimal>> SumSpendAsync(Session session, CancellationToken cancellationToken) =>
        SpendRow.OfAny(await session.ReadAllAsync(AddUp.Call(), SpendRow.ReadSum, cancellationToken));

    public static async Task<Account> EnsureAsync(Session session, Account account)
    {
        if (await FindAsync(session, account.Name, CancellationToken.None) is { } kept)
        {
            return kept;
        }

        await session.WriteAsync(Insert.Call()
            .Bind(account.Id)
            .Bind(account.Name)
            .Bind(account.CreatedAt)
            .Bind(account.CloudId)
            .BindWord(account.Access)
            .Bind(account.KeyOrderedAt)
            .Bind(Millionths.From(account.SpendPerHourMax)));
        return await FindAsync(session, account.Name, CancellationToken.None)
            ?? throw new InvalidDataException($"account '{account.Name}' is gone right after it was made");
    }

    public static async Task<Account> ChangeAsync(Session session, AccountId id, AccountEdit edit)
    {
        var changed = await session.WriteAllAsync(
            Update.Call()
                .Bind(id)
                .Bind(edit.CloudId)
                .Bind(edit.Access is { } access ? Words<AccountAccess>.Of(access) : null)
                .Bind(edit.KeyOrderedAt)
                .Bind(Millionths.From(edit.SpendPerHourMax)),
            AccountRow.Read);
        return changed.IsEmpty ? throw Refusal.NotFound("account", id) : changed[0];
    }
}
