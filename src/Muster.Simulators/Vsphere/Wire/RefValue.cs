using System.Xml;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>A reference to a managed object.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">Its key.</param>
internal sealed record RefValue(string Type, string Key) : Value
{
    /// <inheritdoc/>
    public override void Write(XmlWriter xml, string name, bool isAny)
    {
        xml.WriteStartElement(name, RequestNode.Vim);
        if (isAny)
        {
            xml.WriteAttributeString("type", RequestNode.Xsi, "ManagedObjectReference");
        }

        xml.WriteAttributeString("type", Type);
        xml.WriteString(Key);
        xml.WriteEndElement();
    }
}
