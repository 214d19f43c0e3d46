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
internal sealed class CheckJournal(ICheckStore store, GroupLease lease, GroupState state, IRandomSource random)
{
    private readonly Lock _gate = new();
    private readonly ImmutableArray<Activity>.Builder _recorded = ImmutableArray.CreateBuilder<Activity>();

    // Guarded by the gate.
    private GroupState _current = state;
    private Batch _next = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>The state as it will be written next.</summary>
    public GroupState State
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Every activity written, as kept by the store.</summary>
    public ImmutableArray<Activity> Recorded
    {
        get
        {
            lock (_gate)
            {
                return _recorded.ToImmutable();
            }
        }
    }

    /// <summary>Adds to the next write and starts it; the task ends when that write has.</summary>
    /// <param name="launches">New or changed ones.</param>
    /// <param name="activities">What the audit trail learns.</param>
    /// <param name="change">What changes in the state.</param>
    /// <param name="abandoned">
    /// What is so when the write fails: nobody acts on it then, whether the store has it or not. It goes with the next write, if there is
    /// one. Null when there is nothing to take back.
    /// </param>
    /// <exception cref="StoreException">It was not written; nothing that depends on it may be done.</exception>
    public Task WriteAsync(
        ImmutableArray<Launch> launches,
        ImmutableArray<Activity> activities,
        Func<GroupState, GroupState> change,
        Abandonment? abandoned = null)
    {
        lock (_gate)
        {
            _next.Intents.Add(launches, activities);
            if (abandoned is not null)
            {
                _next.Abandoned.Add(abandoned);
            }

            _current = change(_current);
            return Start_NeedsGate();
        }
    }

    /// <summary>
    /// Adds to the next write without waiting for it. If that write fails, the outcome goes with the one after it, the end of the
    /// check at the latest; if that fails too, the intent stands, and the next check finds out what became of it.
    /// </summary>
    public void Post(ImmutableArray<Launch> launches, ImmutableArray<Activity> activities, Func<GroupState, GroupState> change)
    {
        lock (_gate)
        {
            _next.Outcomes.Add(launches, activities);
            _current = change(_current);
            _ = Start_NeedsGate();
        }
    }

    /// <summary>Adds outcomes to the next write without starting one.</summary>
    public void Keep(ImmutableArray<Launch> launches, ImmutableArray<Activity> activities)
    {
        lock (_gate)
        {
            _next.Outcomes.Add(launches, activities);
        }
    }

    /// <summary>Ends when nothing is on its way to the store any more, whatever became of it.</summary>
    public async Task DrainAsync()
    {
        Task last;
        lock (_gate)
        {
            last = _writing;
        }

        await last;
    }

    /// <summary>Writes the end of the check and gives the lease back.</summary>
    /// <exception cref="StoreException">It was not written; the lease runs out by itself.</exception>
    public async Task CloseAsync(ImmutableArray<Activity> activities, GroupState final, DateTimeOffset? archivedAt)
    {
        await DrainAsync();
        Batch rest;
        lock (_gate)
        {
            (rest, _next) = (_next, new());
            _current = final;
        }

        var kept = await store.RecordAndReleaseAsync(
            lease,
            new()
            {
                State = final,
                Launches = rest.Launches,
                Activities = [.. rest.Activities, .. activities],
                ArchivedAt = archivedAt,
            },
            CancellationToken.None);
        lock (_gate)
        {
            _recorded.AddRange(kept);
        }
    }

    private Task Start_NeedsGate()
    {
        _next.IsDue = true;
        var mine = _next;
        if (_writing.IsCompleted)
        {
            _writing = WriteBatchesAsync();
        }

        return mine.Written.Task;
    }

    /// <summary>Ends when nothing is due; a failed batch tells those who wait for it, not the others.</summary>
    private async Task WriteBatchesAsync()
    {
        // Lets those who are about to add something do so: the first write would else always go alone.
        await Task.Yield();
        while (true)
        {
            Batch batch;
            GroupState written;
            lock (_gate)
            {
                if (!_next.IsDue)
                {
                    _writing = Task.CompletedTask;
                    return;
                }

                (batch, _next) = (_next, new());
                written = _current;
            }

            try
            {
                // Not cancellable: once begun, the outcome must be known.
                var kept = await store.RecordAsync(
                    lease,
                    new() { State = written, Launches = batch.Launches, Activities = batch.Activities },
                    CancellationToken.None);
                lock (_gate)
                {
                    _recorded.AddRange(kept);
                }

                batch.Written.SetResult();
            }
            catch (StoreException error)
            {
                lock (_gate)
                {
                    // The state says already that they are told, so they must be. An intent goes no further: nobody acts on it.
                    // Told under new ids: where the write came through and its answer did not, told twice is better than refused.
                    _next.Outcomes.AddFirst(batch.Outcomes, () => new(random.NextId()));

                    // All of the batch together, with the state: one taken back without the other would be written so.
                    foreach (var abandoned in batch.Abandoned)
                    {
                        _next.Outcomes.Add([abandoned.Launch], []);
                        _current = abandoned.Change(_current);
                    }
                }

                batch.Written.SetException(error);

                // Read, so that a batch which only held outcomes is no unobserved exception.
                _ = batch.Written.Task.Exception;
            }
        }
    }

    private sealed class Batch
    {
        /// <summary>Somebody waits for these before acting.</summary>
        public Entries Intents { get; } = new();

        /// <summary>What is so of the intents when they cannot be written.</summary>
        public List<Abandonment> Abandoned { get; } = [];

        /// <summary>These have happened.</summary>
        public Entries Outcomes { get; } = new();

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether it is to be written as soon as can be: what is left from a failed write waits for company.</summary>
        public bool IsDue { get; set; }

        public ImmutableArray<Activity> Activities => [.. Intents.Activities, .. Outcomes.Activities];

        /// <summary>Each launch once, as it was last: an outcome is later than its intent.</summary>
        public ImmutableArray<Launch> Launches =>
            [.. Intents.Launches.Concat(Outcomes.Launches).Reverse().DistinctBy(launch => launch.Id).Reverse()];
    }

    private sealed class Entries
    {
        public List<Launch> Launches { get; } = [];

        public List<Activity> Activities { get; } = [];

        public void Add(ImmutableArray<Launch> launches, ImmutableArray<Activity> activities)
        {
            Launches.AddRange(launches);
            Activities.AddRange(activities);
        }

        public void AddFirst(Entries earlier, Func<ActivityId> makeId)
        {
            Launches.InsertRange(0, earlier.Launches);
            Activities.InsertRange(0, earlier.Activities.Select(activity => activity with { Id = makeId() }));
        }
    }
}
