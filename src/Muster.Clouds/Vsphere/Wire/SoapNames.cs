namespace Muster.Clouds.Vsphere.Wire;

/// <summary>The namespaces of the wire.</summary>
internal static class SoapNames
{
    /// <summary>SOAP 1.1.</summary>
    public const string Envelope = "http://schemas.xmlsoap.org/soap/envelope/";

    /// <summary>vCenter's methods and types.</summary>
    public const string Vim = "urn:vim25";

    /// <summary>Of <c>xsi:type</c>.</summary>
    public const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>Of plain values.</summary>
    public const string Schema = "http://www.w3.org/2001/XMLSchema";
}
