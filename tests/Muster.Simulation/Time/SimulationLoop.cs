using Muster.Simulation.Randomness;

namespace Muster.Simulation.Time;

/// <summary>
/// Runs everything of one world on one thread: what is ready first, in an order that the seed may shuffle; when nothing is, time
/// moves on to the next timer. So a run depends on nothing but its seed.
/// </summary>
public sealed class SimulationLoop
{
    // A world at one instant has some hundred continuations; a million without time moving is a loop that waits for nothing.
    private const int StepsAtOneInstantMax = 1_000_000;

    private const string StrayMessage =
        "something runs on another thread: ConfigureAwait(false), Task.Run or a thread pool timer under simulation";

    private readonly RandomStream? _shuffle;
    private readonly List<SimulationWork> _ready = [];
    private readonly PriorityQueue<Due, (long At, long Sequence)> _timers = new();
    private int _head;
    private int _threadId;
    private long _sequence;
    private int _stepsAtThisInstant;
    private int _strays;

    /// <summary>A loop at time zero.</summary>
    /// <param name="shuffle">The order of what is ready; null for first come, first served.</param>
    public SimulationLoop(RandomStream? shuffle = null)
    {
        _shuffle = shuffle;
        Outside = CreateContext("world");
        OutsideTime = CreateTime(Outside);
    }

    /// <summary>What the calendar says at the beginning.</summary>
    public DateTimeOffset Epoch { get; init; } = SimulatedTime.Epoch;

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Where the world beyond the processes runs: clouds, stores, people, faults. Never paused, never killed.</summary>
    public SimulationContext Outside { get; }

    /// <summary>The true clock.</summary>
    public SimulatedTime OutsideTime { get; }

    /// <summary>Continuations run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>A place for one process to run in.</summary>
    public SimulationContext CreateContext(string name) => new(this, name);

    /// <summary>A clock whose timers fire in that context.</summary>
    public SimulatedTime CreateTime(SimulationContext context) => new(this, context);

    /// <summary>
    /// Runs until <paramref name="main"/>, which runs outside every process, is done, or <paramref name="stop"/> says so after a step.
    /// </summary>
    /// <exception cref="SimulationStuckException">
    /// Nothing can happen any more, nothing but the same happens, or something left this thread.
    /// </exception>
    public void Run(Func<Task> main, Func<bool> stop)
    {
        var previous = SynchronizationContext.Current;
        _threadId = Environment.CurrentManagedThreadId;
        try
        {
            Task? task = null;
            Outside.Post(_ => task = main(), state: null);
            while (task is not { IsCompleted: true })
            {
                Step();
                if (stop())
                {
                    return;
                }
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    /// <summary>Throws when called on another thread than the loop's, and has the loop tell of it as well.</summary>
    internal void EnsureHere()
    {
        if (Environment.CurrentManagedThreadId != _threadId && _threadId != 0)
        {
            Interlocked.Increment(ref _strays);
            throw new SimulationStuckException(StrayMessage);
        }
    }

    internal void Post(SimulationContext context, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _threadId && _threadId != 0)
        {
            // Thrown here it would end the test host; the loop tells it instead.
            Interlocked.Increment(ref _strays);
            return;
        }

        if (!context.IsDead)
        {
            _ready.Add(new(context, callback, state));
        }
    }

    internal void Schedule(SimulatedTimer timer, TimeSpan delay) =>
        _timers.Enqueue(new(timer, timer.Setting), (Now.Ticks + Math.Max(0, delay.Ticks), _sequence++));

    private void Step()
    {
        if (Volatile.Read(ref _strays) > 0)
        {
            throw new SimulationStuckException(StrayMessage);
        }

        if (_head < _ready.Count)
        {
            RunOne(Take());
        }
        else if (!MoveTime())
        {
            throw new SimulationStuckException("nothing is ready, no timer is set, and the world is not done");
        }
    }

    private SimulationWork Take()
    {
        if (_shuffle is not null)
        {
            var index = _shuffle.NextInt(_head, _ready.Count - 1);
            (_ready[_head], _ready[index]) = (_ready[index], _ready[_head]);
        }

        var work = _ready[_head++];
        if (_head == _ready.Count)
        {
            _ready.Clear();
            _head = 0;
        }

        return work;
    }

    private void RunOne(in SimulationWork work)
    {
        if (work.Context.IsDead)
        {
            return;
        }

        if (work.Context.IsPaused)
        {
            work.Context.Hold(work);
            return;
        }

        if (++_stepsAtThisInstant > StepsAtOneInstantMax)
        {
            throw new SimulationStuckException($"{work.Context.Name} spins: a million steps and time does not move");
        }

        Steps++;
        SynchronizationContext.SetSynchronizationContext(work.Context);
        work.Callback(work.State);
        work.Context.CountStep();
    }

    private bool MoveTime()
    {
        while (_timers.TryDequeue(out var due, out var at))
        {
            if (due.Timer.Setting != due.Setting || due.Timer.Context.IsDead)
            {
                continue;
            }

            if (at.At > Now.Ticks)
            {
                Now = new(at.At);
                _stepsAtThisInstant = 0;
            }

            due.Timer.OnDue();
            return true;
        }

        return false;
    }

    private readonly record struct Due(SimulatedTimer Timer, int Setting);
}
