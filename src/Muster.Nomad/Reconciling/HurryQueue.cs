using Muster.Core;

namespace Muster.Nomad.Reconciling;

/// <summary>
/// Groups that are to be checked at once, and when: those that arrive meanwhile melt into one, and none is handed out twice at a time.
/// </summary>
internal sealed class HurryQueue(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, Entry> _entries = [];
    private readonly HashSet<GroupId> _taken = [];
    private TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Groups that wait or are being followed.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Keys.Union(_taken).Count();
            }
        }
    }

    /// <summary>Puts a group in, due now: a change counts more than a wait.</summary>
    public void Add(GroupId group) => Add(group, TimeSpan.Zero);

    /// <summary>Puts groups in, due now.</summary>
    public void Add(IEnumerable<GroupId> groups)
    {
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            foreach (var group in groups)
            {
                _entries[group] = new(now, Attempts: 0);
            }
        }

        Ring();
    }

    /// <summary>Puts a group in, due after a wait, whenever it was due before.</summary>
    public void Add(GroupId group, TimeSpan wait)
    {
        lock (_gate)
        {
            _entries[group] = new(timeProvider.GetUtcNow() + wait, Attempts: 0);
        }

        Ring();
    }

    /// <summary>The next group that is due.</summary>
    /// <exception cref="OperationCanceledException">There will be none.</exception>
    public async Task<(GroupId Group, int Attempts)> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task ring;
            TimeSpan wait;
            lock (_gate)
            {
                var now = timeProvider.GetUtcNow();
                var (group, entry) = _entries
                    .Where(pair => !_taken.Contains(pair.Key))
                    .OrderBy(pair => pair.Value.DueAt)
                    .ThenBy(pair => pair.Key.Value)
                    .FirstOrDefault();
                if (entry is not null && entry.DueAt <= now)
                {
                    _entries.Remove(group);
                    _taken.Add(group);
                    return (group, entry.Attempts);
                }

                ring = _rung.Task;
                wait = entry is null ? Timeout.InfiniteTimeSpan : entry.DueAt - now;
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(ring, Task.Delay(wait == Timeout.InfiniteTimeSpan ? wait : TimerSpan.Of(wait), timeProvider, stop.Token));
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A group that was handed out is done with, or is due again later unless it was put in meanwhile.</summary>
    public void Return(GroupId group, TimeSpan? againIn, int attempts)
    {
        lock (_gate)
        {
            _taken.Remove(group);
            if (againIn is { } wait && !_entries.ContainsKey(group))
            {
                _entries[group] = new(timeProvider.GetUtcNow() + wait, attempts);
            }
        }

        Ring();
    }

    private void Ring()
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            (told, _rung) = (_rung, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
    }

    private sealed record Entry(DateTimeOffset DueAt, int Attempts);
}
