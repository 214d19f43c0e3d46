using System.Xml;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>A data object.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Fields">Its fields that are set, in the order of the type.</param>
internal sealed record ObjectValue(string Type, IReadOnlyList<(string Name, Value Value)> Fields) : Value
{
    /// <summary>A field; null where it is unset.</summary>
    public Value? this[string name] => Fields.FirstOrDefault(field => field.Name == name).Value;

    /// <inheritdoc/>
    public override void Write(XmlWriter xml, string name, bool isAny)
    {
        xml.WriteStartElement(name, RequestNode.Vim);
        xml.WriteAttributeString("type", RequestNode.Xsi, Type);
        foreach (var (field, value) in Fields)
        {
            // Of the fields that the simulator tells, these are declared as any type.
            var isAnyField = (Type, field) is ("OptionValue", "value") or ("TaskInfo", "result") or ("DynamicProperty", "val")
                or ("PropertyChange", "val");
            value.Write(xml, field, isAnyField);
        }

        xml.WriteEndElement();
    }
}
