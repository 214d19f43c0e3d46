using System.Text;
using System.Xml;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>A refusal in vCenter's form.</summary>
/// <param name="type">The fault's type: <c>NoPermission</c>.</param>
/// <param name="message">Its sentence.</param>
/// <param name="fields">Its fields.</param>
internal sealed class VimFault(string type, string message, params (string Name, Value Value)[] fields)
    : RefusedException(Answer(type, message, fields), message)
{
    /// <summary>Its type.</summary>
    public string Type => type;

    /// <summary>It as a value, as tasks have it.</summary>
    public Value AsLocalized() => new ObjectValue(
        "LocalizedMethodFault", [("fault", new ObjectValue(type, fields)), ("localizedMessage", ScalarValue.Text(Message))]);

    /// <summary>There is no such object.</summary>
    public static VimFault Gone(RefValue target) => new(
        "ManagedObjectNotFound", $"The object '{target.Key}' has already been deleted or has not been completely created",
        ("obj", target));

    /// <summary>A request that its type does not allow.</summary>
    public static VimFault Malformed(string message) => new("InvalidRequest", message);

    /// <summary>An argument that cannot be.</summary>
    public static VimFault Argument(string property) => new(
        "InvalidArgument", $"A specified parameter was not correct: {property}", ("invalidProperty", ScalarValue.Text(property)));

    private static Reply Answer(string type, string message, (string Name, Value Value)[] fields) => Envelope.Write(500, xml =>
    {
        xml.WriteStartElement("Fault", RequestNode.Soap);
        xml.WriteElementString("faultcode", "", "ServerFaultCode");
        xml.WriteElementString("faultstring", "", message);
        xml.WriteStartElement("detail", "");
        xml.WriteStartElement($"{type}Fault", RequestNode.Vim);
        xml.WriteAttributeString("type", RequestNode.Xsi, type);
        foreach (var (name, value) in fields)
        {
            value.Write(xml, name, isAny: false);
        }
    });
}
