using System.Collections.Immutable;

namespace Muster.Clouds.Proxmox.Wire;

/// <summary>A virtual machine or container, as <c>/cluster/resources</c> tells it.</summary>
/// <remarks>
/// Where it is, its tags and its lock are as they are now. Its status, name and sizes are what its node said last: up to some ten seconds
/// old, missing of a new one, and kept for five minutes of a node that is gone.
/// </remarks>
internal sealed record GuestRow
{
    /// <summary>Its number, which is given out once at a time in a cluster.</summary>
    public required int Vmid { get; init; }

    /// <summary>The node that has it.</summary>
    public required string Node { get; init; }

    /// <summary>Whether it is a virtual machine, and not a container.</summary>
    public required bool IsMachine { get; init; }

    /// <summary>Whether it is a template.</summary>
    public required bool IsTemplate { get; init; }

    /// <summary>Its name; null where it is not known yet.</summary>
    public string? Name { get; init; }

    /// <summary>What its node said last: <c>running</c>, <c>stopped</c>, or <c>unknown</c>.</summary>
    public string? Status { get; init; }

    /// <summary>What is being done to it; null for nothing.</summary>
    public string? Lock { get; init; }

    /// <summary>Its pool.</summary>
    public string? Pool { get; init; }

    /// <summary>The state that the high availability wants or has; null where it does not care for it.</summary>
    public string? HaState { get; init; }

    /// <summary>Bytes that it may use; 0 where it is not known yet.</summary>
    public long MemoryBytesMax { get; init; }

    /// <summary>Its tags.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }
}
