using System.Xml;

using Muster.Simulators.Libvirt.Wire;

namespace Muster.Simulators.Libvirt.Hosts;

/// <summary>What the description of a domain says that a simulated host looks at.</summary>
internal sealed record DomainDraft(
    string Name,
    Guid Uuid,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<(string Pool, string Volume)> Disks,
    IReadOnlyList<string> Networks)
{
    /// <summary>Reads it.</summary>
    public static DomainDraft Read(string description)
    {
        string? name = null, id = null;
        var hasMemory = false;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var disks = new List<(string, string)>();
        var networks = new List<string>();
        try
        {
            using var xml = XmlReader.Create(new StringReader(description), new() { DtdProcessing = DtdProcessing.Prohibit });
            xml.MoveToContent();
            if (xml.LocalName != "domain" || xml.GetAttribute("type") is not ("qemu" or "kvm"))
            {
                throw new RefusalException(
                    RefusalException.XmlError, $"XML error: unexpected root element <{xml.LocalName}>, expecting <domain>");
            }

            while (xml.Read())
            {
                if (xml.NodeType is not XmlNodeType.Element)
                {
                    continue;
                }

                switch (xml.LocalName)
                {
                    case "name" when xml.Depth == 1:
                        name = TextOf(xml);
                        break;
                    case "uuid" when xml.Depth == 1:
                        id = TextOf(xml);
                        break;
                    case "memory" when xml.Depth == 1:
                        hasMemory = true;
                        break;
                    case "metadata" when xml.Depth == 1:
                        ReadMetadata(xml, metadata);
                        break;
                    case "source" when xml.GetAttribute("pool") is { } pool:
                        disks.Add((pool, xml.GetAttribute("volume") ?? ""));
                        break;
                    case "source" when xml.GetAttribute("network") is { } network:
                        networks.Add(network);
                        break;
                }
            }
        }
        catch (XmlException error)
        {
            throw new RefusalException(RefusalException.XmlError, $"(domain_definition):1: {error.Message}");
        }

        if (string.IsNullOrEmpty(name) || !hasMemory)
        {
            throw new RefusalException(RefusalException.XmlError, "XML error: missing domain information");
        }

        return Guid.TryParse(id, out var uuid)
            ? new(name, uuid, metadata, disks, networks)
            : throw new RefusalException(RefusalException.XmlError, $"XML error: malformed uuid element: {id}");
    }

    /// <summary>Its elements, each whole, by namespace.</summary>
    private static void ReadMetadata(XmlReader xml, Dictionary<string, string> metadata)
    {
        if (xml.IsEmptyElement)
        {
            return;
        }

        xml.Read();
        while (xml.NodeType is not XmlNodeType.EndElement)
        {
            if (xml.NodeType is not XmlNodeType.Element)
            {
                xml.Read();
                continue;
            }

            // The reader then stands on what follows.
            var uri = xml.NamespaceURI;
            metadata[uri] = xml.ReadOuterXml();
        }
    }

    /// <summary>The text of an element that has nothing else; the reader stands on its end.</summary>
    private static string TextOf(XmlReader xml)
    {
        var text = "";
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
            {
                text += xml.Value;
            }
        }

        return text;
    }
}
