using System.Collections.Immutable;

namespace Muster.Clouds.Vsphere.Templates;

/// <summary>What a template asks to clone.</summary>
internal sealed record VmSpec
{
    /// <summary>The machine to clone: its name, or its path below the data centre's folder of virtual machines.</summary>
    public required string Image { get; init; }

    /// <summary>How many processors; null for the source's.</summary>
    public int? Cpus { get; init; }

    /// <summary>Processors in a socket; null for the source's.</summary>
    public int? CoresPerSocket { get; init; }

    /// <summary>Memory in mebibytes; null for the source's.</summary>
    public long? MemoryMib { get; init; }

    /// <summary>Networks for its adapters, in order; those that are left stay where the source's are.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>The cluster, or the host that is in none; null for the zone, or where the source is.</summary>
    public string? Cluster { get; init; }

    /// <summary>The resource pool below the cluster's; null for the cluster's own.</summary>
    public string? ResourcePool { get; init; }

    /// <summary>The datastore; null for the source's.</summary>
    public string? Datastore { get; init; }

    /// <summary>A folder in the installation's; null for that.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether it shares the source's disks as far as they are unchanged.</summary>
    public bool IsLinked { get; init; }

    /// <summary>The customization specification to apply; null for none.</summary>
    public string? Customization { get; init; }

    /// <summary>What the guest reads, by names without <c>guestinfo.</c>.</summary>
    public ImmutableSortedDictionary<string, string> GuestInfo { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
