using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>The lanes of this process, one an account, made when first used; and whose each group is.</summary>
/// <param name="database">Where they lead.</param>
/// <param name="random">Names writers and batches.</param>
internal sealed class LaneSet(Database database, IRandomSource random) : IAsyncDisposable
{
    /// <summary>
    /// Owners remembered, since they never change; about 100 bytes each. Beyond it, all are forgotten and asked for anew.
    /// </summary>
    private const int OwnersMax = 200_000;

    private readonly Guid _writer = random.NextId();
    private readonly SemaphoreSlim _largeTurn = new(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<AccountId, Lane> _lanes = [];
    private readonly ConcurrentDictionary<GroupId, AccountId> _owners = new();
    private bool _disposed;

    /// <summary>Writes through the lane of an account.</summary>
    public async Task<ImmutableArray<Activity>> WriteAsync(AccountId account, LaneWrite write, CancellationToken cancellationToken)
    {
        await LaneOf(account).EnqueueAsync(write, cancellationToken);
        return await write.Task;
    }

    /// <summary>Whose a group is; null when there is no such group.</summary>
    public async Task<AccountId?> FindOwnerAsync(GroupId group, CancellationToken cancellationToken)
    {
        if (_owners.TryGetValue(group, out var owner))
        {
            return owner;
        }

        var found = await database.ReadAsync((session, token) => GroupTable.FindAccountAsync(session, group, token), cancellationToken);
        if (found is { } account)
        {
            Remember(group, account);
        }

        return found;
    }

    /// <summary>Whose groups are, asked for together; those that there are not are left out.</summary>
    public async Task<IReadOnlyDictionary<GroupId, AccountId>> FindOwnersAsync(
        IReadOnlyCollection<GroupId> groups, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<GroupId, AccountId>(groups.Count);
        var unknown = new List<GroupId>();
        foreach (var group in groups)
        {
            if (_owners.TryGetValue(group, out var owner))
            {
                owners[group] = owner;
            }
            else
            {
                unknown.Add(group);
            }
        }

        if (unknown.Count > 0)
        {
            var found = await database.ReadAsync(
                (session, token) => GroupTable.FindAccountsAsync(session, unknown, token), cancellationToken);
            foreach (var (group, account) in found)
            {
                Remember(group, account);
                owners[group] = account;
            }
        }

        return owners;
    }

    /// <summary>
    /// Writes about many groups outside of any lane, when it is this process's turn for that: what is large is in the way of all else that
    /// is (<see cref="Lane"/>).
    /// </summary>
    public async Task WriteLargeAsync(Func<Session, Task> body, CancellationToken cancellationToken)
    {
        await _largeTurn.WaitAsync(cancellationToken);
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    await body(session);
                    return true;
                },
                cancellationToken);
        }
        finally
        {
            _largeTurn.Release();
        }
    }

    /// <summary>Whose a record's group is; null when there is no such group.</summary>
    public async Task<AccountId?> FindOwnerAsync(CheckRecord record, CancellationToken cancellationToken) =>
        record.Activities is [var activity, ..] ? activity.Account : await FindOwnerAsync(record.State.Group, cancellationToken);

    /// <summary>Finishes what is queued and in flight.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Lane> all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _lanes.Values];
        }

        foreach (var lane in all)
        {
            await lane.DisposeAsync();
        }

        _largeTurn.Dispose();
    }

    private void Remember(GroupId group, AccountId owner)
    {
        if (_owners.Count >= OwnersMax)
        {
            _owners.Clear();
        }

        _owners[group] = owner;
    }

    private Lane LaneOf(AccountId account)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_lanes.TryGetValue(account, out var lane))
            {
                _lanes.Add(account, lane = new Lane(account, _writer, database, random, _largeTurn));
            }

            return lane;
        }
    }
}
