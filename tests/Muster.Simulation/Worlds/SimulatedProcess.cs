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
    private readonly SimulationLoop loop;
    private readonly SimulationContext context;
    private readonly Referee referee;
    private readonly Trace trace;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IEngine engine;
    private readonly ProcessStore connection;
    private bool isSpared;

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
        Trace trace)
    {
        this.loop = loop;
        this.referee = referee;
        this.trace = trace;
        context = loop.CreateContext(name);
        Time = loop.CreateTime(context);
        referee.ProcessBegan(name);
        var wire = new Wire(loop, context, referee);
        var parts = new EngineParts
        {
            Name = name,
            Store = connection = new ProcessStore(store, wire, loop.OutsideTime, storeFate, referee, trace, scene.KeepsMicroseconds),
            Clouds = clouds.ToImmutableSortedDictionary(
                cloud => cloud.Key,
                ICloud (cloud) => new ProcessCloud(cloud.Key, cloud.Value, wire, referee, trace),
                StringComparer.Ordinal),
            Time = Time,
            Random = new SeededRandom(seed, name),
            Options = scene.Options,
            Pulse = scene.Pulse,
            OnBug = bug => referee.Violate($"{name}: {bug}"),
        };
        trace.Add(name, "starts");
        engine = factory(parts);
        context.Post(_ => _ = RunAsync(), state: null);
    }

    public string Name => context.Name;

    public SimulatedTime Time { get; }

    public bool IsDead => context.IsDead;

    public bool IsPaused => context.IsPaused;

    /// <summary>Kills it after that many more of its steps, or after a minute if it has not that much to do.</summary>
    public void KillAfterSteps(int steps) => AfterSteps(steps, () =>
    {
        trace.Add(Name, "is killed");
        context.Kill();
    });

    /// <summary>Has it stand still for a while, from that many more steps on.</summary>
    public void PauseAfterSteps(int steps, TimeSpan duration) => AfterSteps(steps, () =>
    {
        trace.Add(Name, $"stands still for {duration.TotalSeconds:0} s");
        context.Pause();
        _ = loop.OutsideTime.CreateTimer(_ => Resume(), state: null, duration, Timeout.InfiniteTimeSpan);
    });

    /// <summary>Goes on, if it stands still.</summary>
    public void Resume()
    {
        if (context.IsPaused && !context.IsDead)
        {
            trace.Add(Name, "goes on");
            referee.ProcessWentOn(Name);
            context.Resume();
        }
    }

    /// <summary>Nothing bad happens to it any more: it goes on, its clock is right, and what was to come does not.</summary>
    public void Spare()
    {
        isSpared = true;
        connection.CutOffUntil = DateTimeOffset.MinValue;
        Resume();
        JumpClock(TimeSpan.Zero);
    }

    /// <summary>Has it not reach its store for a while.</summary>
    public void CutOffStore(TimeSpan duration)
    {
        trace.Add(Name, $"is cut off from the store for {duration.TotalSeconds:0} s");
        connection.CutOffUntil = loop.OutsideTime.GetUtcNow() + duration;
    }

    public void JumpClock(TimeSpan offset)
    {
        trace.Add(Name, $"has its clock {offset.TotalSeconds:0.###} s ahead");
        Time.WallOffset = offset;
    }

    /// <summary>Whether it was asked to stop: it will not live on.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public async Task StopAsync()
    {
        IsStopping = true;
        trace.Add(Name, "is asked to stop");
        context.Post(_ => stopping.Cancel(), state: null);
        await ended.Task;
        trace.Add(Name, "has stopped");
        context.Kill();
    }

    public void Wake(Core.GroupId group) => context.Post(_ => engine.Wake(group), state: null);

    /// <summary>A check that a user asks for. Never answered if the process dies.</summary>
    public Task<CheckReport?> CheckAsync(Core.GroupId group)
    {
        var answer = new TaskCompletionSource<CheckReport?>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(_ => _ = AskAsync(), state: null);
        return answer.Task;

        async Task AskAsync()
        {
            try
            {
                answer.SetResult(await engine.CheckAsync(group, CancellationToken.None));
            }
            catch (Exception error) when (error is CloudException or StoreException)
            {
                answer.SetResult(null);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                answer.SetResult(null);
            }
            catch (Exception error)
            {
                referee.Violate($"{Name}: a check asked for by a user fails: {error}");
                answer.SetResult(null);
            }
        }
    }

    private void AfterSteps(int steps, Action action)
    {
        var done = false;
        context.AfterSteps(steps, Once);
        _ = loop.OutsideTime.CreateTimer(_ => Once(), state: null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);

        void Once()
        {
            if (!done && !isSpared && !context.IsDead)
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
            await engine.RunAsync(stopping.Token);
            if (!stopping.IsCancellationRequested)
            {
                referee.Violate($"{Name} ended by itself");
            }
        }
        catch (Exception error)
        {
            referee.Violate($"{Name} died of {error}");
        }

        ended.SetResult();
    }
}
