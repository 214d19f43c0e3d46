using System.Collections.Immutable;
using System.Text;
using System.Xml;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>An element of a request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Space">Its namespace.</param>
/// <param name="XsiType">Its <c>xsi:type</c> without prefix, and the namespace that its prefix stands for; null where it has none.</param>
/// <param name="RefType">Its <c>type</c>, as references have; null where it has none.</param>
/// <param name="Text">Its text.</param>
/// <param name="Children">What is in it.</param>
internal sealed record RequestNode(
    string Name, string Space, (string Name, string Space)? XsiType, string? RefType, string Text, ImmutableArray<RequestNode> Children)
{
    public const string Vim = "urn:vim25", Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    public const string Xsi = "http://www.w3.org/2001/XMLSchema-instance", Xsd = "http://www.w3.org/2001/XMLSchema";

    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>The first child of that name; null when there is none.</summary>
    public RequestNode? this[string name] => Children.FirstOrDefault(child => child.Name == name);

    /// <summary>Whether a child says yes.</summary>
    public bool Is(string name) => this[name]?.Text is "true" or "1";

    /// <summary>The children of that name.</summary>
    public IEnumerable<RequestNode> All(string name) => Children.Where(child => child.Name == name);

    /// <summary>Reads a request.</summary>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static RequestNode Parse(byte[] xml)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml), Settings);
        reader.MoveToContent();
        return Read(reader);
    }

    private static RequestNode Read(XmlReader reader)
    {
        var (name, space) = (reader.LocalName, reader.NamespaceURI);
        var type = reader.GetAttribute("type", Xsi);
        (string, string)? typed = null;
        if (type is not null)
        {
            var parts = type.Split(':');
            var prefix = parts.Length > 1 ? parts[0] : "";
            typed = (parts[^1], reader.LookupNamespace(prefix)
                ?? (prefix.Length == 0 ? "" : throw new XmlException($"prefix {prefix} is not declared")));
        }

        var target = reader.GetAttribute("type");
        var children = ImmutableArray.CreateBuilder<RequestNode>();
        var text = new StringBuilder();
        if (!reader.IsEmptyElement)
        {
            while (reader.Read() && reader.NodeType is not XmlNodeType.EndElement)
            {
                if (reader.NodeType is XmlNodeType.Element)
                {
                    children.Add(Read(reader));
                }
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                {
                    text.Append(reader.Value);
                }
            }
        }

        return new(name, space, typed, target, text.ToString(), children.DrainToImmutable());
    }
}
