using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Health;
using Muster.Core.Metrics;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;

namespace Muster.Simulation.Engines;

/// <summary>What runs inside a simulated process: Muster's own engine, or a broken one that the referee must catch.</summary>
public interface IEngine
{
    /// <summary>Keeps groups at their level until told to stop; then finishes what is in flight.</summary>
    Task RunAsync(CancellationToken stopping);

    /// <summary>A user changed this group through this process.</summary>
    void Wake(GroupId group);

    /// <summary>A user asks for a check and waits for it.</summary>
    Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken);
}

/// <summary>All that an engine is given.</summary>
public sealed record EngineParts
{
    /// <summary>The process's name, unique.</summary>
    public required string Name { get; init; }

    /// <summary>Its connection to the store.</summary>
    public required IStore Store { get; init; }

    /// <summary>Its connections to the clouds, not paced yet.</summary>
    public required ImmutableSortedDictionary<string, ICloud> Clouds { get; init; }

    /// <summary>Its clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Its ids and jitter.</summary>
    public required IRandomSource Random { get; init; }

    /// <summary>The installation's limits.</summary>
    public required ReconcilerOptions Options { get; init; }

    /// <summary>The pulse's settings.</summary>
    public required PulseOptions Pulse { get; init; }

    /// <summary>What instances cost.</summary>
    public required IPrices Prices { get; init; }

    /// <summary>How busy instances are; null where nobody measures.</summary>
    public ILoads? Loads { get; init; }

    /// <summary>Where readings for policies come from; null where no group has any, and nothing is to look for them.</summary>
    public IMetricBoard? Board { get; init; }

    /// <summary>How rounds over policies are made.</summary>
    public SteeringOptions Steering { get; init; } = new();

    /// <summary>Is told of steering rounds that failed.</summary>
    public Action<Exception> OnRoundFailed { get; init; } = _ => { };

    /// <summary>Is told of what only a bug explains.</summary>
    public required Action<string> OnBug { get; init; }
}

/// <summary>Makes the engine of one process.</summary>
public delegate IEngine EngineFactory(EngineParts parts);
