using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>Hints on their way to one who watches.</summary>
/// <param name="installation">Whose instances they are about.</param>
internal sealed class HintStream(InstallationId installation)
{
    // What a real stream would buffer before it drops: a hint is harmless to lose, memory is not.
    private const int HintsMax = 1024;

    private readonly Lock gate = new();
    private readonly Queue<CloudChange> hints = new();
    private TaskCompletionSource? waiter;
    private CloudException? end;

    public InstallationId Installation => installation;

    public void Offer(CloudChange hint)
    {
        lock (gate)
        {
            if (hints.Count < HintsMax)
            {
                hints.Enqueue(hint);
            }
        }

        WakeUp();
    }

    public void Break(CloudException reason)
    {
        lock (gate)
        {
            end = reason;
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
            lock (gate)
            {
                // Asked inside the gate: a cancellation either is seen here or wakes the waiter made here.
                cancellationToken.ThrowIfCancellationRequested();
                if (hints.TryDequeue(out var hint))
                {
                    return hint;
                }

                if (end is not null)
                {
                    throw new CloudException(end.Kind, end.Message);
                }

                waiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                news = waiter.Task;
            }

            await news;
        }
    }

    private void WakeUp()
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            (woken, waiter) = (waiter, null);
        }

        woken?.TrySetResult();
    }
}
