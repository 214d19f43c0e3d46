using Muster.Core;

namespace Muster.Nomad.Reconciling;

/// <summary>Groups that are to be checked at once, and when: those that arrive meanwhile melt into one, and none is handed out twice at a time.</summary>
internal sealed class HurryQueue(TimeProvider time)
{
    private readonly Lock gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, Entry> entries = [];
    private readonly HashSet<GroupId> taken = [];
    private TaskCompletionSource rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Groups that wait or are being followed.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Keys.Union(taken).Count();
            }
        }
    }

    /// <summary>Puts a group in, due now: a change counts more than a wait.</summary>
    public void Add(GroupId group) => Add(group, TimeSpan.Zero);

    /// <summary>Puts a group in, due after a wait, whenever it was due before.</summary>
    public void Add(GroupId group, TimeSpan wait)
    {
        lock (gate)
        {
            entries[group] = new(time.GetUtcNow() + wait, Attempts: 0);
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
            lock (gate)
            {
                var now = time.GetUtcNow();
                var (group, entry) = entries
                    .Where(pair => !taken.Contains(pair.Key))
                    .OrderBy(pair => pair.Value.DueAt)
                    .ThenBy(pair => pair.Key.Value)
                    .FirstOrDefault();
                if (entry is not null && entry.DueAt <= now)
                {
                    entries.Remove(group);
                    taken.Add(group);
                    return (group, entry.Attempts);
                }

                ring = rung.Task;
                wait = entry is null ? Timeout.InfiniteTimeSpan : entry.DueAt - now;
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(ring, Task.Delay(wait == Timeout.InfiniteTimeSpan ? wait : TimerSpan.Of(wait), time, stop.Token));
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A group that was handed out is done with, or is due again later unless it was put in meanwhile.</summary>
    public void Return(GroupId group, TimeSpan? againIn, int attempts)
    {
        lock (gate)
        {
            taken.Remove(group);
            if (againIn is { } wait && !entries.ContainsKey(group))
            {
                entries[group] = new(time.GetUtcNow() + wait, attempts);
            }
        }

        Ring();
    }

    private void Ring()
    {
        TaskCompletionSource told;
        lock (gate)
        {
            (told, rung) = (rung, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
    }

    private sealed record Entry(DateTimeOffset DueAt, int Attempts);
}
