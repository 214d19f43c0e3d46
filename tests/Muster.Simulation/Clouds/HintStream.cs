using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>Hints on their way to one who watches.</summary>
internal sealed class HintStream
{
    // What a real stream would buffer before it drops: a hint is harmless to lose, memory is not.
    private const int HintsMax = 1024;

    private readonly Lock gate = new();
    private readonly Queue<CloudChange> hints = new();
    private TaskCompletionSource? waiter;
    private CloudException? end;

    public void Offer(CloudChange hint)
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            if (hints.Count < HintsMax)
            {
                hints.Enqueue(hint);
            }

            (woken, waiter) = (waiter, null);
        }

        woken?.TrySetResult();
    }

    public void Break(CloudException reason)
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            end = reason;
            (woken, waiter) = (waiter, null);
        }

        woken?.TrySetResult();
    }

    public async Task<CloudChange> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (gate)
            {
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

            await news.WaitAsync(cancellationToken);
        }
    }
}
