namespace Muster.Simulation.Time;

/// <summary>A timer in virtual time; fires in the context of the process that made it.</summary>
internal sealed class SimulatedTimer(SimulationLoop loop, SimulationContext context, TimerCallback callback, object? state) : ITimer
{
    private static readonly SendOrPostCallback Fire = timer => ((SimulatedTimer)timer!).Run();

    private TimeSpan period = Timeout.InfiniteTimeSpan;
    private bool disposed;

    /// <summary>Counts the settings: an entry in the loop's queue that shows an older number is void.</summary>
    public int Setting { get; private set; }

    public SimulationContext Context => context;

    public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        if (disposed)
        {
            return false;
        }

        Setting++;
        period = newPeriod;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            loop.Schedule(this, dueTime);
        }

        return true;
    }

    public void Dispose()
    {
        disposed = true;
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
        if (period > TimeSpan.Zero)
        {
            Setting++;
            loop.Schedule(this, period);
        }
    }

    private void Run()
    {
        if (!disposed)
        {
            callback(state);
        }
    }
}
