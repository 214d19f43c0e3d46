using System.Collections.Immutable;

namespace Muster.Simulators.Nomad.Settings;

/// <summary>What a simulated Nomad is like: one server with one client. Members may be changed while it runs.</summary>
public sealed class NomadSimulatorOptions
{
    /// <summary>Where it listens on the loopback address; 0 for any free port.</summary>
    public int Port { get; set; }

    /// <summary>The seed of every id.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Where allocations have their directories; made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The client's data centre.</summary>
    public string Datacenter { get; set; } = "dc1";

    /// <summary>The client's meta.</summary>
    public ImmutableDictionary<string, string> Meta { get; set; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The client's drivers; every one of them starts a plain process.</summary>
    public ImmutableArray<string> Drivers { get; set; } = ["raw_exec", "exec"];

    /// <summary>The client's memory in MB: what a task asks for beyond it cannot be placed.</summary>
    public int MemoryMegabytes { get; set; } = 24_000;

    /// <summary>The agent's own environment, which its tasks inherit; this process's when null.</summary>
    public ImmutableDictionary<string, string>? AgentEnvironment { get; set; }

    /// <summary>
    /// Whether its tasks can have identities, as from 1.7 on; before, what asks for one is dropped without a word, and there are no keys.
    /// </summary>
    public bool HasIdentities { get; set; } = true;

    /// <summary>Tasks that the client runs at once; the others wait for their turn. Read at the start.</summary>
    public int RunsMax { get; set; } = 1000;

    /// <summary>Finished allocations whose files the client keeps.</summary>
    public int AllocationsKept { get; set; } = 50;

    /// <summary>Whether there is a leader.</summary>
    public bool HasLeader { get; set; } = true;

    /// <summary>How long a call waits for a leader before it says that there is none.</summary>
    public TimeSpan LeaderPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What each ACL token may do; null when nobody is asked for one.</summary>
    public ImmutableDictionary<string, ImmutableHashSet<string>>? Tokens { get; set; }

    /// <summary>Called for every request; an answer to give instead of the right one, null to let it be.</summary>
    public Func<NomadRequest, NomadFault?> Faults { get; set; } = _ => null;

    /// <summary>What a token may do that may do everything.</summary>
    public static ImmutableHashSet<string> Management { get; } = ["management"];
}
