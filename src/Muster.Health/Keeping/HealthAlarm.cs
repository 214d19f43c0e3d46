using Muster.Core;

namespace Muster.Health.Keeping;

/// <summary>Wakes the one loop that waits at a time or at a ring, whichever comes first.</summary>
internal sealed class HealthAlarm : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiter;
    private bool _rung;

    public HealthAlarm(TimeProvider timeProvider) =>
        _timer = timeProvider.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes it; one that does not wait now will not wait next.</summary>
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

    /// <summary>Returns after a wait, or at a ring; at once if it rang since the last wait.</summary>
    public Task WaitAsync(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_rung || wait <= TimeSpan.Zero)
            {
                _rung = false;
                return Task.CompletedTask;
            }

            _waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _timer.Change(TimerSpan.Of(wait), Timeout.InfiniteTimeSpan);
            return _waiter.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
