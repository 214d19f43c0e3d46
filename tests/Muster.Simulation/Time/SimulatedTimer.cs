namespace Muster.Simulation.Time;

/// <summary>A timer in virtual time; fires in the context of the process that made it.</summary>
internal sealed class SimulatedTimer(SimulationLoop loop, SimulationContext context, TimerCallback callback, object? state) : ITimer
{
    private static readonly SendOrPostCallback Fire = timer => ((SimulatedTimer)timer!).Run();

    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _disposed;

    /// <summary>Counts the settings: an entry in the loop's queue that shows an older number is void.</summary>
    public int Setting { get; private set; }

    public SimulationContext Context => context;

    public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        if (_disposed)
        {
            return false;
        }

        Setting++;
        _period = newPeriod;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            loop.Schedule(this, dueTime);
        }

        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        Setting++;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void OnDue()
    {
        context.Post(Fire, this);
        if (_period > TimeSpan.Zero)
        {
            Setting++;
            loop.Schedule(this, _period);
        }
    }

    private void Run()
    {
        if (!_disposed)
        {
            callback(state);
        }
    }
}
