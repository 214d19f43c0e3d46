namespace Muster.Simulation.Time;

/// <summary>Where the continuations of one simulated process run: on the loop's thread, one at a time, until it is killed.</summary>
/// <remarks>
/// A killed context drops everything that is posted to it, as the memory of a dead process is gone; a paused one holds it back,
/// as a process that is swapped out, or a virtual machine that is being moved.
/// </remarks>
public sealed class SimulationContext : SynchronizationContext
{
    private readonly SimulationLoop _loop;
    private readonly List<SimulationWork> _held = [];
    private int _stepsLeft = -1;
    private Action? _whenStepsAreDone;

    internal SimulationContext(SimulationLoop loop, string name)
    {
        _loop = loop;
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
    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(this, d, state);

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("nothing under simulation may block on another context");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Drops what waits here and all that will be posted.</summary>
    public void Kill()
    {
        IsDead = true;
        _held.Clear();
        _whenStepsAreDone = null;
    }

    /// <summary>Holds back what is posted from now on.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Runs what was held back, and goes on.</summary>
    public void Resume()
    {
        IsPaused = false;
        foreach (var work in _held)
        {
            _loop.Post(this, work.Callback, work.State);
        }

        _held.Clear();
    }

    /// <summary>
    /// Calls <paramref name="action"/> right after that many more continuations: between two steps of the process, wherever that is.
    /// </summary>
    public void AfterSteps(int count, Action action)
    {
        _stepsLeft = count;
        _whenStepsAreDone = action;
    }

    internal void Hold(in SimulationWork work) => _held.Add(work);

    internal void CountStep()
    {
        Steps++;
        if (_whenStepsAreDone is { } action && --_stepsLeft <= 0)
        {
            _whenStepsAreDone = null;
            action();
        }
    }
}
