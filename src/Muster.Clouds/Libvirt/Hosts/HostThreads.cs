using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>
/// The few threads on which one host is called: libvirt's calls block, and a host that hangs must hold up neither others nor the threads
/// that everybody shares.
/// </summary>
/// <remarks>They are made when they are needed, up to a number, and end with this. See docs/decisions/0291-threads-of-a-host.md.</remarks>
/// <param name="name">What they are called, for whoever looks at a dump.</param>
/// <param name="count">How many there are at most.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class HostThreads(string name, int count, TimeProvider timeProvider) : IDisposable
{
    /// <summary>Calls that wait for a thread: more than any group launches at once, and few enough to be told soon.</summary>
    private const int WaitingMax = 10_000;

    private readonly object _gate = new();

    // Guarded by the gate.
    private readonly Queue<Action> _waiting = new();
    private int _started, _idle;
    private bool _ended;

    /// <summary>Does something on a thread of the host.</summary>
    /// <param name="work">What; it blocks.</param>
    /// <param name="patience">How long to wait for it, the wait for a thread included.</param>
    /// <param name="late">Why it is given up; told whether it had begun, and so may happen still.</param>
    /// <param name="cancellationToken">Gives it up; what has begun goes on without anybody who waits.</param>
    public async Task<T> RunAsync<T>(
        Func<T> work, TimeSpan patience, Func<bool, CloudException> late, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var state = 0;
        Enqueue(() =>
        {
            if (Interlocked.CompareExchange(ref state, 1, 0) != 0)
            {
                return;
            }

            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                // Whoever waits gets it; a thread of a host survives what was asked of it.
                done.SetException(error);
            }
        });
        try
        {
            return await done.Task.WaitAsync(patience, timeProvider, cancellationToken);
        }
        catch (TimeoutException) when (!done.Task.IsCompleted)
        {
            Forget(done.Task);
            throw late(Interlocked.CompareExchange(ref state, 2, 0) != 0);
        }
        catch (OperationCanceledException) when (!done.Task.IsCompleted)
        {
            Forget(done.Task);
            Interlocked.CompareExchange(ref state, 2, 0);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    // Nobody waits for it any more; its failure is nobody's news, and must not end the process as an unseen one.
    private static void Forget(Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void Enqueue(Action action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (_waiting.Count >= WaitingMax)
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"{name}: {WaitingMax} calls wait for this host already; it hangs, or is far too slow");
            }

            _waiting.Enqueue(action);
            if (_idle > 0)
            {
                Monitor.Pulse(_gate);
            }
            else if (_started < count)
            {
                _started++;
                new Thread(Run) { IsBackground = true, Name = name }.Start();
            }
        }
    }

    private void Run()
    {
        while (Next() is { } action)
        {
            action();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_ended)
                {
                    return null;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return _waiting.Dequeue();
        }
    }
}
