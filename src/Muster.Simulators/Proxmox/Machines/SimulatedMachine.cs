using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Proxmox.Machines;

/// <summary>A machine or a template of the simulated cluster: a record, and nothing that runs.</summary>
public sealed class SimulatedMachine : ParkedMachine<int>
{
    /// <summary>The node that has it.</summary>
    public required string Node { get; set; }

    /// <summary>The storage that has its disk.</summary>
    public required string Storage { get; init; }

    /// <summary>What its configuration says, by the API's names; its name and tags, too.</summary>
    public ImmutableSortedDictionary<string, string> Config { get; set; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What is being done to it; null for nothing.</summary>
    public string? Lock { get; set; }

    /// <summary>Its pool; null for none.</summary>
    public string? Pool { get; internal set; }

    /// <summary>Whether it is a template.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>Whether it is a container.</summary>
    public bool IsContainer { get; init; }

    /// <summary>What becomes of it.</summary>
    internal Fate Fate { get; init; }

    /// <summary>Its name; null where it has none yet.</summary>
    public string? Name => Config.GetValueOrDefault("name");

    /// <summary>Its disk.</summary>
    public string Volume { get; internal set; } = "";
}
