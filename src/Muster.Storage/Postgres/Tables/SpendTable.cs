using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>What groups set aside of what their account may spend.</summary>
internal static class SpendTable
{
    // Of those who set something aside at once, one has the account's row. The others wait for it, and the transaction is serializable:
    // once it is changed, what they saw is refused (40001), and they start over and add up what is so then. The row is changed and not
    // locked for update: nobody who only refers to the account waits for it, so that no lane does with the groups that it holds.
    private static readonly Statement LockAccount = new(
        """
        UPDATE accounts SET updated_at = now() WHERE id = (SELECT account_id FROM groups WHERE id = $1)
        RETURNING spend_per_hour_max
        """);

    private static readonly Statement LockState = new(
        "SELECT fence, lease_holder, lease_ends_at, coalesce(spend_per_hour, 0) FROM group_states WHERE group_id = $1 FOR UPDATE");

    private static readonly Statement AddUp = new($"SELECT {SpendRow.Sum("(SELECT account_id FROM groups WHERE id = $1)")}");

    private static readonly Statement SetAside = new(
        "UPDATE group_states SET spend_per_hour = $2, updated_at = now() WHERE group_id = $1");

    /// <remarks>A second time sets the same aside, so an answer that was lost is no matter.</remarks>
    public static async Task<SpendGrant?> ReserveAsync(Session session, GroupLease lease, decimal held, decimal wanted)
    {
        var (max, standing, sum, own) = await session.BeginAsync(
            [LockAccount.Call().Bind(lease.Group), LockState.Call().Bind(lease.Group), AddUp.Call().Bind(lease.Group)],
            async results =>
            {
                var limits = await results.ReadAllAsync(row => row.LongOrNull(), CancellationToken.None);
                var states = await results.ReadAllAsync(
                    row => (Lease: new LeaseStanding(row.Long(), row.TextOrNull(), row.TimeOrNull()), Spend: row.Long()),
                    CancellationToken.None);
                var sums = await results.ReadAllAsync(row => row.Long(), CancellationToken.None);
                return (
                    limits is [var limit] ? limit : null,
                    states is [var state] ? state.Lease : null,
                    sums[0],
                    states is [var mine] ? mine.Spend : 0);
            });
        if (standing?.Honours(lease) is not true)
        {
            await session.RollBackAsync();
            throw Refusal.Fenced(lease);
        }

        if (max is not { } most)
        {
            await session.RollBackAsync();
            return null;
        }

        var account = new AccountSpend(Millionths.ToAmount(most), Millionths.ToAmount(sum - own));
        var granted = SpendRule.Grant(account, held, wanted);
        await session.CommitAsync([SetAside.Call().Bind(lease.Group).Bind(SpendRow.Kept(granted))]);
        return new(account, granted);
    }
}
