using System.Text;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Wire;

/// <summary>A request that AWS refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="code">Its code.</param>
/// <param name="message">The sentence.</param>
/// <param name="wire">Whose form it has.</param>
internal sealed class AwsRefusal(int status, string code, string message, AwsWire wire = AwsWire.Ec2)
    : RefusedException(new(status, Encoding.UTF8.GetBytes(Write(wire, code, message)), "text/xml;charset=UTF-8"), message)
{
    private const string RequestId = "00000000-0000-4000-8000-000000000000";

    /// <summary>A value that there is not, or that cannot be.</summary>
    public static AwsRefusal Value(string message) => new(400, "InvalidParameterValue", message);

    private static string OfEc2(string code, string message) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Response><Errors><Error><Code>{code}</Code><Message>{Xml.Text(message)}</Message></Error></Errors>
        <RequestID>{RequestId}</RequestID></Response>
        """;

    private static string Write(AwsWire wire, string code, string message) => wire switch
    {
        AwsWire.Sts => OfQuery(Xml.StsNamespace, code, message),
        AwsWire.Balancing => OfQuery(Xml.BalancingNamespace, code, message),
        _ => OfEc2(code, message),
    };

    private static string OfQuery(string space, string code, string message) =>
        $"""
        <ErrorResponse xmlns="{space}">
        <Error><Type>Sender</Type><Code>{code}</Code><Message>{Xml.Text(message)}</Message></Error>
        <RequestId>{RequestId}</RequestId></ErrorResponse>
        """;
}

/// <summary>The forms in which services of AWS write XML.</summary>
internal enum AwsWire
{
    /// <summary>EC2's own.</summary>
    Ec2,

    /// <summary>The Query protocol's, as STS writes it.</summary>
    Sts,

    /// <summary>The Query protocol's, as Elastic Load Balancing writes it.</summary>
    Balancing,
}
