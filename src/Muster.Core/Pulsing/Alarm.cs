namespace Muster.Core.Pulsing;

/// <summary>Wakes one waiter at a time or at a ring, whichever comes first.</summary>
internal sealed class Alarm : IDisposable
{
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private TaskCompletionSource? waiter;
    private bool rung;

    public Alarm(TimeProvider time) =>
        timer = time.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Ring()
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            (woken, waiter) = (waiter, null);
            rung = woken is null;
        }

        woken?.SetResult();
    }

    /// <summary>Returns after <paramref name="delay"/> (or <see cref="TimerSpan.Longest"/>, where that is less), or at a ring; at once if it rang since the last wait.</summary>
    public Task WaitAsync(TimeSpan delay)
    {
        lock (gate)
        {
            if (rung || delay <= TimeSpan.Zero)
            {
                rung = false;
                return Task.CompletedTask;
            }

            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            timer.Change(TimerSpan.Of(delay), Timeout.InfiniteTimeSpan);
            return waiter.Task;
        }
    }

    public void Dispose() => timer.Dispose();
}
