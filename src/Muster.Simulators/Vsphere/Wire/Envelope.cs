using System.Text;
using System.Xml;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>Answers as SOAP.</summary>
internal static class Envelope
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), NewLineHandling = NewLineHandling.Entitize,
    };

    /// <summary>An answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="body">Writes what is in the body.</param>
    public static Reply Write(int status, Action<XmlWriter> body)
    {
        using var message = new MemoryStream();
        using (var xml = XmlWriter.Create(message, Settings))
        {
            xml.WriteStartElement("soapenv", "Envelope", RequestNode.Soap);
            xml.WriteAttributeString("xmlns", "xsd", null, RequestNode.Xsd);
            xml.WriteAttributeString("xmlns", "xsi", null, RequestNode.Xsi);
            xml.WriteStartElement("Body", RequestNode.Soap);
            body(xml);
        }

        return new(status, message.ToArray(), "text/xml; charset=utf-8");
    }

    /// <summary>The answer to a method.</summary>
    public static Reply Of(string method, params IEnumerable<Value> returned) => Write(200, xml =>
    {
        xml.WriteStartElement($"{method}Response", RequestNode.Vim);
        foreach (var value in returned)
        {
            value.Write(xml, "returnval", isAny: false);
        }
    });
}
