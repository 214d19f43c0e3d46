using System.Text;
using System.Xml;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>XML as libvirt takes it.</summary>
internal static class XmlForm
{
    /// <summary>Writes a document.</summary>
    public static string Write(Action<XmlWriter> write)
    {
        var text = new StringBuilder();

        // Line ends and tabs within attributes as entities: a reader makes blanks of them otherwise.
        using (var xml = XmlWriter.Create(text, new() { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize }))
        {
            write(xml);
        }

        return text.ToString();
    }
}
