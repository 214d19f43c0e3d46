using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Writes down what a check is about to do and what came of it. What is added while a write is under way goes into the next one
/// together, so that ten launches in flight cost about one write each and not two. Safe to share.
/// </summary>
internal sealed class CheckJournal(IStore store, GroupLease lease, GroupState state)
{
    private readonly Lock gate = new();
    private readonly ImmutableArray<Activity>.Builder recorded = ImmutableArray.CreateBuilder<Activity>();

    // Guarded by the gate.
    private GroupState current = state;
    private Batch next = new();
    private Task writing = Task.CompletedTask;

    /// <summary>The state as it will be written next.</summary>
    public GroupState State
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    /// <summary>Every activity written, as kept by the store.</summary>
    public ImmutableArray<Activity> Recorded
    {
        get
        {
            lock (gate)
            {
                return recorded.ToImmutable();
            }
        }
    }

    /// <summary>Adds to the next write and starts it; the task ends when that write has.</summary>
    /// <exception cref="StoreException">It was not written; nothing that depends on it may be done.</exception>
    public Task WriteAsync(
        ImmutableArray<Launch> launches, ImmutableArray<Activity> activities, Func<GroupState, GroupState> change)
    {
        lock (gate)
        {
            next.Launches.AddRange(launches);
            next.Activities.AddRange(activities);
            next.IsEmpty = false;
            current = change(current);
            var mine = next;
            if (writing.IsCompleted)
            {
                writing = WriteBatchesAsync();
            }

            return mine.Written.Task;
        }
    }

    /// <summary>
    /// Adds to the next write without waiting for it. If that write fails, the outcome is lost and the intent stands: the next
    /// check finds out what became of it.
    /// </summary>
    public void Post(ImmutableArray<Launch> launches, ImmutableArray<Activity> activities, Func<GroupState, GroupState> change)
    {
        _ = WriteAsync(launches, activities, change);
    }

    /// <summary>Writes the end of the check and gives the lease back.</summary>
    /// <exception cref="StoreException">It was not written; the lease runs out by itself.</exception>
    public async Task CloseAsync(ImmutableArray<Activity> activities, GroupState final, DateTimeOffset? archivedAt)
    {
        Task last;
        lock (gate)
        {
            last = writing;
        }

        await last;
        Batch rest;
        lock (gate)
        {
            (rest, next) = (next, new());
            current = final;
        }

        var kept = await store.RecordAndReleaseAsync(
            lease,
            new()
            {
                State = final,
                Launches = rest.LatestLaunches(),
                Activities = [.. rest.Activities, .. activities],
                ArchivedAt = archivedAt,
            },
            CancellationToken.None);
        lock (gate)
        {
            recorded.AddRange(kept);
        }
    }

    /// <summary>Ends when nothing is left to write; a failed batch tells those who wait for it, not the others.</summary>
    private async Task WriteBatchesAsync()
    {
        // Lets those who are about to add something do so: the first write would else always go alone.
        await Task.Yield();
        while (true)
        {
            Batch batch;
            GroupState written;
            lock (gate)
            {
                if (next.IsEmpty)
                {
                    writing = Task.CompletedTask;
                    return;
                }

                (batch, next) = (next, new());
                written = current;
            }

            try
            {
                // Not cancellable: once begun, the outcome must be known.
                var kept = await store.RecordAsync(
                    lease,
                    new() { State = written, Launches = batch.LatestLaunches(), Activities = batch.Activities.ToImmutable() },
                    CancellationToken.None);
                lock (gate)
                {
                    recorded.AddRange(kept);
                }

                batch.Written.SetResult();
            }
            catch (StoreException error)
            {
                batch.Written.SetException(error);

                // Read, so that a batch which only held outcomes is no unobserved exception: the end of the check fails as well
                // if the store still does.
                _ = batch.Written.Task.Exception;
            }
        }
    }

    private sealed class Batch
    {
        public ImmutableArray<Launch>.Builder Launches { get; } = ImmutableArray.CreateBuilder<Launch>();

        public ImmutableArray<Activity>.Builder Activities { get; } = ImmutableArray.CreateBuilder<Activity>();

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsEmpty { get; set; } = true;

        /// <summary>Each launch once, as it was last.</summary>
        public ImmutableArray<Launch> LatestLaunches() =>
            [.. Enumerable.Reverse(Launches).DistinctBy(launch => launch.Id).Reverse()];
    }
}
