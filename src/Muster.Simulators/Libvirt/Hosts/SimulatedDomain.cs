namespace Muster.Simulators.Libvirt.Hosts;

/// <summary>A domain of a simulated host: a record, and nothing that runs. All that changes is guarded by its host.</summary>
public sealed class SimulatedDomain
{
    /// <summary>Its id.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its number while it runs; -1 otherwise.</summary>
    public int Id { get; internal set; } = -1;

    /// <summary>Its description.</summary>
    public string Xml { get; internal set; } = "";

    /// <summary>The elements of its metadata, by namespace.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; internal set; } = new Dictionary<string, string>();

    /// <summary>A <c>virDomainState</c>.</summary>
    public int State { get; internal set; } = DomainLife.ShutOff;

    /// <summary>Why.</summary>
    public int Reason { get; internal set; }

    /// <summary>Whether the host keeps it when it ends.</summary>
    public bool IsPersistent { get; internal set; }

    /// <summary>Whether it runs, or is paused.</summary>
    public bool IsActive => State is not DomainLife.ShutOff;

    /// <summary>Whether the host has kept its memory, to go on with at its next start.</summary>
    public bool IsSaved { get; internal set; }

    /// <summary>Its address.</summary>
    public string? Address { get; internal set; }
}
