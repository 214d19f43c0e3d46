using System.Xml;

namespace Muster.Clouds.Libvirt;

/// <summary>What kind of storage a pool is.</summary>
/// <param name="Name">libvirt's word: <c>dir</c>, <c>logical</c>.</param>
internal sealed record PoolKind(string Name)
{
    /// <summary>Whether its volumes are files, which have formats and can build on another.</summary>
    public bool HasFiles => Name is "dir" or "fs" or "netfs" or "vstorage";

    /// <summary>Reads a pool's description.</summary>
    public static PoolKind Read(string description)
    {
        using var xml = XmlReader.Create(new StringReader(description), new() { DtdProcessing = DtdProcessing.Prohibit });
        xml.MoveToContent();
        return new(xml.GetAttribute("type") ?? "");
    }

    /// <summary>Why an instance's disk cannot build on a base volume there.</summary>
    public string WhyNotLinked(string host, string pool) =>
        $"options.clone is 'linked': pool '{pool}' of {host} is of kind '{Name}', which has no such volumes; set clone=full";
}
