namespace Muster.Core.Pulsing;

/// <summary>Wakes one waiter at a time or at a ring, whichever comes first.</summary>
internal sealed class Alarm : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiter;
    private bool _rung;

    public Alarm(TimeProvider timeProvider) =>
        _timer = timeProvider.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Ring()
    {
        TaskCompletionSource? woken;
        lock (_gate)
        {
            (woken, _waiter) = (_waiter, null);
            _rung = woken is null;
        }

        woken?.SetResult();
    }

    /// <summary>
    /// Returns after <paramref name="delay"/> (or <see cref="TimerSpan.Longest"/>, where that is less), or at a ring; at once if it rang
    /// since the last wait.
    /// </summary>
    public Task WaitAsync(TimeSpan delay)
    {
        lock (_gate)
        {
            if (_rung || delay <= TimeSpan.Zero)
            {
                _rung = false;
                return Task.CompletedTask;
            }

            _waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _timer.Change(TimerSpan.Of(delay), Timeout.InfiniteTimeSpan);
            return _waiter.Task;
        }
    }

    public void Dispose() => _timer.Dispose();
}
