using System.Text;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Wire;

/// <summary>A request that AWS refuses.</summary>
/// <param name="status">The status.</param>
/// <param name="code">Its code.</param>
/// <param name="message">The sentence.</param>
/// <param name="isSts">Whether STS refuses, which has another form than EC2.</param>
internal sealed class AwsRefusal(int status, string code, string message, bool isSts = false)
    : RefusedException(new(status, Encoding.UTF8.GetBytes(isSts ? OfSts(code, message) : OfEc2(code, message)), "text/xml;charset=UTF-8"),
        message)
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

    private static string OfSts(string code, string message) =>
        $"""
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <Error><Type>Sender</Type><Code>{code}</Code><Message>{Xml.Text(message)}</Message></Error>
        <RequestId>{RequestId}</RequestId></ErrorResponse>
        """;
}
