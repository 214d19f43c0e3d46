using System.Collections.Immutable;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>The one place where vCenter's faults become kinds of <see cref="CloudException"/>: their types decide.</summary>
/// <remarks>vmware/govmomi, vim25/types/types.go, as of August 2026.</remarks>
internal static class VsphereErrors
{
    /// <summary>vCenter's sentences are for people; more than this of one is not.</summary>
    private const int TextMax = 300;

    private static readonly ErrorTable Kinds = new(
    [
        .. Rows(
            CloudErrorKind.Unauthorized,
            "InvalidLogin", "NotAuthenticated", "NoPermission", "PasswordExpired", "NoClientCertificate", "InvalidLocale"),
        .. Rows(
            CloudErrorKind.OutOfStock,
            "InsufficientResourcesFault", "InsufficientCpuResourcesFault", "InsufficientMemoryResourcesFault",
            "InsufficientFailoverResourcesFault", "InsufficientHostCapacityFault", "InsufficientHostCpuCapacityFault",
            "InsufficientHostMemoryCapacityFault", "InsufficientPerCpuCapacity", "InsufficientStandbyResource",
            "InsufficientStandbyCpuResource", "InsufficientStandbyMemoryResource", "InsufficientStorageSpace",
            "InsufficientNetworkCapacity",
            "InsufficientGraphicsResourcesFault", "InsufficientVFlashResourcesFault", "NoDiskSpace", "NoCompatibleHost",
            "NoActiveHostInCluster", "ResourceNotAvailable", "RuleViolation"),
        .. Rows(CloudErrorKind.QuotaExceeded, "NotEnoughLicenses", "VmLimitLicense", "LicenseRestricted", "LicenseExpired"),
        .. Rows(CloudErrorKind.NotFound, "ManagedObjectNotFound"),
        // Something stands in the way now, and the engine asks again.
        .. Rows(
            CloudErrorKind.Unavailable,
            "HostNotConnected", "HostNotReachable", "HostCommunication", "InvalidHostState", "TaskInProgress", "ConcurrentAccess",
            "InvalidPowerState", "InvalidState", "InaccessibleDatastore", "FileLocked", "ResourceInUse", "Timedout", "RequestCanceled"),
        .. Rows(
            CloudErrorKind.InvalidRequest,
            "DuplicateName", "InvalidName", "InvalidArgument", "InvalidRequest", "InvalidType", "InvalidProperty", "InvalidDatastore",
            "InvalidDatastorePath", "InvalidVmConfig", "VmConfigFault", "CannotAccessVmDevice", "CannotAccessNetwork",
            "NumVirtualCpusNotSupported", "NumVirtualCpusExceedsLimit", "NotEnoughCpus", "MemorySizeNotSupported", "FileNotFound",
            "DatastoreNotWritableOnHost", "CustomizationFault", "UncustomizableGuest", "NoDisksToCustomize", "LinuxVolumeNotClean",
            "ToolsUnavailable", "NotSupported", "NotFound", "MethodDisabled", "RestrictedVersion", "OutOfBounds"),
    ]);

    private static readonly ImmutableDictionary<string, string> Advice = new Dictionary<string, string>
    {
        ["InvalidLogin"] =
            "the user or the password is wrong, or the account is locked: a name has its domain, such as muster@vsphere.local",
        ["PasswordExpired"] = "set a new password for the user in vCenter, and write it into password_file",
        ["LicenseExpired"] = "vCenter's or the host's licence has expired",
        ["RestrictedVersion"] = "the licence of this host does not allow changes over the API",
        ["ToolsUnavailable"] = "VMware's tools do not run in it, so that nothing can ask it to shut down: stop it at once",
        ["HostNotConnected"] = "its host is not connected to vCenter",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>What a refusal means.</summary>
    /// <param name="call">What was asked.</param>
    /// <param name="fault">The refusal.</param>
    /// <param name="doubt">The kind of a refusal that does not say how far it came.</param>
    /// <param name="mask">Takes secrets out of its sentence.</param>
    public static CloudException Translate(string call, SoapFault fault, CloudErrorKind doubt, Func<string, string> mask)
    {
        var kind = fault.Type is "" or "SystemError" or "RuntimeFault" or "MethodFault" ? doubt
            // A fault that is not known is still vCenter's word that it was not done.
            : Kinds.KindOf(fault.Message ?? "", fault.Type) ?? CloudErrorKind.Unavailable;
        var said = fault.Message is { Length: > 0 } message ? ForeignText.Shown(mask(message), TextMax) : "no word why";
        var type = fault.Type.Length > 0 ? $" ({ForeignText.Shown(fault.Type)})" : "";
        var advice = fault.Type is "NoPermission" ? PermissionAdvice(fault.Detail) : Advice.GetValueOrDefault(fault.Type);
        var text = $"{call}: {said}{type}{(advice is null ? "" : $": {advice}")}";
        return new(kind, text, innerException: new VsphereFaultException(text, fault));
    }

    /// <summary>The refusal behind an exception; null where it is none of vCenter's.</summary>
    public static SoapFault? FaultOf(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is VsphereFaultException { Fault: var fault })
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>Whether an exception is a refusal of that type.</summary>
    public static bool Is(Exception error, string type) => FaultOf(error)?.Type == type;

    private static string PermissionAdvice(SoapNode? detail)
    {
        var right = detail?.TextOf("privilegeId") is { } privilege ? $"the right {ForeignText.Shown(privilege)}" : "a right";
        var where = detail?.RefOf("object") is { } target ? $" on {ForeignText.Shown(target.ToString())}" : "";
        return $"the user lacks {right}{where}: give the role of docs/clouds/vsphere.md to it there";
    }

    private static IEnumerable<ErrorRow> Rows(CloudErrorKind kind, params IEnumerable<string> types) =>
        types.Select(type => new ErrorRow(kind, Code: type));
}
