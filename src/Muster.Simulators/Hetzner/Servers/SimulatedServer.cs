using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>A server of the simulated project: a record, and nothing that runs.</summary>
public sealed class SimulatedServer : ParkedMachine<long>
{
    /// <summary>Its name.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; internal set; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Its server type's name.</summary>
    public required string ServerType { get; init; }

    /// <summary>Its image's id.</summary>
    public required long Image { get; init; }

    /// <summary>Where it is.</summary>
    public required string Location { get; init; }

    /// <summary>What cloud-init gets; null for nothing.</summary>
    public string? UserData { get; init; }

    /// <summary>Its private networks.</summary>
    public IReadOnlyList<long> Networks { get; init; } = [];

    /// <summary>Its firewalls.</summary>
    public IReadOnlyList<long> Firewalls { get; init; } = [];

    /// <summary>Its placement group; null for none.</summary>
    public long? PlacementGroup { get; init; }

    /// <summary>Its SSH keys.</summary>
    public IReadOnlyList<long> SshKeys { get; init; } = [];

    /// <summary>Whether it has a public IPv4 address.</summary>
    public bool HasIpv4 { get; init; } = true;

    /// <summary>Whether it has a public IPv6 network.</summary>
    public bool HasIpv6 { get; init; } = true;

    /// <summary>Whether what runs in it does not listen when it is to shut down.</summary>
    public bool IgnoresShutdown { get; internal set; }

    /// <summary>Whether it cannot be deleted.</summary>
    public bool IsProtected { get; internal set; }
}
