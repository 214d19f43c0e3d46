using System.Collections.Immutable;
using System.Text;
using System.Xml;

namespace Muster.Clouds.Ec2.Wire;

/// <summary>An element of an answer: its name without namespace, its text, and what is in it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its text, without that of what is in it.</param>
/// <param name="Children">What is in it, in order.</param>
internal sealed record AnswerNode(string Name, string Text, ImmutableArray<AnswerNode> Children)
{
    /// <summary>Deeper than any answer of EC2.</summary>
    private const int DepthMax = 40;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The first child of that name; null when there is none.</summary>
    public AnswerNode? this[string name] => Children.FirstOrDefault(child => child.Name == name);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="XmlException">It is no XML, or nested deeper than any answer.</exception>
    public static AnswerNode Parse(byte[] xml)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml), Settings);
        reader.MoveToContent();
        return Read(reader, 0);
    }

    /// <summary>The text of a child; null where there is none, or an empty one.</summary>
    public string? TextOf(string name) => this[name] is { Text.Length: > 0 } child ? child.Text : null;

    /// <summary>The items of a list, <c>member</c>s in newer APIs; none where it is missing.</summary>
    public IEnumerable<AnswerNode> Items(string list) => this[list]?.Children.Where(child => child.Name is "item" or "member") ?? [];

    /// <summary>The first element of that name, however deep; null when there is none.</summary>
    public AnswerNode? Find(string name) =>
        Name == name ? this : Children.Select(child => child.Find(name)).FirstOrDefault(found => found is not null);

    private static AnswerNode Read(XmlReader reader, int depth)
    {
        if (depth > DepthMax)
        {
            throw new XmlException($"it is nested deeper than {DepthMax} elements");
        }

        var name = reader.LocalName;
        if (reader.IsEmptyElement)
        {
            return new(name, "", []);
        }

        var text = new StringBuilder();
        var children = ImmutableArray.CreateBuilder<AnswerNode>();
        while (reader.Read() && reader.NodeType is not XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Element)
            {
                children.Add(Read(reader, depth + 1));
            }
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                text.Append(reader.Value);
            }
        }

        return new(name, text.ToString(), children.DrainToImmutable());
    }
}
