using System.Xml;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>Values of one type.</summary>
/// <param name="Element">The type: <c>OptionValue</c>, <c>ManagedObjectReference</c>, <c>string</c>.</param>
/// <param name="Items">The values.</param>
internal sealed record ListValue(string Element, IReadOnlyList<Value> Items) : Value
{
    /// <inheritdoc/>
    public override void Write(XmlWriter xml, string name, bool isAny)
    {
        if (!isAny)
        {
            foreach (var item in Items)
            {
                item.Write(xml, name, isAny: false);
            }

            return;
        }

        xml.WriteStartElement(name, RequestNode.Vim);
        xml.WriteAttributeString("type", RequestNode.Xsi, $"ArrayOf{char.ToUpperInvariant(Element[0])}{Element[1..]}");
        foreach (var item in Items)
        {
            item.Write(xml, Element, isAny: false);
        }

        xml.WriteEndElement();
    }
}
