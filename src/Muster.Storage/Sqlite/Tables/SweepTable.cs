using System.Collections.Immutable;

using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Which server makes which sweep.</summary>
internal static class SweepTable
{
    private static readonly Statement Find = new(
        "SELECT fence, holder, ends_at FROM sweep_leases WHERE account_id = ? AND cloud = ?");

    private static readonly Statement Insert = new(
        "INSERT INTO sweep_leases (account_id, cloud, fence) VALUES (?, ?, 0) ON CONFLICT (account_id, cloud) DO NOTHING");

    private static readonly Statement Take = new(
        """
        UPDATE sweep_leases SET fence = fence + 1, holder = ?, ends_at = ?
        WHERE account_id = ? AND cloud = ? AND fence = ? AND (ends_at IS NULL OR ends_at <= ?)
        """);

    private static readonly Statement RenewOne = new(
        """
        UPDATE sweep_leases SET ends_at = max(ends_at, ?)
        WHERE account_id = ? AND cloud = ? AND fence = ? AND ends_at IS NOT NULL
        RETURNING ends_at
        """);

    private static readonly Statement ReleaseOne = new(
        "UPDATE sweep_leases SET holder = NULL, ends_at = NULL WHERE account_id = ? AND cloud = ? AND fence = ?");

    private static readonly Statement ReleaseHolders = new("UPDATE sweep_leases SET holder = NULL, ends_at = NULL WHERE holder = ?");

    public static SweepShare ShareOf(SqliteSession session, SweepKey sweep) =>
        session.Query(Find)
            .Bind(sweep.Account)
            .Bind(sweep.Cloud)
            .First(row => new SweepShare(sweep, row.Long(), row.TextOrNull(), row.TimeOrNull()))
        ?? SweepShare.NeverHeld(sweep);

    public static SweepLease? TryAcquire(
        SqliteSession session, SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration)
    {
        session.Query(Insert).Bind(sweep.Account).Bind(sweep.Cloud).Run();
        var endsAt = Microseconds.Kept(now + duration);
        var taken = session.Query(Take)
            .Bind(holder).Bind(endsAt).Bind(sweep.Account).Bind(sweep.Cloud).Bind(expectedFence).Bind(now)
            .Run();
        return taken == 1 ? new(sweep, holder, expectedFence + 1, endsAt) : null;
    }

    public static ImmutableArray<SweepLease> Renew(
        SqliteSession session, ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration)
    {
        var renewed = ImmutableArray.CreateBuilder<SweepLease>(leases.Length);
        foreach (var lease in leases)
        {
            var query = session.Query(RenewOne).Bind(now + duration).Bind(lease.Sweep.Account).Bind(lease.Sweep.Cloud).Bind(lease.Fence);
            if (query.First(row => lease with { EndsAt = row.Time() }) is { } longer)
            {
                renewed.Add(longer);
            }
        }

        return renewed.ToImmutable();
    }

    public static void Release(SqliteSession session, ImmutableArray<SweepLease> leases)
    {
        foreach (var lease in leases)
        {
            session.Query(ReleaseOne).Bind(lease.Sweep.Account).Bind(lease.Sweep.Cloud).Bind(lease.Fence).Run();
        }
    }

    public static void ReleaseAll(SqliteSession session, string holder) => session.Query(ReleaseHolders).Bind(holder).Run();

    /// <exception cref="StoreException"><see cref="StoreErrorKind.Fenced"/>: the lease is over.</exception>
    public static void EnsureHeld(SqliteSession session, SweepLease lease)
    {
        if (!ShareOf(session, lease.Sweep).Honours(lease))
        {
            throw Refusal.Fenced(lease);
        }
    }
}
