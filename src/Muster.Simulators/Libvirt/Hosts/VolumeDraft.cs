using System.Globalization;
using System.Xml;

using Muster.Simulators.Libvirt.Wire;

namespace Muster.Simulators.Libvirt.Hosts;

/// <summary>What the description of a volume says that a simulated host looks at.</summary>
internal sealed record VolumeDraft(string Name, long Bytes, string? Format, string? BasePath)
{
    /// <summary>Reads it.</summary>
    public static VolumeDraft Read(string description)
    {
        string? name = null, format = null, basePath = null;
        long? bytes = null;
        var within = new Stack<string>();
        try
        {
            using var xml = XmlReader.Create(new StringReader(description), new() { DtdProcessing = DtdProcessing.Prohibit });
            while (xml.Read())
            {
                if (xml.NodeType is XmlNodeType.EndElement)
                {
                    within.Pop();
                }
                else if (xml.NodeType is XmlNodeType.Text)
                {
                    switch (within.Peek())
                    {
                        case "name":
                            name = xml.Value;
                            break;
                        case "capacity":
                            bytes = long.Parse(xml.Value, NumberStyles.None, CultureInfo.InvariantCulture);
                            break;
                        case "path" when within.Contains("backingStore"):
                            basePath = xml.Value;
                            break;
                    }
                }
                else if (xml.NodeType is XmlNodeType.Element)
                {
                    if (xml.LocalName is "format" && !within.Contains("backingStore"))
                    {
                        format = xml.GetAttribute("type");
                    }

                    if (!xml.IsEmptyElement)
                    {
                        within.Push(xml.LocalName);
                    }
                }
            }
        }
        catch (XmlException error)
        {
            throw new RefusalException(RefusalException.XmlError, $"(storage_volume_definition):1: {error.Message}");
        }

        return name is null || bytes is null
            ? throw new RefusalException(RefusalException.XmlError, "XML error: missing name or capacity element")
            : new(name, bytes.Value, format, basePath);
    }
}
