using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>Hints on their way to one who watches.</summary>
/// <param name="installation">Whose instances they are about.</param>
internal sealed class HintStream(InstallationId installation)
{
    // What a real stream would buffer before it drops: a hint is harmless to lose, memory is not.
    private const int HintsMax = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<CloudChange> _hints = new();
    private TaskCompletionSource? _waiter;
    private CloudException? _end;

    public InstallationId Installation => installation;

    public void Offer(CloudChange hint)
    {
        lock (_gate)
        {
            if (_hints.Count < HintsMax)
            {
                _hints.Enqueue(hint);
            }
        }

        WakeUp();
    }

    public void Break(CloudException reason)
    {
        lock (_gate)
        {
            _end = reason;
        }

        WakeUp();
    }

    public async Task<CloudChange> NextAsync(CancellationToken cancellationToken)
    {
        // Not news.WaitAsync(cancellationToken): its continuation would run on the thread pool, out of the simulation.
        using var leave = cancellationToken.Register(WakeUp);
        while (true)
        {
            Task news;
            lock (_gate)
            {
                // Asked inside the gate: a cancellation either is seen here or wakes the waiter made here.
                cancellationToken.ThrowIfCancellationRequested();
                if (_hints.TryDequeue(out var hint))
                {
                    return hint;
                }

                if (_end is not null)
                {
                    throw new CloudException(_end.Kind, _end.Message);
                }

                _waiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                news = _waiter.Task;
            }

            await news;
        }
    }

    private void WakeUp()
    {
        TaskCompletionSource? woken;
        lock (_gate)
        {
            (woken, _waiter) = (_waiter, null);
        }

        woken?.TrySetResult();
    }
}
