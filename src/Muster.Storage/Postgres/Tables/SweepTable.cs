using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Which server makes which sweep.</summary>
internal static class SweepTable
{
    private static readonly Statement TakeFirst = new(
        """
        INSERT INTO sweep_leases (account_id, cloud, fence, holder, ends_at) VALUES ($1, $2, 1, $3, $4)
        ON CONFLICT (account_id, cloud) DO UPDATE SET fence = 1, holder = excluded.holder, ends_at = excluded.ends_at, updated_at = now()
        WHERE sweep_leases.fence = 0
        """);

    private static readonly Statement Take = new(
        """
        UPDATE sweep_leases SET fence = fence + 1, holder = $3, ends_at = $4, updated_at = now()
        WHERE account_id = $1 AND cloud = $2 AND fence = $5 AND (ends_at IS NULL OR ends_at <= $6)
        """);

    private static readonly Statement FindMine = new(
        "SELECT fence FROM sweep_leases WHERE account_id = $1 AND cloud = $2 AND holder = $3 AND ends_at = $4 AND fence = $5");

    private static readonly Statement Extend = new(
        """
        UPDATE sweep_leases AS w SET ends_at = greatest(w.ends_at, $4), updated_at = now()
        FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS u (account_id, cloud, fence)
        WHERE w.account_id = u.account_id AND w.cloud = u.cloud AND w.fence = u.fence AND w.ends_at IS NOT NULL
        RETURNING w.account_id, w.cloud, w.ends_at
        """);

    private static readonly Statement GiveBack = new(
        """
        UPDATE sweep_leases AS w SET holder = NULL, ends_at = NULL, updated_at = now()
        FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS u (account_id, cloud, fence)
        WHERE w.account_id = u.account_id AND w.cloud = u.cloud AND w.fence = u.fence
        """);

    private static readonly Statement GiveBackAll = new(
        "UPDATE sweep_leases SET holder = NULL, ends_at = NULL, updated_at = now() WHERE holder = $1");

    public static async Task<SweepLease?> TryAcquireAsync(
        Session session, SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration)
    {
        var lease = new SweepLease(sweep, holder, expectedFence + 1, Microseconds.Kept(now + duration));
        var call = (expectedFence == 0 ? TakeFirst : Take).Call().Bind(sweep.Account).Bind(sweep.Cloud).Bind(holder).Bind(lease.EndsAt);
        var taken = await session.WriteAsync(expectedFence == 0 ? call : call.Bind(expectedFence).Bind(now));
        return taken == 1 || (session.MayHaveHappened && await IsMineAsync(session, lease)) ? lease : null;
    }

    public static async Task<ImmutableArray<SweepLease>> RenewAsync(
        Session session, ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration)
    {
        var renewed = await session.WriteAllAsync(
            Bind(Extend, leases).Bind(now + duration), row => (new SweepKey(row.Id<AccountId>(), row.Text()), row.Time()));
        var endsAt = renewed.ToDictionary(each => each.Item1, each => each.Item2);
        return [.. leases.Where(lease => endsAt.ContainsKey(lease.Sweep)).Select(lease => lease with { EndsAt = endsAt[lease.Sweep] })];
    }

    public static Task<int> ReleaseAsync(Session session, ImmutableArray<SweepLease> leases) => session.WriteAsync(Bind(GiveBack, leases));

    /// <summary>Frees whatever a server held.</summary>
    public static Call ReleaseAll(string holder) => GiveBackAll.Call().Bind(holder);

    private static Call Bind(Statement statement, ImmutableArray<SweepLease> leases) => statement.Call()
        .BindAll(leases, lease => lease.Sweep.Account.Value)
        .BindAll(leases, lease => lease.Sweep.Cloud)
        .BindAll(leases, lease => lease.Fence);

    private static async Task<bool> IsMineAsync(Session session, SweepLease lease) =>
        await session.ReadAllAsync(
            FindMine.Call().Bind(lease.Sweep.Account).Bind(lease.Sweep.Cloud).Bind(lease.Holder).Bind(lease.EndsAt).Bind(lease.Fence),
            row => row.Long(),
            CancellationToken.None) is [_];
}
