using System.Diagnostics.CodeAnalysis;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage.Memory;
using Muster.Simulation.Clouds;
using Muster.Simulation.Engines;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>
/// One seed's world: clouds, a store, processes that run the engine, people and misfortune. First faults, and the rules hold all
/// the same; then none, and every group reaches its level, and stays there.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A store in memory holds nothing but memory.")]
public sealed class World
{
    // A breaker's longest wait between probes and a refused credential's longest back-off, each 15 minutes, and then the launches
    // themselves, batch after batch: see the class remarks of each. Twice that leaves room for jitter, none for a stuck group.
    private static readonly TimeSpan ConvergeMax = TimeSpan.FromMinutes(60);

    private readonly ulong seed;
    private readonly Scene scene;
    private readonly SimulationLoop loop;
    private readonly Trace trace;
    private readonly Referee referee;
    private readonly MemoryStore store;
    private readonly Dictionary<string, (SimulatedCloud Cloud, StormyWeather Weather)> clouds = [];
    private readonly RandomStream storeRandom;
    private readonly EngineFactory factory;
    private readonly ProcessKeeper processes;
    private readonly People people;
    private readonly Nature nature;
    private Storm storeStorm = Storm.None;
    private TimeSpan? convergedIn;

    private World(ulong seed, EngineFactory factory, Action<string>? sink, Func<string, bool>? ignores)
    {
        this.seed = seed;
        this.factory = factory;
        scene = new(seed);
        loop = new(scene.Shuffles ? RandomStream.For(seed, "order") : null);
        trace = new(loop, sink);
        var expiryMax = scene.Clouds.Max(cloud => scene.Options.LaunchExpiryFor(cloud.Traits));
        referee = new(loop, trace, scene.Installation, scene.Options.LeaseDuration + expiryMax, scene.Options.LeaseDuration) { Ignores = ignores };
        store = new(scene.Installation, loop.OutsideTime);
        storeRandom = RandomStream.For(seed, "store");
        foreach (var (name, traits) in scene.Clouds)
        {
            var weather = new StormyWeather(
                traits, RandomStream.For(seed, "weather of " + name), RandomStream.For(seed, "boots at " + name), scene.NeverUp,
                RandomStream.For(seed, "answers of " + name), scene.DeadAnswers);
            clouds.Add(name, (new(name, traits, weather, loop.OutsideTime, referee.Watch(name, traits)), weather));
        }

        processes = new(scene, loop, RandomStream.For(seed, "processes"), referee, Start);
        people = new(scene, loop, store, RandomStream.For(seed, "people"), referee, trace, processes.Pick);
        nature = new(scene, loop, clouds, RandomStream.For(seed, "nature"), trace);
    }

    /// <summary>Runs the world of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="factory">The engine; null for Muster's own.</param>
    /// <param name="sink">Is told each line of the trace; null for nobody.</param>
    /// <param name="ignores">Violations that are none, by their words; null for none.</param>
    public static RunResult Run(ulong seed, EngineFactory? factory = null, Action<string>? sink = null, Func<string, bool>? ignores = null) =>
        new World(seed, factory ?? (parts => new MusterEngine(parts)), sink, ignores).Run();

    private RunResult Run()
    {
        try
        {
            loop.Run(LiveAsync, () => referee.Violation is not null);
        }
        catch (SimulationStuckException stuck)
        {
            referee.Violate(stuck.Message);
        }
        catch (Exception error)
        {
            referee.Violate($"an exception that nobody handled: {error}");
        }

        return new()
        {
            Seed = seed,
            Violation = referee.Violation,
            Tail = [.. trace.Tail],
            Hash = trace.Hash,
            Steps = loop.Steps,
            Duration = loop.Now,
            Launched = referee.Made,
            Terminated = referee.Ended,
            ConvergedIn = convergedIn,
        };
    }

    private async Task LiveAsync()
    {
        trace.Add("world", $"faults: {scene.Faults}");
        foreach (var (name, traits) in scene.Clouds)
        {
            trace.Add("world", $"{name}: {traits}");
        }

        await people.SettleAsync();
        await Task.WhenAll(
        [
            nature.StormAsync(scene.Chaos),
            nature.StrikeAsync(scene.Chaos),
            StormStoreAsync(scene.Chaos),
            people.LiveAsync(scene.Chaos),
            .. Enumerable.Range(1, scene.Processes).Select(slot => processes.KeepAsync(slot, scene.Chaos)),
        ]);
        trace.Add("world", "the faults end");
        nature.CalmDown();
        storeStorm = Storm.None;
        await people.PutInOrderAsync();
        await ReachLevelAsync();
        await StayThereAsync();
    }

