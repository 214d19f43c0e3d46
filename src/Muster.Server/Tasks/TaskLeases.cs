using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Authentication;

namespace Muster.Server.Tasks;

/// <summary>
/// The leases of groups that were given to bearers of tokens: one whose bearer is not welcome any more ends at once, so that the group
/// waits for nobody who may do nothing for it.
/// </summary>
/// <param name="store">Where leases are.</param>
/// <param name="timeProvider">The store's clock.</param>
internal sealed class TaskLeases(ILeaseEnder store, TimeProvider timeProvider) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<GroupId, Held> _held = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Watches over a lease that was just given.</summary>
    public void Given(CallerWatch watch, Caller? caller, GroupLease lease)
    {
        if (caller?.Token is not null)
        {
            var mine = new Held(lease);
            _held[lease.Group] = mine;
            mine.Watching = WatchAsync(watch, caller, mine);
        }
    }

    /// <summary>A lease lasts longer.</summary>
    public void Renewed(GroupLease lease)
    {
        if (_held.TryGetValue(lease.Group, out var known) && known.Lease.Fence == lease.Fence)
        {
            known.Lease = lease;
        }
    }

    /// <summary>A lease was given back.</summary>
    public void Released(GroupLease lease)
    {
        if (_held.TryGetValue(lease.Group, out var known) && known.Lease.Fence == lease.Fence)
        {
            _held.TryRemove(KeyValuePair.Create(lease.Group, known));
            known.Over.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_held.Values.Select(each => each.Watching));
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task WatchAsync(CallerWatch watch, Caller caller, Held mine)
    {
        await using var welcome = watch.Begin(caller);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(welcome.Ended, _stop.Token);
        while (!ending.IsCancellationRequested && mine.Lease.EndsAt - timeProvider.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            await Task.WhenAny(mine.Over.Task, Task.Delay(left, timeProvider, enough.Token));
            await enough.CancelAsync();
            if (mine.Over.Task.IsCompleted)
            {
                return;
            }
        }

        _held.TryRemove(KeyValuePair.Create(mine.Lease.Group, mine));
        if (welcome.Ended.IsCancellationRequested)
        {
            await EndAsync(mine.Lease);
        }
    }

    private async Task EndAsync(GroupLease lease)
    {
        try
        {
            await store.ReleaseLeaseAsync(lease, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The store is away: it runs out by itself, as after a crash.
        }
    }

    private sealed class Held(GroupLease lease)
    {
        private GroupLease _current = lease;

        public GroupLease Lease
        {
            get => Volatile.Read(ref _current);
            set => Volatile.Write(ref _current, value);
        }

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Watching { get; set; } = Task.CompletedTask;
    }
}
