using System.Collections.Immutable;
using System.Globalization;
using System.Xml;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>What a domain's metadata say of an instance: an element of a namespace of its own, put on with the creation.</summary>
/// <remarks>Texts are attributes: what is between elements, libvirt indents anew.</remarks>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Image">What it was made from, as its template says it.</param>
/// <param name="Tags">Its tags, to the letter.</param>
/// <param name="Volumes">The volumes that were made for it, and go with it.</param>
internal sealed record InstanceMark(
    DateTimeOffset CreatedAt,
    string Image,
    ImmutableSortedDictionary<string, string> Tags,
    ImmutableArray<VolumeName> Volumes)
{
    /// <summary>Whether its disks are still being made: it has never run.</summary>
    public bool IsMaking { get; init; }

    /// <summary>The namespace.</summary>
    public const string Uri = "urn:muster:libvirt:1";

    private const string Element = "instance", Created = "created", Making = "making", ImageName = "image";
    private const string Tag = "tag", Name = "name", Value = "value";
    private const string Volume = "volume", Pool = "pool";

    /// <summary>Writes it into a domain's description.</summary>
    public void Write(XmlWriter xml)
    {
        xml.WriteStartElement("muster", Element, Uri);
        xml.WriteAttributeString(Created, CreatedAt.ToString("O", CultureInfo.InvariantCulture));
        xml.WriteAttributeString(ImageName, Image);
        if (IsMaking)
        {
            xml.WriteAttributeString(Making, "true");
        }

        foreach (var (name, value) in Tags)
        {
            xml.WriteStartElement("muster", Tag, Uri);
            xml.WriteAttributeString(Name, name);
            xml.WriteAttributeString(Value, value);
            xml.WriteEndElement();
        }

        foreach (var volume in Volumes)
        {
            xml.WriteStartElement("muster", Volume, Uri);
            xml.WriteAttributeString(Pool, volume.Pool);
            xml.WriteAttributeString(Name, volume.Name);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>Reads it.</summary>
    /// <param name="text">The element, as libvirt gives it.</param>
    /// <param name="flaw">What of it cannot be read, as after a hand has changed it; null when all can.</param>
    public static InstanceMark Read(string text, out string? flaw)
    {
        var created = DateTimeOffset.UnixEpoch;
        var image = "";
        var isMaking = false;
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var volumes = ImmutableArray.CreateBuilder<VolumeName>();
        flaw = null;
        try
        {
            using var xml = XmlReader.Create(
                new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit, ConformanceLevel = ConformanceLevel.Fragment });
            while (xml.Read())
            {
                if (xml.NodeType is not XmlNodeType.Element)
                {
                    continue;
                }

                switch (xml.LocalName)
                {
                    case Element:
                        image = xml.GetAttribute(ImageName) ?? "";
                        isMaking = xml.GetAttribute(Making) is "true";
                        if (!DateTimeOffset.TryParseExact(
                            xml.GetAttribute(Created), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out created))
                        {
                            (created, flaw) = (DateTimeOffset.UnixEpoch, $"its {Created} is no time");
                        }

                        break;
                    case Tag when xml.GetAttribute(Name) is { } name:
                        tags[name] = xml.GetAttribute(Value) ?? "";
                        break;
                    case Volume when xml.GetAttribute(Pool) is { } pool && xml.GetAttribute(Name) is { } name:
                        volumes.Add(new(pool, name));
                        break;
                }
            }
        }
        catch (XmlException error)
        {
            flaw = $"its metadata are no XML: {error.Message}";
        }

        return new(created, image, tags.ToImmutable(), volumes.ToImmutable()) { IsMaking = isMaking };
    }

    /// <summary>The first character of a text that no XML can carry, as <c>U+0001</c>; null where it can carry all.</summary>
    public static string? Unspeakable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(text[i]))
            {
                return $"U+{((int)text[i]).ToString("X4", CultureInfo.InvariantCulture)}";
            }
        }

        return null;
    }
}
