using Muster.Core;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres.Tables;

/// <summary>The leases of groups: single statements, which wait for no lane but the one that writes their group.</summary>
internal static class LeaseTable
{
    private static readonly Statement Take = new(
        $"""
        UPDATE group_states SET fence = fence + 1, lease_holder = $2, lease_ends_at = $3, updated_at = now()
        WHERE group_id = $1 AND fence = $4 AND (lease_ends_at IS NULL OR lease_ends_at <= $5)
            AND EXISTS (SELECT 1 FROM groups g WHERE g.id = $1 AND g.archived_at IS NULL)
            AND {PauseTable.IsNotPaused}
        """);

    private static readonly Statement FindMine = new(
        "SELECT fence FROM group_states WHERE group_id = $1 AND lease_holder = $2 AND lease_ends_at = $3 AND fence = $4");

    private static readonly Statement Extend = new(
        $"""
        UPDATE group_states SET lease_ends_at = greatest(lease_ends_at, $3), updated_at = now()
        WHERE group_id = $1 AND fence = $2 AND lease_holder = $4 AND lease_ends_at IS NOT NULL AND {PauseTable.IsNotPaused}
        RETURNING lease_ends_at
        """);

    private static readonly Statement GiveBack = new(
        """
        UPDATE group_states SET fence = fence + 1, lease_holder = NULL, lease_ends_at = NULL, updated_at = now()
        WHERE group_id = $1 AND fence = $2 AND lease_holder = $3 AND lease_ends_at IS NOT NULL
        """);

    public static async Task<GroupLease?> TryAcquireAsync(
        Session session, GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration)
    {
        var lease = new GroupLease(group, holder, expectedFence + 1, Microseconds.Kept(now + duration));
        var taken = await session.WriteAsync(
            Take.Call().Bind(group).Bind(holder).Bind(lease.EndsAt).Bind(expectedFence).Bind(now));
        if (taken == 1 || (session.MayHaveHappened && await IsMineAsync(session, lease)))
        {
            return lease;
        }

        await PauseTable.ThrowIfPausedAsync(session);
        return null;
    }

    public static async Task<GroupLease> RenewAsync(Session session, GroupLease lease, DateTimeOffset now, TimeSpan duration)
    {
        var renewed = await session.WriteAllAsync(
            Extend.Call().Bind(lease.Group).Bind(lease.Fence).Bind(now + duration).Bind(lease.Holder), row => row.Time());
        if (renewed is [var endsAt])
        {
            return lease with { EndsAt = endsAt };
        }

        await PauseTable.ThrowIfPausedAsync(session);
        throw Refusal.Fenced(lease);
    }

    /// <summary>A second time changes nothing, so an answer that was lost is no matter.</summary>
    public static Task ReleaseAsync(Session session, GroupLease lease) =>
        session.WriteAsync(GiveBack.Call().Bind(lease.Group).Bind(lease.Fence).Bind(lease.Holder));

    private static async Task<bool> IsMineAsync(Session session, GroupLease lease) =>
        await session.ReadAllAsync(
            FindMine.Call().Bind(lease.Group).Bind(lease.Holder).Bind(lease.EndsAt).Bind(lease.Fence),
            row => row.Long(),
            CancellationToken.None) is [_];
}
