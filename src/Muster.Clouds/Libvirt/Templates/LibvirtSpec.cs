using System.Collections.Immutable;

using Muster.Clouds.Libvirt.Domains;

namespace Muster.Clouds.Libvirt.Templates;

/// <summary>What a template means here.</summary>
/// <param name="Base">The volume that its disk is made from.</param>
/// <param name="Pool">Where its volumes are made.</param>
/// <param name="CloneBy">How.</param>
/// <param name="DiskBytes">How large its disk is; null for as large as the base volume.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Cpus">Its processors.</param>
/// <param name="Networks">Its networks, in order.</param>
/// <param name="Machine">The machine type; null for the hypervisor's default.</param>
/// <param name="IsEfi">Whether it boots by UEFI.</param>
/// <param name="Cpu">The model of its processors as libvirt calls the mode; null for the hypervisor's default.</param>
/// <param name="DomainType">How it is run; null for the fastest that the host has.</param>
/// <param name="Extras">What its operator allows beyond all that.</param>
/// <param name="UserData">What cloud-init is given; null for nothing.</param>
/// <param name="Metadata">What cloud-init is told beside the instance's id and name.</param>
internal sealed record LibvirtSpec(
    VolumeName Base,
    string Pool,
    CloneKind CloneBy,
    long? DiskBytes,
    long MemoryBytes,
    int Cpus,
    ImmutableArray<NetworkChoice> Networks,
    string? Machine,
    bool IsEfi,
    string? Cpu,
    string? DomainType,
    ImmutableArray<ExtraXml> Extras,
    string? UserData,
    ImmutableSortedDictionary<string, string> Metadata)
{
    /// <summary>Whether it has a volume that cloud-init reads.</summary>
    public bool HasSeed => UserData is not null || !Metadata.IsEmpty;
}
