using System.Globalization;
using System.Text;
using System.Xml;

namespace Muster.Clouds.Vsphere.Wire;

/// <summary>Writes the request of a method. vCenter takes elements in the order of its types alone, so the order is the caller's.</summary>
internal sealed class SoapWriter
{
    // Line ends of values stay as they are.
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), NewLineHandling = NewLineHandling.Entitize,
    };

    private readonly XmlWriter _xml;

    private SoapWriter(XmlWriter xml) => _xml = xml;

    /// <summary>Whether a text can stand in a message: no control characters but tabs and line ends, whole pairs of UTF-16.</summary>
    public static bool CanSay(string text)
    {
        try
        {
            XmlConvert.VerifyXmlChars(text);
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>A message.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="target">On which object.</param>
    /// <param name="arguments">Writes what else it is called with; null for nothing.</param>
    public static byte[] Write(string method, MoRef target, Action<SoapWriter>? arguments)
    {
        using var message = new MemoryStream();
        using (var xml = XmlWriter.Create(message, Settings))
        {
            var writer = new SoapWriter(xml);
            xml.WriteStartElement("soapenv", "Envelope", SoapNames.Envelope);
            xml.WriteAttributeString("xmlns", "xsd", null, SoapNames.Schema);
            xml.WriteAttributeString("xmlns", "xsi", null, SoapNames.Instance);
            xml.WriteStartElement("Body", SoapNames.Envelope);
            xml.WriteStartElement(method, SoapNames.Vim);
            writer.Ref("_this", target);
            arguments?.Invoke(writer);
        }

        return message.ToArray();
    }

    /// <summary>A text.</summary>
    public void Text(string name, string value) => _xml.WriteElementString(name, SoapNames.Vim, value);

    /// <summary>A text, where there is one.</summary>
    public void TextIfAny(string name, string? value)
    {
        if (value is not null)
        {
            Text(name, value);
        }
    }

    /// <summary>Texts, an element each.</summary>
    public void Texts(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Text(name, value);
        }
    }

    /// <summary>A number.</summary>
    public void Number(string name, long value) => Text(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Yes or no.</summary>
    public void Flag(string name, bool value) => Text(name, value ? "true" : "false");

    /// <summary>A text where any type may stand.</summary>
    public void AnyText(string name, string value)
    {
        _xml.WriteStartElement(name, SoapNames.Vim);
        _xml.WriteAttributeString("type", SoapNames.Instance, "xsd:string");
        _xml.WriteString(value);
        _xml.WriteEndElement();
    }

    /// <summary>A reference.</summary>
    public void Ref(string name, MoRef target)
    {
        _xml.WriteStartElement(name, SoapNames.Vim);
        _xml.WriteAttributeString("type", target.Type);
        _xml.WriteString(target.Value);
        _xml.WriteEndElement();
    }

    /// <summary>A reference, where there is one.</summary>
    public void RefIfAny(string name, MoRef? target)
    {
        if (target is not null)
        {
            Ref(name, target);
        }
    }

    /// <summary>An element with others in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Writes what is in it.</param>
    /// <param name="type">Its type, where the declared one has several; null for that.</param>
    public void Element(string name, Action content, string? type = null)
    {
        _xml.WriteStartElement(name, SoapNames.Vim);
        if (type is not null)
        {
            _xml.WriteAttributeString("type", SoapNames.Instance, type);
        }

        content();
        _xml.WriteEndElement();
    }

    /// <summary>What came in an answer, under another name: with its types, and its texts as they are.</summary>
    public void Copy(string name, SoapNode node)
    {
        _xml.WriteStartElement(name, SoapNames.Vim);
        if (node.Type is { } type)
        {
            _xml.WriteAttributeString("type", SoapNames.Instance, type);
        }

        if (node.Children.IsEmpty)
        {
            _xml.WriteString(node.Text);
        }

        foreach (var child in node.Children)
        {
            Copy(child.Name, child);
        }

        _xml.WriteEndElement();
    }
}
