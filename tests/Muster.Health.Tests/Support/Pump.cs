using System.Collections.Concurrent;

namespace Muster.Health.Tests.Support;

/// <summary>Runs what is to go on, one after the other and on the test's own thread, so that a test knows when nothing is left.</summary>
internal sealed class Pump : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = [];

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    /// <summary>Starts something here.</summary>
    public Task Start(Func<Task> start) => Within(start);

    /// <summary>Runs all that is there, and what comes of it.</summary>
    public void Run() => Within(() =>
    {
        while (_posted.TryDequeue(out var next))
        {
            next.Callback(next.State);
        }

        return true;
    });

    private T Within<T>(Func<T> run)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            return run();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
