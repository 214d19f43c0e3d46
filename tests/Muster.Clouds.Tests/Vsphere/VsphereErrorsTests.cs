using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Vsphere;

public sealed class VsphereErrorsTests
{
    [Theory]
    [InlineData("InvalidLogin", CloudErrorKind.Unauthorized)]
    [InlineData("NotAuthenticated", CloudErrorKind.Unauthorized)]
    [InlineData("NoPermission", CloudErrorKind.Unauthorized)]
    [InlineData("PasswordExpired", CloudErrorKind.Unauthorized)]
    [InlineData("NoClientCertificate", CloudErrorKind.Unauthorized)]
    [InlineData("InvalidLocale", CloudErrorKind.Unauthorized)]
    [InlineData("InsufficientResourcesFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientCpuResourcesFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientMemoryResourcesFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientFailoverResourcesFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientHostCapacityFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientHostCpuCapacityFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientHostMemoryCapacityFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientPerCpuCapacity", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientStandbyResource", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientStandbyCpuResource", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientStandbyMemoryResource", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientStorageSpace", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientNetworkCapacity", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientGraphicsResourcesFault", CloudErrorKind.OutOfStock)]
    [InlineData("InsufficientVFlashResourcesFault", CloudErrorKind.OutOfStock)]
    [InlineData("NoDiskSpace", CloudErrorKind.OutOfStock)]
    [InlineData("NoCompatibleHost", CloudErrorKind.OutOfStock)]
    [InlineData("NoActiveHostInCluster", CloudErrorKind.OutOfStock)]
    [InlineData("ResourceNotAvailable", CloudErrorKind.OutOfStock)]
    [InlineData("RuleViolation", CloudErrorKind.OutOfStock)]
    [InlineData("NotEnoughLicenses", CloudErrorKind.QuotaExceeded)]
    [InlineData("VmLimitLicense", CloudErrorKind.QuotaExceeded)]
    [InlineData("LicenseRestricted", CloudErrorKind.QuotaExceeded)]
    [InlineData("LicenseExpired", CloudErrorKind.QuotaExceeded)]
    [InlineData("ManagedObjectNotFound", CloudErrorKind.NotFound)]
    [InlineData("HostNotConnected", CloudErrorKind.Unavailable)]
    [InlineData("HostNotReachable", CloudErrorKind.Unavailable)]
    [InlineData("HostCommunication", CloudErrorKind.Unavailable)]
    [InlineData("InvalidHostState", CloudErrorKind.Unavailable)]
    [InlineData("TaskInProgress", CloudErrorKind.Unavailable)]
    [InlineData("ConcurrentAccess", CloudErrorKind.Unavailable)]
    [InlineData("InvalidPowerState", CloudErrorKind.Unavailable)]
    [InlineData("InvalidState", CloudErrorKind.Unavailable)]
    [InlineData("InaccessibleDatastore", CloudErrorKind.Unavailable)]
    [InlineData("FileLocked", CloudErrorKind.Unavailable)]
    [InlineData("ResourceInUse", CloudErrorKind.Unavailable)]
    [InlineData("Timedout", CloudErrorKind.Unavailable)]
    [InlineData("RequestCanceled", CloudErrorKind.Unavailable)]
    [InlineData("DuplicateName", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidName", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidArgument", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidRequest", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidType", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidProperty", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidDatastore", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidDatastorePath", CloudErrorKind.InvalidRequest)]
    [InlineData("InvalidVmConfig", CloudErrorKind.InvalidRequest)]
    [InlineData("VmConfigFault", CloudErrorKind.InvalidRequest)]
    [InlineData("CannotAccessVmDevice", CloudErrorKind.InvalidRequest)]
    [InlineData("CannotAccessNetwork", CloudErrorKind.InvalidRequest)]
    [InlineData("NumVirtualCpusNotSupported", CloudErrorKind.InvalidRequest)]
    [InlineData("NumVirtualCpusExceedsLimit", CloudErrorKind.InvalidRequest)]
    [InlineData("NotEnoughCpus", CloudErrorKind.InvalidRequest)]
    [InlineData("MemorySizeNotSupported", CloudErrorKind.InvalidRequest)]
    [InlineData("FileNotFound", CloudErrorKind.InvalidRequest)]
    [InlineData("DatastoreNotWritableOnHost", CloudErrorKind.InvalidRequest)]
    [InlineData("CustomizationFault", CloudErrorKind.InvalidRequest)]
    [InlineData("UncustomizableGuest", CloudErrorKind.InvalidRequest)]
    [InlineData("NoDisksToCustomize", CloudErrorKind.InvalidRequest)]
    [InlineData("LinuxVolumeNotClean", CloudErrorKind.InvalidRequest)]
    [InlineData("NotSupported", CloudErrorKind.InvalidRequest)]
    [InlineData("NotFound", CloudErrorKind.InvalidRequest)]
    [InlineData("MethodDisabled", CloudErrorKind.InvalidRequest)]
    [InlineData("RestrictedVersion", CloudErrorKind.InvalidRequest)]
    [InlineData("OutOfBounds", CloudErrorKind.InvalidRequest)]
    [InlineData("SomethingNewerFault", CloudErrorKind.Unavailable)]
    [InlineData("SystemError", CloudErrorKind.Ambiguous)]
    [InlineData("", CloudErrorKind.Ambiguous)]
    public void A_fault_has_a_kind(string type, CloudErrorKind kind) =>
        Assert.Equal(kind, Translate(type, "It cannot be.").Kind);

    [Fact]
    public void A_refusal_says_what_was_asked_what_vCenter_says_and_what_to_do()
    {
        Assert.Equal(
            "vsphere CloneVM_Task: Out of memory. (InsufficientMemoryResourcesFault)",
            Translate("InsufficientMemoryResourcesFault", "Out of memory.").Message);
        Assert.Equal(
            "vsphere CloneVM_Task: Denied. (NoPermission): the user lacks the right Resource.AssignVMToPool on ResourcePool:resgroup-8: "
            + "give the role of docs/clouds/vsphere.md to it there",
            Translate(
                "NoPermission", "Denied.",
                new("object", "ResourcePool", "resgroup-8", []), new("privilegeId", null, "Resource.AssignVMToPool", [])).Message);
    }

    [Fact]
    public void A_password_is_shown_in_no_refusal()
    {
        var password = new VspherePassword(() => "correct horse", "password_file");
        password.Read();

        var error = VsphereErrors.Translate(
            "vsphere Login", new("InvalidLogin", "no: correct horse", null), CloudErrorKind.Unavailable, password.Mask);

        Assert.DoesNotContain("horse", error.Message, StringComparison.Ordinal);
    }

    private static CloudException Translate(string type, string message, params ImmutableArray<SoapNode> detail) => VsphereErrors.Translate(
        "vsphere CloneVM_Task", new(type, message, new("fault", type, "", detail)), CloudErrorKind.Ambiguous, text => text);
}
