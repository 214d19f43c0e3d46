using System.Collections.Immutable;

namespace Muster.Clouds.Proxmox;

/// <summary>What a template comes to: everything but where the Proxmox template of that name is.</summary>
internal sealed record MachineSpec
{
    /// <summary>The Proxmox template's name or vmid.</summary>
    public required string Image { get; init; }

    /// <summary>The node; null for a choice.</summary>
    public required string? Node { get; init; }

    /// <summary>How a node is chosen.</summary>
    public required NodeChoice Choice { get; init; }

    /// <summary>Whether the disks are copied.</summary>
    public required bool IsFull { get; init; }

    /// <summary>The storage of copied disks; null for the template's.</summary>
    public required string? Storage { get; init; }

    /// <summary>The pool; null for none.</summary>
    public required string? Pool { get; init; }

    /// <summary>Bytes of memory; null for the template's.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>The bridges that it names, without VLANs.</summary>
    public required ImmutableArray<string> Bridges { get; init; }

    /// <summary>What the configuration is set to, beside the tags: the API's own names and values.</summary>
    public required ImmutableSortedDictionary<string, string> Config { get; init; }
}
