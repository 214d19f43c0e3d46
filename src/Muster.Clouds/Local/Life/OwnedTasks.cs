using System.Collections.Concurrent;

namespace Muster.Clouds.Local.Life;

/// <summary>Work that outlives the call that started it, with an owner who waits for it.</summary>
internal sealed class OwnedTasks : IDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts work. Its failure is its own to handle, or that of whoever awaits the returned task.</summary>
    public Task<T> Run<T>(Func<CancellationToken, Task<T>> work)
    {
        var task = Task.Run(() => work(_stop.Token), CancellationToken.None);
        _running.TryAdd(task, 0);
        task.ContinueWith(
            done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    /// <inheritdoc cref="Run{T}"/>
    public Task Run(Func<CancellationToken, Task> work) => Run(async cancellationToken =>
    {
        await work(cancellationToken);
        return true;
    });

    /// <summary>Waits until nothing runs; cancels what still does after <paramref name="patience"/>.</summary>
    public async Task DrainAsync(TimeSpan patience, TimeProvider clock)
    {
        _stop.Token.ThrowIfCancellationRequested();
        using var over = new CancellationTokenSource(patience, clock);
        await using var cancelling = over.Token.Register(_stop.Cancel);
        while (!_running.IsEmpty)
        {
            await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }
    }

    public void Dispose() => _stop.Dispose();
}
