using System.Globalization;
using System.Xml;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>What libvirt says of a volume.</summary>
/// <param name="CapacityBytes">How large a disk it is.</param>
/// <param name="Path">Where it lies at the host.</param>
/// <param name="Format">Its format: <c>qcow2</c>, <c>raw</c>; null where it has none, as in a pool of block devices.</param>
/// <param name="BasePath">Where the volume lies that it builds on; null where it builds on none.</param>
/// <param name="ChangedAt">When its file was last changed; null where that is not told.</param>
internal sealed record VolumeFacts(long CapacityBytes, string Path, string? Format, string? BasePath, DateTimeOffset? ChangedAt)
{
    /// <summary>Reads the answer of <c>virStorageVolGetXMLDesc</c>.</summary>
    public static VolumeFacts Read(string description)
    {
        using var xml = XmlReader.Create(new StringReader(description), new() { DtdProcessing = DtdProcessing.Prohibit });
        long capacity = 0;
        string? path = null, format = null, basePath = null;
        DateTimeOffset? changed = null;
        var within = new Stack<string>();
        while (xml.Read())
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    if (xml.LocalName is "format" && within.Contains("target") && !within.Contains("backingStore"))
                    {
                        format = xml.GetAttribute("type");
                    }

                    if (!xml.IsEmptyElement)
                    {
                        within.Push(xml.LocalName);
                    }

                    break;
                case XmlNodeType.EndElement:
                    within.Pop();
                    break;
                case XmlNodeType.Text:
                    var isBase = within.Contains("backingStore");
                    switch (within.Peek())
                    {
                        // Always in bytes in what libvirt says.
                        case "capacity" when !isBase:
                            _ = long.TryParse(xml.Value, NumberStyles.None, CultureInfo.InvariantCulture, out capacity);
                            break;
                        case "path" when isBase:
                            basePath = xml.Value;
                            break;
                        case "path":
                            path = xml.Value;
                            break;
                        // Seconds and nanoseconds of the file's inode.
                        case "ctime" when double.TryParse(xml.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                            && seconds is >= 0 and < 1e11:
                            changed = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
                            break;
                    }

                    break;
            }
        }

        return new(capacity, path ?? "", format, basePath, changed);
    }
}
