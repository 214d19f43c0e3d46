using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Records;

namespace Muster.Storage.Rows;

/// <summary>What an account may spend, as columns of a statement: where nobody limits it, nothing is added up.</summary>
internal static class SpendRow
{
    /// <summary>The columns.</summary>
    /// <param name="account">What stands for the account in the statement: a parameter, or a column of a row that is the only one.</param>
    public static string Columns(string account) =>
        $"""
        (SELECT o.spend_per_hour_max FROM accounts o WHERE o.id = {account}),
        (SELECT CASE WHEN o.spend_per_hour_max IS NULL THEN NULL ELSE {Sum("o.id")} END FROM accounts o WHERE o.id = {account})
        """;

    /// <summary>What the living groups of an account cost together.</summary>
    public static string Sum(string account) =>
        $"""
        (SELECT CAST(coalesce(sum(os.spend_per_hour), 0) AS bigint)
            FROM groups og JOIN group_states os ON os.group_id = og.id
            WHERE og.account_id = {account} AND og.archived_at IS NULL)
        """;

    /// <summary>
    /// What the living groups of each account cost together: account and sum. Accounts are few, and each finds its groups by an index.
    /// </summary>
    public static string SumOfEach => $"SELECT accounts.id, {Sum("accounts.id")} FROM accounts";

    /// <summary>Those sums that are of anything.</summary>
    public static ImmutableDictionary<AccountId, decimal> OfAny(IEnumerable<KeyValuePair<AccountId, decimal>> sums) =>
        sums.Where(sum => sum.Value > 0).ToImmutableDictionary();

    /// <summary>Reads a row of them.</summary>
    public static KeyValuePair<AccountId, decimal> ReadSum(Row row) => new(row.Id<AccountId>(), Millionths.ToAmount(row.Long()));

    /// <summary>Reads them; null where nobody limits it.</summary>
    /// <param name="row">The row.</param>
    /// <param name="own">The state of the group that asks: it is none of the others.</param>
    public static AccountSpend? Read(Row row, GroupState own)
    {
        var (max, spent) = (row.LongOrNull(), row.LongOrNull());
        return max is { } limit && spent is { } sum ? new(Millionths.ToAmount(limit), Millionths.ToAmount(sum) - own.SpendPerHour) : null;
    }

    /// <summary>What a group costs, as it is kept: nothing for nothing.</summary>
    public static long? Kept(decimal cost) => cost == 0 ? null : Millionths.From(cost);
}
