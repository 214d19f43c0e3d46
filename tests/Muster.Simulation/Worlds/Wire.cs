using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>
/// Between a process and the world outside it: a call that has left happens, whatever becomes of its caller; an answer that
/// arrives at a dead process is lost, and at a paused one waits.
/// </summary>
internal sealed class Wire(SimulationLoop loop, SimulationContext home, Referee referee)
{
    /// <summary>The process's name.</summary>
    public string Process => home.Name;

    /// <summary>The true time.</summary>
    public TimeSpan Now => loop.Now;

    /// <summary>Every call to the world begins with this: it is made on the loop's thread, by this process.</summary>
    /// <exception cref="SimulationStuckException">It is made on another thread, where nothing of the world may be touched.</exception>
    public void EnsureHome()
    {
        loop.EnsureHere();
        if (SynchronizationContext.Current != home)
        {
            referee.Violate($"{home.Name} calls from outside its context: ConfigureAwait(false)?");
        }
    }

    /// <summary>Has the call happen outside.</summary>
    public Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Outside.Post(_ => _ = CarryAsync(call, answer), state: null);
        return answer.Task;
    }

    /// <summary>Has the call happen outside.</summary>
    public Task CallAsync(Func<Task> call) => CallAsync(async () =>
    {
        await call();
        return true;
    });

    private static async Task CarryAsync<T>(Func<Task<T>> call, TaskCompletionSource<T> answer)
    {
        try
        {
            answer.SetResult(await call());
        }
        catch (OperationCanceledException cancelled)
        {
            answer.SetCanceled(cancelled.CancellationToken);
        }
        catch (Exception error)
        {
            answer.SetException(error);
        }
    }
}