    private SimulatedProcess Start(string name) => new(
        name, seed, loop, store, DrawStoreFate, clouds.ToDictionary(cloud => cloud.Key, cloud => cloud.Value.Cloud), scene, factory, referee, trace);

    private StoreFate DrawStoreFate()
    {
        var slowest = storeRandom.Chance(storeStorm[Faults.StoreSlow]) ? TimeSpan.FromSeconds(8) : TimeSpan.FromMilliseconds(4);
        return new(
            storeRandom.NextSpan(TimeSpan.Zero, slowest),
            storeRandom.NextSpan(TimeSpan.Zero, slowest),
            storeRandom.Chance(storeStorm[Faults.StoreFails]),
            storeRandom.Chance(storeStorm[Faults.StoreForgetsToAnswer]),
            storeRandom.Chance(storeStorm[Faults.StoreConflicts]) ? storeRandom.NextSpan(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(3)) : null,
            storeRandom.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)),
            storeRandom.Chance(0.5));
    }

    private async Task StormStoreAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            storeStorm = Storm.Draw(storeRandom, scene.Faults);
            await Task.Delay(storeRandom.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3)), loop.OutsideTime);
        }
    }

    private async Task ReachLevelAsync()
    {
        var began = loop.Now;
        while ((referee.NotAtLevel() ?? await NotHealthyAsync()) is { } missing)
        {
            if (loop.Now - began > ConvergeMax)
            {
                referee.Violate($"{ConvergeMax.TotalMinutes:0} minutes after the last fault {missing}");
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), loop.OutsideTime);
            await LearnPhasesAsync();
        }

        convergedIn = loop.Now - began;
        trace.Add("world", $"every group is at its level {convergedIn.Value.TotalSeconds:0.0} s after the last fault");
    }

    /// <summary>Once there, nothing more is done, and everything that was done is told.</summary>
    private async Task StayThereAsync()
    {
        // Until the ledger has closed every launch, and the engine has given up on every order that was lost.
        var settle = referee.Window + ReconcilerOptions.TerminationPatience
            + scene.Clouds.Max(cloud => cloud.Traits.BootGrace + cloud.Traits.ListingLagMax) + TimeSpan.FromMinutes(2);
        await Task.Delay(settle, loop.OutsideTime);
        var (made, ended) = (referee.Made, referee.Ended);
        foreach (var id in people.Groups)
        {
            await CheckOnceMoreAsync(id);
        }

        if (referee.NotAtLevel() is { } missing)
        {
            referee.Violate($"it did not last: {missing}");
        }

        if ((made, ended) != (referee.Made, referee.Ended))
        {
            referee.Violate("a check at the level did something");
        }

        if (referee.Untold() is { } untold)
        {
            referee.Violate(untold);
        }
    }

    private async Task CheckOnceMoreAsync(GroupId id)
    {
        var record = await store.FindGroupAsync(id, CancellationToken.None);
        if (record is not { Group.Phase: GroupPhase.Active })
        {
            return;
        }

        if (!record.OpenLaunches.IsEmpty)
        {
            referee.Violate($"{record.Group.Name} is at its level and its launch {record.OpenLaunches[0].Id} is still {record.OpenLaunches[0].Phase}");
        }

        var report = await processes.Pick()!.CheckAsync(id);
        if (report is not { Outcome: CheckOutcome.Idle, State.Condition: GroupCondition.Healthy })
        {
            referee.Violate($"{record.Group.Name} is at its level, and a check of it is {report?.Outcome}, {report?.State.Condition}: {report?.State.Reason}");
        }
    }

    /// <summary>Whether the engine knows that all is well; null when it does.</summary>
    private async Task<string?> NotHealthyAsync()
    {
        foreach (var id in people.Groups)
        {
            if (await store.FindGroupAsync(id, CancellationToken.None) is { Group.Phase: GroupPhase.Active, State: var state } record
                && state.Condition is not GroupCondition.Healthy)
            {
                return $"{record.Group.Name} is {state.Condition}: {state.Reason}";
            }
        }

        return null;
    }

    private async Task LearnPhasesAsync()
    {
        foreach (var id in people.Groups)
        {
            if (await store.FindGroupAsync(id, CancellationToken.None) is { } record)
            {
                referee.GroupWanted(record.Group);
            }
        }
    }
}
