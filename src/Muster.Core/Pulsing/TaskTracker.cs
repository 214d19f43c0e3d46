namespace Muster.Core.Pulsing;

/// <summary>Owns tasks that nobody awaits one by one, so that a stop can await them all.</summary>
internal sealed class TaskTracker
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private int _running;
    private Exception? _failure;
    private TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts and owns a task. It handles its own failures: one that gets out is a bug, and the stop throws it.</summary>
    public void Run(Func<Task> start)
    {
        lock (_gate)
        {
            _running++;
        }

        _ = OwnAsync(start);
    }

    /// <summary>Ends when none runs, those included that a running one starts.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _running > 0 ? _idle.Task
                : _failure is not null ? Task.FromException(_failure)
                : Task.CompletedTask;
        }
    }

    private async Task OwnAsync(Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _failure ??= error;
            }
        }
        finally
        {
            lock (_gate)
            {
                if (--_running == 0)
                {
                    if (_failure is null)
                    {
                        _idle.SetResult();
                    }
                    else
                    {
                        _idle.SetException(_failure);
                        _ = _idle.Task.Exception;
                    }

                    _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }
}
