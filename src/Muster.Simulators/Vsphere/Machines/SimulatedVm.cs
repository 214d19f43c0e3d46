using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>A virtual machine: a record. Its state is <c>creating</c>, or its power.</summary>
public sealed class SimulatedVm : ParkedMachine<string>
{
    /// <summary>Its name, unique in its folder.</summary>
    public required string Name { get; init; }

    /// <summary>What vCenter knows it by.</summary>
    public string InstanceUuid { get; internal set; } = "";

    /// <summary>Its folder's key.</summary>
    public string Folder { get; internal set; } = "";

    /// <summary>Its host's key.</summary>
    public string Host { get; internal set; } = "";

    /// <summary>Its pool's key; empty for a template.</summary>
    public string Pool { get; internal set; } = "";

    /// <summary>Its datastore's key.</summary>
    public string Datastore { get; internal set; } = "";

    /// <summary>Its adapters' networks' keys, in order.</summary>
    public ImmutableArray<string> Networks { get; internal set; } = [];

    /// <summary>Processors.</summary>
    public int Cpus { get; internal set; } = 1;

    /// <summary>Processors in a socket.</summary>
    public int CoresPerSocket { get; internal set; } = 1;

    /// <summary>Memory in mebibytes.</summary>
    public long MemoryMib { get; internal set; } = 1024;

    /// <summary>Whether it is a template.</summary>
    public bool IsTemplate { get; internal set; }

    /// <summary>Its snapshot's key; null where it has none.</summary>
    public string? Snapshot { get; internal set; }

    /// <summary>Whether it shares disks with what it was cloned from.</summary>
    public bool IsLinked { get; internal set; }

    /// <summary>The host name that a customization gives it; null where there was none.</summary>
    public string? Customized { get; internal set; }

    /// <summary>Whether vCenter reaches it: <c>connected</c>, <c>disconnected</c>, <c>inaccessible</c>.</summary>
    public string Connection { get; internal set; } = "connected";

    /// <summary>Its advanced settings.</summary>
    public ImmutableSortedDictionary<string, string> Extra { get; internal set; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The task that does something to it; null where none does.</summary>
    public string? Busy { get; internal set; }

    /// <summary>Whether vCenter tells how it is made: not of one that is coming to be.</summary>
    public bool HasConfig => State is not "creating" && Connection is not "inaccessible";
}
