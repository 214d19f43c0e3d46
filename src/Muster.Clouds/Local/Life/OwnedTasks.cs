namespace Muster.Clouds.Local.Life;

/// <summary>Work that outlives the call that started it, with an owner who waits for it.</summary>
internal sealed class OwnedTasks : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // Under the gate.
    private readonly HashSet<Task> _running = [];
    private bool _closed;

    /// <summary>
    /// Starts work, which gets a token that says when patience is over. Its failure is for whoever awaits the returned task.
    /// </summary>
    /// <returns>Null once the owner only waits for what runs.</returns>
    public Task<T>? TryRun<T>(Func<CancellationToken, Task<T>> work)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            var task = Task.Run(() => work(_stop.Token), CancellationToken.None);
            _running.Add(task);
            task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return task;
        }
    }

    /// <inheritdoc cref="TryRun{T}"/>
    public Task? TryRun(Func<CancellationToken, Task> work) => TryRun(async cancellationToken =>
    {
        await work(cancellationToken);
        return true;
    });

    /// <summary>Takes no more work and waits until nothing runs; cancels what still does after <paramref name="patience"/>.</summary>
    public async Task DrainAsync(TimeSpan patience, TimeProvider clock)
    {
        using var over = new CancellationTokenSource(patience, clock);
        await using var cancelling = over.Token.Register(_stop.Cancel);
        for (var running = Close(); running.Length > 0; running = Close())
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }
    }

    public void Dispose() => _stop.Dispose();

    private Task[] Close()
    {
        lock (_gate)
        {
            _closed = true;
            return [.. _running];
        }
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
