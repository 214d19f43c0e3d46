using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Remote.Wire;

namespace Muster.Remote;

/// <summary>The store behind a server, for a level check that runs elsewhere.</summary>
/// <remarks>
/// Keeps the store's contract over a network: what surely was not written is <see cref="StoreErrorKind.Unavailable"/>, and what may have
/// been is <see cref="StoreErrorKind.Ambiguous"/>. Writes are never repeated here: whoever made them knows whether a repeat does harm.
/// </remarks>
/// <param name="server">The server.</param>
/// <param name="installation">Whose groups; see <see cref="Assignment.Installation"/>.</param>
public sealed class RemoteCheckStore(RemoteConnection server, InstallationId installation) : ICheckStore
{
    /// <inheritdoc/>
    public InstallationId Installation => installation;

    /// <inheritdoc/>
    public async Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) =>
        (await TellAsync(server.ReadAsync("time", RemoteJson.Default.StoreClock, cancellationToken), isWrite: false)).Now;

    /// <inheritdoc/>
    public async Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken)
    {
        try
        {
            return (await TellAsync(
                server.ReadAsync($"groups/{group}", RemoteJson.Default.FoundGroups, cancellationToken),
                isWrite: false)).Groups.SingleOrDefault();
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<Template?> FindTemplateAsync(GroupId group, TemplateId template, CancellationToken cancellationToken)
    {
        try
        {
            return (await TellAsync(
                server.ReadAsync($"groups/{group}/templates/{template}", RemoteJson.Default.FoundTemplate, cancellationToken),
                isWrite: false)).Template;
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return (await TellAsync(
            server.ReadAsync(RemoteConnection.PathOf(sweep), RemoteJson.Default.FoundGroups, cancellationToken), isWrite: false)).Groups;
    }

    /// <inheritdoc/>
    public async Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            return (await TellAsync(
                server.WriteAsync(
                    $"groups/{group}/lease/take",
                    new(holder, expectedFence, now, duration),
                    RemoteJson.Default.LeaseTaking,
                    RemoteJson.Default.LeaseAnswer,
                    cancellationToken),
                isWrite: true)).Lease;
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return (await TellLeasedAsync(server.WriteAsync(
            $"groups/{lease.Group}/lease/renew",
            new(lease, now, duration),
            RemoteJson.Default.LeaseRenewal,
            RemoteJson.Default.LeaseAnswer,
            cancellationToken)))
            .Lease ?? throw new StoreException(StoreErrorKind.Fenced, $"the lease of group {lease.Group} is another's");
    }

    /// <inheritdoc/>
    public async Task<SpendGrant?> ReserveSpendAsync(
        GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return (await TellLeasedAsync(server.WriteAsync(
            $"groups/{lease.Group}/spend",
            new(lease, held, wanted),
            RemoteJson.Default.SpendReserving,
            RemoteJson.Default.SpendAnswer,
            cancellationToken)))
            .Grant;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        RecordAsync(lease, record, releases: false, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        RecordAsync(lease, record, releases: true, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Many go in several requests: those before one that failed are written.</remarks>
    public async Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken)
    {
        if (sweep is not null)
        {
            throw new ArgumentException("whoever checks elsewhere holds no sweep's lease", nameof(sweep));
        }

        foreach (var record in records)
        {
            record.EnsureOneGroup(record.State.Group);
        }

        var kept = ImmutableArray.CreateBuilder<Activity>();
        foreach (var some in records.Chunk(RemoteProtocol.IdleRecordsMax))
        {
            kept.AddRange((await TellAsync(
                server.WriteAsync(
                    "idle", new([.. some]), RemoteJson.Default.IdleRecords, RemoteJson.Default.KeptActivities, cancellationToken),
                isWrite: true)).Activities);
        }

        return kept.DrainToImmutable();
    }

    private async Task<ImmutableArray<Activity>> RecordAsync(
        GroupLease lease, CheckRecord record, bool releases, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(record);
        record.EnsureOneGroup(lease.Group);
        return (await TellLeasedAsync(server.WriteAsync(
            $"groups/{lease.Group}/record",
            new(lease, record, releases),
            RemoteJson.Default.LeasedRecord,
            RemoteJson.Default.KeptActivities,
            cancellationToken)))
            .Activities;
    }

    /// <summary>Of a group that is not there, or that this program may no longer check, nobody here holds the lease.</summary>
    private static async Task<T> TellLeasedAsync<T>(Task<T> asked)
    {
        try
        {
            return await TellAsync(asked, isWrite: true);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw new StoreException(StoreErrorKind.Fenced, error.Message, error);
        }
    }

    private static async Task<T> TellAsync<T>(Task<T> asked, bool isWrite)
    {
        try
        {
            return await asked;
        }
        catch (RemoteException error)
        {
            throw new StoreException(KindOf(error, isWrite), error.Message, error);
        }
    }

    private static StoreErrorKind KindOf(RemoteException error, bool isWrite) => error.Kind switch
    {
        RemoteErrorKind.Unreachable => StoreErrorKind.Unavailable,
        RemoteErrorKind.Unanswered => isWrite ? StoreErrorKind.Ambiguous : StoreErrorKind.Unavailable,
        RemoteErrorKind.NotFound => StoreErrorKind.NotFound,
        RemoteErrorKind.Unauthorized => StoreErrorKind.Unusable,
        _ => error.Code switch
        {
            RemoteProtocol.Fenced => StoreErrorKind.Fenced,
            RemoteProtocol.Paused => StoreErrorKind.Paused,
            "store_unavailable" => StoreErrorKind.Unavailable,
            "store_ambiguous" or "stopping" or "internal" => isWrite ? StoreErrorKind.Ambiguous : StoreErrorKind.Unavailable,
            "store_full" => StoreErrorKind.Full,
            _ => StoreErrorKind.Unusable,
        },
    };
}
