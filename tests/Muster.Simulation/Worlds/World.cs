using System.Diagnostics.CodeAnalysis;

using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Simulation.Clouds;
using Muster.Simulation.Engines;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

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

    // The same, and then the moves home: an hour until the last one counts no more, and each placement is tried again by itself. Many who
    // died meanwhile may be removed one a check, each with a slow look at every cloud.
    private static readonly TimeSpan ConvergeMaxOfSpread = TimeSpan.FromMinutes(360);

    // A hold of ten minutes, and twenty steps of one instance, each with the longest cool-down and a round, or as many windows.
    private static readonly TimeSpan SteerMax = TimeSpan.FromMinutes(90);

    // As many as a pool has are renewed one after the other: each a launch, a look, a stop and another look, as far as listings lag.
    private static readonly TimeSpan RenewMax = TimeSpan.FromMinutes(120);

    private readonly ulong _seed;
    private readonly Scene _scene;
    private readonly SimulationLoop _loop;
    private readonly Trace _trace;
    private readonly Referee _referee;
    private readonly MemoryStore _store;
    private readonly Dictionary<string, (SimulatedCloud Cloud, StormyWeather Weather)> _clouds = [];
    private readonly RandomStream _storeRandom;
    private readonly EngineFactory _factory;
    private readonly ProcessKeeper _processes;
    private readonly People _people;
    private readonly Others _others;
    private readonly Nature _nature;
    private readonly Economy _economy;
    private readonly Loads? _loads;
    private readonly Policymakers? _policymakers;
    private readonly Probers? _probers;
    private readonly Gatekeepers? _gatekeepers;
    private Storm _storeStorm = Storm.None;
    private TimeSpan? _convergedIn;

    private World(ulong seed, EngineFactory factory, Action<string>? sink, Func<string, bool>? ignores)
    {
        _seed = seed;
        _factory = factory;
        _scene = new(seed);
        _loop = new(_scene.Shuffles ? RandomStream.For(seed, "order") : null) { Epoch = _scene.Epoch };
        _trace = new(_loop, sink);
        var expiryMax = _scene.Clouds.Max(cloud => _scene.Options.LaunchExpiryFor(cloud.Traits));
        _referee = new(_loop, _trace, _scene.Installation, _scene.Options.LeaseDuration + expiryMax, _scene.Options.LeaseDuration)
        {
            Ignores = ignores,
            IsSpread = _scene.IsSpread,
        };
        _store = new(_scene.Installation, _loop.OutsideTime);
        _storeRandom = RandomStream.For(seed, "store");
        foreach (var (name, traits) in _scene.Clouds)
        {
            var weather = new StormyWeather(
                traits, RandomStream.For(seed, "weather of " + name), RandomStream.For(seed, "boots at " + name), _scene.NeverUp,
                RandomStream.For(seed, "answers of " + name), _scene.DeadAnswers,
                RandomStream.For(seed, "cuts of " + name), _scene.CutShort);
            string[] zones = _scene.Zones.Contains(name) ? Scene.ZonesOfEach : [];
            var manners = RandomStream.For(seed, "manners of " + name);
            SimulatedCloud cloud = new(name, traits, weather, _loop.OutsideTime, _referee.Watch(name, traits), zones)
            {
                ShownWhileStopping = manners.Pick(InstanceState.Running, InstanceState.Stopped, InstanceState.Terminating),
                ShownAtRest = manners.Pick(InstanceState.Stopped, InstanceState.Stopped, InstanceState.Failed),
                TellsOrders = _scene.HasPools && manners.Chance(0.4),
            };
            _clouds.Add(name, (cloud, weather));
        }

        _economy = new(seed, _scene, _loop, _store, _referee, _trace);
        _processes = new(_scene, _loop, RandomStream.For(seed, "processes"), _referee, Start);
        _people = new(
            _scene, _loop, _store, RandomStream.For(seed, "people"), RandomStream.For(seed, "places"),
            RandomStream.For(seed, "people's pools"), _referee, _trace, _processes.Pick, _economy);
        _others = new(
            _scene, _loop, _store, _clouds, _people.Groups, RandomStream.For(seed, "claims and protection"), _referee, _trace,
            _processes.Pick);
        if (_scene.HasHealth)
        {
            _probers = new(
                _loop, _store, _clouds, _people.Groups, RandomStream.For(seed, "probers"), RandomStream.For(seed, "blackouts"), _referee,
                _trace, _processes.Pick);
        }

        if (_scene.HasGates)
        {
            _gatekeepers = new(
                _loop, _store, _people.Groups, RandomStream.For(seed, "gatekeepers"), _referee, _trace, _processes.Pick);
        }

        if (_scene.HasPolicies)
        {
            _loads = new(_loop, RandomStream.For(seed, "loads"), _referee, _trace);
            _policymakers = new(
                _scene, _loop, _store, _people.Groups, RandomStream.For(seed, "policies"), _loads, _referee, _trace, _processes.Pick);
        }

        _nature = new(
            _scene, _loop, _clouds, RandomStream.For(seed, "nature"), RandomStream.For(seed, "waves"),
            RandomStream.For(seed, "quakes"), RandomStream.For(seed, "consoles"), _referee, _trace);
    }

    /// <summary>Runs the world of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="factory">The engine; null for Muster's own.</param>
    /// <param name="sink">Is told each line of the trace; null for nobody.</param>
    /// <param name="ignores">Violations that are none, by their words; null for none.</param>
    public static RunResult Run(
        ulong seed, EngineFactory? factory = null, Action<string>? sink = null, Func<string, bool>? ignores = null) =>
        new World(seed, factory ?? (parts => new MusterEngine(parts)), sink, ignores).Run();

    /// <summary>Whether instances are asked whether they work in the world of a seed.</summary>
    public static bool HasHealth(ulong seed) => new Scene(seed).HasHealth;

    /// <summary>Whether instances drain and hooks hold them in the world of a seed.</summary>
    public static bool HasGates(ulong seed) => new Scene(seed).HasGates;

    /// <summary>Whether instances are protected in the world of a seed.</summary>
    public static bool HasProtection(ulong seed) => new Scene(seed).HasProtection;

    /// <summary>Whether groups have warm pools in the world of a seed.</summary>
    public static bool HasPools(ulong seed) => new Scene(seed).HasPools;

    /// <summary>Whether groups follow policies in the world of a seed.</summary>
    public static bool HasPolicies(ulong seed) => new Scene(seed).HasPolicies;

    private RunResult Run()
    {
        try
        {
            _loop.Run(LiveAsync, () => _referee.Violation is not null);
        }
        catch (SimulationStuckException stuck)
        {
            _referee.Violate(stuck.Message);
        }
        catch (Exception error)
        {
            _referee.Violate($"an exception that nobody handled: {error}");
        }

        return new()
        {
            Seed = _seed,
            Violation = _referee.Violation,
            Tail = [.. _trace.Tail],
            Hash = _trace.Hash,
            Steps = _loop.Steps,
            Duration = _loop.Now,
            Launched = _referee.Made,
            Terminated = _referee.Ended,
            ConvergedIn = _convergedIn,
        };
    }

    private async Task LiveAsync()
    {
        _trace.Add("world", $"faults: {_scene.Faults}");
        foreach (var (name, traits) in _scene.Clouds)
        {
            _trace.Add("world", $"{name}: {traits}");
        }

        if (HasOthers)
        {
            _trace.Add("world", $"claims: {_scene.HasClaims}, protection: {_scene.HasProtection}");
        }

        await _people.SettleAsync();
        await _economy.SettleAsync();
        await (_policymakers?.SettleAsync() ?? Task.CompletedTask);
        _ = _probers?.ProbeAsync();
        _ = _gatekeepers?.KeepAsync();
        await Task.WhenAll(
        [
            _nature.StormAsync(_scene.Chaos),
            _nature.StrikeAsync(_scene.Chaos),
            StormStoreAsync(_scene.Chaos),
            _people.LiveAsync(_scene.Chaos),
            _nature.TakeBackAsync(_scene.Chaos),
            _nature.ShakeZonesAsync(_scene.Chaos),
            _nature.CutOffAsync(),
            _nature.TouchPowerAsync(_scene.Chaos),
            _economy.LiveAsync(_scene.Chaos),
            .. _probers is null ? (Task[])[] : [_probers.LiveAsync(_scene.Chaos)],
            .. _gatekeepers is null ? (Task[])[] : [_gatekeepers.LiveAsync(_scene.Chaos)],
            .. HasOthers ? [_others.LiveAsync(_scene.Chaos)] : (Task[])[],
            .. _policymakers is null ? (Task[])[] : [_policymakers.LiveAsync(_scene.Chaos), _loads!.LiveAsync(_scene.Chaos)],
            .. Enumerable.Range(1, _scene.Processes).Select(slot => _processes.KeepAsync(slot, _scene.Chaos)),
        ]);
        _trace.Add("world", "the faults end");
        _nature.CalmDown();
        _gatekeepers?.CalmDown();
        _storeStorm = Storm.None;
        await _people.PutInOrderAsync();
        await _others.PutInOrderAsync();
        await (_probers?.CalmDownAsync() ?? Task.CompletedTask);
        await _economy.PutInOrderAsync();
        await (_policymakers?.PutInOrderAsync() ?? Task.CompletedTask);
        _referee.IsCalm = true;
        await ReachLevelAsync();
        await StayThereAsync();
    }

    private bool HasOthers => _scene.HasClaims || _scene.HasProtection;

    private SimulatedProcess Start(string name) => new(
        name, _seed, _loop, _store, DrawStoreFate,
        _clouds.ToDictionary(cloud => cloud.Key, cloud => cloud.Value.Cloud), _scene, _factory, _referee, _trace, _economy,
        _loads);

    private StoreFate DrawStoreFate()
    {
        var slowest = _storeRandom.Chance(_storeStorm[Faults.StoreSlow]) ? TimeSpan.FromSeconds(8) : TimeSpan.FromMilliseconds(4);
        return new(
            _storeRandom.NextSpan(TimeSpan.Zero, slowest),
            _storeRandom.NextSpan(TimeSpan.Zero, slowest),
            _storeRandom.Chance(_storeStorm[Faults.StoreFails]),
            _storeRandom.Chance(_storeStorm[Faults.StoreForgetsToAnswer]),
            _storeRandom.Chance(_storeStorm[Faults.StoreConflicts])
                ? _storeRandom.NextSpan(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(3))
                : null,
            _storeRandom.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)),
            _storeRandom.Chance(0.5));
    }

    private async Task StormStoreAsync(TimeSpan until)
    {
        while (_loop.Now < until)
        {
            _storeStorm = Storm.Draw(_storeRandom, _scene.Faults);
            await Task.Delay(_storeRandom.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3)), _loop.OutsideTime);
        }
    }

    private async Task ReachLevelAsync()
    {
        var began = _loop.Now;
        var convergeMax = (_scene.IsSpread ? ConvergeMaxOfSpread : ConvergeMax) + (_scene.HasPolicies ? SteerMax : TimeSpan.Zero)
            + (_scene.HasPools ? RenewMax : TimeSpan.Zero);
        while ((_referee.NotAtLevel() ?? await NotHealthyAsync() ?? NotSettled()) is { } missing)
        {
            if (_loop.Now - began > convergeMax)
            {
                _referee.Violate($"{convergeMax.TotalMinutes:0} minutes after the last fault {missing}");
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _loop.OutsideTime);
            await LearnPhasesAsync();
        }

        _convergedIn = _loop.Now - began;
        _trace.Add("world", $"every group is at its level {_convergedIn.Value.TotalSeconds:0.0} s after the last fault");
    }

    /// <summary>Once there, nothing more is done, and everything that was done is told.</summary>
    private async Task StayThereAsync()
    {
        // Until the ledger has closed every launch, and the engine has given up on every order that was lost.
        var settle = _referee.Window + ReconcilerOptions.TerminationPatience
            + _scene.Clouds.Max(cloud => cloud.Traits.BootGrace + cloud.Traits.ListingLagMax) + TimeSpan.FromMinutes(2);
        var moves = _referee.Steering.Moves;
        await Task.Delay(settle, _loop.OutsideTime);
        if (_referee.Steering.Moves != moves)
        {
            _referee.Violate("policies moved a level that was where they want it, and nothing has changed");
        }

        var (made, ended, turned) = (_referee.Made, _referee.Ended, _referee.Turned);
        foreach (var id in _people.Groups)
        {
            await CheckOnceMoreAsync(id);
        }

        if (_referee.NotAtLevel() is { } missing)
        {
            _referee.Violate($"it did not last: {missing}");
        }

        if ((made, ended, turned) != (_referee.Made, _referee.Ended, _referee.Turned))
        {
            _referee.Violate("a check at the level did something");
        }

        if (_referee.Untold() is { } untold)
        {
            _referee.Violate(untold);
        }
    }

    private async Task CheckOnceMoreAsync(GroupId id)
    {
        var record = await _store.FindGroupAsync(id, CancellationToken.None);
        if (record is not { Group.Phase: GroupPhase.Active })
        {
            return;
        }

        if (!record.OpenLaunches.IsEmpty)
        {
            _referee.Violate(
                $"{record.Group.Name} is at its level and its launch {record.OpenLaunches[0].Id} is still {record.OpenLaunches[0].Phase}");
        }

        var report = await _processes.Pick()!.CheckAsync(id);
        if (report is not { Outcome: CheckOutcome.Idle, State.Condition: GroupCondition.Healthy })
        {
            _referee.Violate(
                $"{record.Group.Name} is at its level, and a check of it is {report?.Outcome}, {report?.State.Condition}: "
                + $"{report?.State.Reason}");
        }
        else if (_referee.SickIn(id) is { } sick)
        {
            _referee.Violate(sick);
        }
    }

    /// <summary>Whether the engine knows that all is well, and nobody is on the way home; null when it does.</summary>
    private async Task<string?> NotHealthyAsync()
    {
        foreach (var id in _people.Groups)
        {
            if (await _store.FindGroupAsync(
                id, CancellationToken.None) is not { Group: { Phase: GroupPhase.Active } group, State: var state })
            {
                continue;
            }

            if (state.Condition is not GroupCondition.Healthy)
            {
                return $"{group.Name} is {state.Condition}: {state.Reason}";
            }

            if (group.Layout is { ReturnAfter: not null } && (state.Moving > 0 || state.Placements.Any(placement => placement.Owed > 0)))
            {
                return $"{group.Name} has members on their way home: {state.Reason}";
            }
        }

        return null;
    }

    private string? NotSettled() => _loads is null ? null : _referee.Steering.NotSettled(_referee, _loads);

    private async Task LearnPhasesAsync()
    {
        foreach (var id in _people.Groups)
        {
            if (await _store.FindGroupAsync(id, CancellationToken.None) is { } record)
            {
                _referee.GroupWanted(record.Group);
            }
        }
    }
}
