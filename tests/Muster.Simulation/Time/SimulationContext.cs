namespace Muster.Simulation.Time;

/// <summary>Where the continuations of one simulated process run: on the loop's thread, one at a time, until it is killed.</summary>
/// <remarks>
/// A killed context drops everything that is posted to it, as the memory of a dead process is gone; a paused one holds it back,
/// as a process that is swapped out, or a virtual machine that is being moved.
/// </remarks>
public sealed class SimulationContext : SynchronizationContext
{
    private readonly SimulationLoop loop;
    private readonly List<SimulationWork> held = [];
    private int stepsLeft = -1;
    private Action? whenStepsAreDone;

    internal SimulationContext(SimulationLoop loop, string name)
    {
        this.loop = loop;
        Name = name;
    }

    /// <summary>For the trace.</summary>
    public string Name { get; }

    /// <summary>Whether it was killed.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether what is posted waits.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Continuations run so far.</summary>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(this, d, state);

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("nothing under simulation may block on another context");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Drops what waits here and all that will be posted.</summary>
    public void Kill()
    {
        IsDead = true;
        held.Clear();
        whenStepsAreDone = null;
    }

    /// <summary>Holds back what is posted from now on.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Runs what was held back, and goes on.</summary>
    public void Resume()
    {
        IsPaused = false;
        foreach (var work in held)
        {
            loop.Post(this, work.Callback, work.State);
        }

        held.Clear();
    }

    /// <summary>
    /// Calls <paramref name="action"/> right after that many more continuations: between two steps of the process, wherever that is.
    /// </summary>
    public void AfterSteps(int count, Action action)
    {
        stepsLeft = count;
        whenStepsAreDone = action;
    }

    internal void Hold(in SimulationWork work) => held.Add(work);

    internal void CountStep()
    {
        Steps++;
        if (whenStepsAreDone is { } action && --stepsLeft <= 0)
        {
            whenStepsAreDone = null;
            action();
        }
    }
}
