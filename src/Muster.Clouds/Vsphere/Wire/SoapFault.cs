namespace Muster.Clouds.Vsphere.Wire;

/// <summary>A refusal, as vCenter types it.</summary>
/// <param name="Type">The fault's type: <c>NoPermission</c>; empty where there is none.</param>
/// <param name="Message">Its sentence; null where there is none.</param>
/// <param name="Detail">The fault itself; null where there is none.</param>
internal sealed record SoapFault(string Type, string? Message, SoapNode? Detail)
{
    private const string Suffix = "Fault";

    /// <summary>Reads the fault of a message; null where it is none.</summary>
    public static SoapFault? Read(SoapNode message)
    {
        if (message["Body"]?["Fault"] is not { } fault)
        {
            return null;
        }

        var detail = fault["detail"] is { Children: [var first, ..] } ? first : null;
        var type = detail?.Type ?? (detail?.Name is { } name && name.EndsWith(Suffix, StringComparison.Ordinal)
            ? name[..^Suffix.Length]
            : detail?.Name);
        return new(type ?? "", fault.TextOf("faultstring"), detail);
    }

    /// <summary>Reads a <c>LocalizedMethodFault</c>: how a task failed, or why a property cannot be told.</summary>
    public static SoapFault Of(SoapNode? localized) =>
        new(localized?["fault"]?.Type ?? "", localized?.TextOf("localizedMessage"), localized?["fault"]);
}
