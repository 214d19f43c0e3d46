namespace Muster.Core.Pulsing;

/// <summary>Owns tasks that nobody awaits one by one, so that a stop can await them all.</summary>
internal sealed class TaskTracker
{
    private readonly Lock gate = new();

    // Guarded by the gate.
    private int running;
    private Exception? failure;
    private TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts and owns a task. It handles its own failures: one that gets out is a bug, and the stop throws it.</summary>
    public void Run(Func<Task> start)
    {
        lock (gate)
        {
            running++;
        }

        _ = OwnAsync(start);
    }

    /// <summary>Ends when none runs, those included that a running one starts.</summary>
    public Task WhenIdleAsync()
    {
        lock (gate)
        {
            return running > 0 ? idle.Task
                : failure is not null ? Task.FromException(failure)
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
            lock (gate)
            {
                failure ??= error;
            }
        }
        finally
        {
            lock (gate)
            {
                if (--running == 0)
                {
                    if (failure is null)
                    {
                        idle.SetResult();
                    }
                    else
                    {
                        idle.SetException(failure);
                        _ = idle.Task.Exception;
                    }

                    idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }
}
