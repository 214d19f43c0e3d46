namespace Muster.Clouds.Tests.Ec2;

/// <summary>Refusals as EC2 writes them.</summary>
internal static class Refusals
{
    public static string Xml(string code, string message) =>
        $"<?xml version=\"1.0\" "
            + $"encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        + "<RequestID>5d6c6a1c-8a4b-4f6e-9d0f-000000000000</RequestID></Response>";
}
