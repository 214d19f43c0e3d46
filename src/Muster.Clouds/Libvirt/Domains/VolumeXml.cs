using System.Globalization;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>Descriptions of volumes that are to be made: https://libvirt.org/formatstorage.html#storage-volume-xml.</summary>
internal static class VolumeXml
{
    /// <summary>A disk that holds what differs from another one, which stays as it is.</summary>
    public static string Linked(string name, long bytes, string basePath, string baseFormat) => XmlForm.Write(xml =>
    {
        xml.WriteStartElement("volume");
        xml.WriteElementString("name", name);
        Size(xml, "capacity", bytes);
        Format(xml, "qcow2");
        xml.WriteStartElement("backingStore");
        xml.WriteElementString("path", basePath);
        xml.WriteStartElement("format");
        xml.WriteAttributeString("type", baseFormat);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>A disk of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">How large.</param>
    /// <param name="format">Its format; null where the pool has none.</param>
    /// <param name="isSparse">Whether the host gives it room only as it is written.</param>
    public static string Plain(string name, long bytes, string? format, bool isSparse) => XmlForm.Write(xml =>
    {
        xml.WriteStartElement("volume");
        xml.WriteElementString("name", name);
        Size(xml, "capacity", bytes);
        if (isSparse)
        {
            Size(xml, "allocation", 0);
        }

        if (format is not null)
        {
            Format(xml, format);
        }

        xml.WriteEndElement();
    });

    private static void Size(System.Xml.XmlWriter xml, string element, long bytes)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("unit", "bytes");
        xml.WriteString(bytes.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }

    private static void Format(System.Xml.XmlWriter xml, string format)
    {
        xml.WriteStartElement("target");
        xml.WriteStartElement("format");
        xml.WriteAttributeString("type", format);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}
