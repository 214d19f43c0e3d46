using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Engines;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>One process that runs an engine: it may be killed between any two steps, paused, and have a wrong clock.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A killed process disposes of nothing.")]
internal sealed class SimulatedProcess
{
    private readonly SimulationLoop _loop;
    private readonly SimulationContext _context;
    private readonly Referee _referee;
    private readonly Trace _trace;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IEngine _engine;
    private readonly ProcessStore _connection;
    private bool _isSpared;

    public SimulatedProcess(
        string name,
        ulong seed,
        SimulationLoop loop,
        IStore store,
        Func<StoreFate> storeFate,
        IReadOnlyDictionary<string, SimulatedCloud> clouds,
        Scene scene,
        EngineFactory factory,
        Referee referee,
        Trace trace,
        Economy economy,
        Loads? loads)
    {
        _loop = loop;
        _referee = referee;
        _trace = trace;
        _context = loop.CreateContext(name);
        Time = loop.CreateTime(_context);
        referee.ProcessBegan(name);
        var wire = new Wire(loop, _context, referee);
        var parts = new EngineParts
        {
            Name = name,
            Store = _connection = new ProcessStore(store, wire, loop.OutsideTime, storeFate, referee, trace, scene.KeepsMicroseconds),
            Clouds = clouds.ToImmutableSortedDictionary(
                cloud => cloud.Key,
                ICloud (cloud) => cloud.Value.Traits.Stops
                    ? new StoppingProcessCloud(cloud.Key, cloud.Value, wire, referee, trace)
                    : new ProcessCloud(cloud.Key, cloud.Value, wire, referee, trace),
                StringComparer.Ordinal),
            Time = Time,
            Random = new SeededRandom(seed, name),
            Options = scene.Options,
            Pulse = scene.Pulse,
            Prices = economy,
            Loads = scene.HasBusy ? new RestlessLoads(clouds, RandomStream.For(seed, "busy " + name)) : null,
            Board = loads is null ? null : new SimulatedBoard(loads, wire, loop.OutsideTime),
            Steering = scene.Steering,
            OnRoundFailed = error => referee.Steering.Failed(name, error),
            OnBug = bug => referee.Violate($"{name}: {bug}"),
        };
        trace.Add(name, "starts");
        _engine = factory(parts);
        _context.Post(_ => _ = RunAsync(), state: null);
    }

    public string Name => _context.Name;

    public SimulatedTime Time { get; }

    public bool IsDead => _context.IsDead;

    public bool IsPaused => _context.IsPaused;

    /// <summary>Kills it after that many more of its steps, or after a minute if it has not that much to do.</summary>
    public void KillAfterSteps(int steps) => AfterSteps(steps, () =>
    {
        _trace.Add(Name, "is killed");
        _context.Kill();
    });

    /// <summary>Has it stand still for a while, from that many more steps on.</summary>
    public void PauseAfterSteps(int steps, TimeSpan duration) => AfterSteps(steps, () =>
    {
        _trace.Add(Name, $"stands still for {duration.TotalSeconds:0} s");
        _context.Pause();
        _ = _loop.OutsideTime.CreateTimer(_ => Resume(), state: null, duration, Timeout.InfiniteTimeSpan);
    });

    /// <summary>Goes on, if it stands still.</summary>
    public void Resume()
    {
        if (_context.IsPaused && !_context.IsDead)
        {
            _trace.Add(Name, "goes on");
            _referee.ProcessWentOn(Name);
            _context.Resume();
        }
    }

    /// <summary>Nothing bad happens to it any more: it goes on, its clock is right, and what was to come does not.</summary>
    public void Spare()
    {
        _isSpared = true;
        _connection.CutOffUntil = DateTimeOffset.MinValue;
        Resume();
        JumpClock(TimeSpan.Zero);
    }

    /// <summary>Has it not reach its store for a while.</summary>
    public void CutOffStore(TimeSpan duration)
    {
        _trace.Add(Name, $"is cut off from the store for {duration.TotalSeconds:0} s");
        _connection.CutOffUntil = _loop.OutsideTime.GetUtcNow() + duration;
    }

    public void JumpClock(TimeSpan offset)
    {
        _trace.Add(Name, $"has its clock {offset.TotalSeconds:0.###} s ahead");
        Time.WallOffset = offset;
    }

    /// <summary>Whether it was asked to stop: it will not live on.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public async Task StopAsync()
    {
        IsStopping = true;
        _trace.Add(Name, "is asked to stop");
        _context.Post(_ => _stopping.Cancel(), state: null);
        await _ended.Task;
        _trace.Add(Name, "has stopped");
        _context.Kill();
    }

    public void Wake(Core.GroupId group) => _context.Post(_ => _engine.Wake(group), state: null);

    /// <summary>A check that a user asks for. Never answered if the process dies.</summary>
    public Task<CheckReport?> CheckAsync(Core.GroupId group)
    {
        var answer = new TaskCompletionSource<CheckReport?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _context.Post(_ => _ = AskAsync(), state: null);
        return answer.Task;

        async Task AskAsync()
        {
            try
            {
                answer.SetResult(await _engine.CheckAsync(group, CancellationToken.None));
            }
            catch (Exception error) when (error is CloudException or StoreException)
            {
                answer.SetResult(null);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                answer.SetResult(null);
            }
            catch (Exception error)
            {
                _referee.Violate($"{Name}: a check asked for by a user fails: {error}");
                answer.SetResult(null);
            }
        }
    }

    private void AfterSteps(int steps, Action action)
    {
        var done = false;
        _context.AfterSteps(steps, Once);
        _ = _loop.OutsideTime.CreateTimer(_ => Once(), state: null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);

        void Once()
        {
            if (!done && !_isSpared && !_context.IsDead)
            {
                done = true;
                action();
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await _engine.RunAsync(_stopping.Token);
            if (!_stopping.IsCancellationRequested)
            {
                _referee.Violate($"{Name} ended by itself");
            }
        }
        catch (Exception error)
        {
            _referee.Violate($"{Name} died of {error}");
        }

        _ended.SetResult();
    }
}
