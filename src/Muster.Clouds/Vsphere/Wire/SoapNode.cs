using System.Collections.Immutable;
using System.Text;
using System.Xml;

namespace Muster.Clouds.Vsphere.Wire;

/// <summary>An element of an answer, without its namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The <c>type</c> of a reference, or what <c>xsi:type</c> says, without a prefix; null where neither is.</param>
/// <param name="Text">Its text, without that of what is in it.</param>
/// <param name="Children">What is in it, in order.</param>
internal sealed record SoapNode(string Name, string? Type, string Text, ImmutableArray<SoapNode> Children)
{
    /// <summary>Deeper than any answer to what is asked.</summary>
    private const int DepthMax = 60;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The first child of that name; null when there is none.</summary>
    public SoapNode? this[string name] => Children.FirstOrDefault(child => child.Name == name);

    /// <summary>Reads a message.</summary>
    /// <exception cref="XmlException">It is no XML, or nested deeper than any answer.</exception>
    public static SoapNode Parse(byte[] xml)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml), Settings);
        reader.MoveToContent();
        return Read(reader, 0);
    }

    /// <summary>The text of a child; null where there is none, or an empty one.</summary>
    public string? TextOf(string name) => this[name] is { Text.Length: > 0 } child ? child.Text : null;

    /// <summary>The reference in a child; null where there is none.</summary>
    public MoRef? RefOf(string name) => this[name]?.AsRef;

    /// <summary>It as a reference; null where it is none.</summary>
    public MoRef? AsRef => Type is { Length: > 0 } type && Text.Length > 0 ? new(type, Text) : null;

    /// <summary>The references of an array.</summary>
    public IEnumerable<MoRef> Refs => Children.Select(child => child.AsRef).OfType<MoRef>();

    /// <summary>The children of that name.</summary>
    public IEnumerable<SoapNode> All(string name) => Children.Where(child => child.Name == name);

    private static SoapNode Read(XmlReader reader, int depth)
    {
        if (depth > DepthMax)
        {
            throw new XmlException($"it is nested deeper than {DepthMax} elements");
        }

        var name = reader.LocalName;
        // A reference has both where any type may stand, and only its own says of what it is.
        var type = reader.GetAttribute("type") ?? reader.GetAttribute("type", SoapNames.Instance);
        type = type?[(type.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (reader.IsEmptyElement)
        {
            return new(name, type, "", []);
        }

        StringBuilder? text = null;
        var first = "";
        var children = ImmutableArray.CreateBuilder<SoapNode>();
        while (reader.Read() && reader.NodeType is not XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Element)
            {
                children.Add(Read(reader, depth + 1));
            }
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                if (first.Length == 0)
                {
                    first = reader.Value;
                }
                else
                {
                    (text ??= new(first)).Append(reader.Value);
                }
            }
        }

        return new(name, type, text?.ToString() ?? first, children.DrainToImmutable());
    }
}
