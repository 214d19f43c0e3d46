using System.Globalization;
using System.Xml;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>A plain value.</summary>
/// <param name="Type">Its type: <c>xsd:string</c>, or an enumeration's.</param>
/// <param name="Content">What it is.</param>
internal sealed record ScalarValue(string Type, string Content) : Value
{
    public static ScalarValue Text(string text) => new("xsd:string", text);

    public static ScalarValue Flag(bool flag) => new("xsd:boolean", flag ? "true" : "false");

    public static ScalarValue Number(long number) => new("xsd:int", number.ToString(CultureInfo.InvariantCulture));

    public static ScalarValue Time(DateTimeOffset time) =>
        new("xsd:dateTime", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override void Write(XmlWriter xml, string name, bool isAny)
    {
        xml.WriteStartElement(name, RequestNode.Vim);
        if (isAny)
        {
            xml.WriteAttributeString("type", RequestNode.Xsi, Type);
        }

        xml.WriteString(Content);
        xml.WriteEndElement();
    }
}
