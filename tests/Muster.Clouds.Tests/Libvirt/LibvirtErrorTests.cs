using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>Each row of the table.</summary>
public sealed class LibvirtErrorTests
{
    [Theory]
    [InlineData(45, "authentication failed: access denied by policy", CloudErrorKind.Unauthorized)]
    [InlineData(94, "authentication unavailable: no polkit agent available to authenticate action", CloudErrorKind.Unauthorized)]
    [InlineData(79, "authentication cancelled: user cancelled", CloudErrorKind.Unauthorized)]
    [InlineData(45, "", CloudErrorKind.Unauthorized)]
    [InlineData(79, "", CloudErrorKind.Unauthorized)]
    [InlineData(94, "", CloudErrorKind.Unauthorized)]
    [InlineData(38, "Cannot recv data: Host key verification failed.: Connection reset by peer", CloudErrorKind.Unauthorized)]
    [InlineData(38, "Cannot recv data: root@rack1: Permission denied (publickey,password).", CloudErrorKind.Unauthorized)]
    [InlineData(38, "Failed to connect socket to '/run/libvirt/libvirt-sock': Permission denied", CloudErrorKind.Unauthorized)]
    [InlineData(1, "internal error: The server certificate hasn't got a known issuer.", CloudErrorKind.Unauthorized)]
    [InlineData(38, "Unable to read TLS confirmation: Input/output error", CloudErrorKind.Unauthorized)]
    [InlineData(39, "server verification (of our certificate or IP address) failed", CloudErrorKind.Unauthorized)]
    [InlineData(88, "access denied: 'domain' denied access", CloudErrorKind.Unauthorized)]
    [InlineData(29, "operation virDomainCreateXML forbidden for read only access", CloudErrorKind.Unauthorized)]
    [InlineData(1, "internal error: qemu: cannot set up guest memory 'pc.ram': Cannot allocate memory", CloudErrorKind.OutOfStock)]
    [InlineData(38, "cannot create path '/images/a': No space left on device", CloudErrorKind.OutOfStock)]
    [InlineData(9, "operation failed: Not enough free space in pool for volume 'a'", CloudErrorKind.OutOfStock)]
    [InlineData(2, "out of memory", CloudErrorKind.OutOfStock)]
    [InlineData(9, "operation failed: domain 'web' already exists with uuid 1", CloudErrorKind.InvalidRequest)]
    [InlineData(9, "operation failed: domain 'web' is already defined with uuid 1", CloudErrorKind.InvalidRequest)]
    [InlineData(43, "Network not found", CloudErrorKind.InvalidRequest)]
    [InlineData(49, "Storage pool not found", CloudErrorKind.InvalidRequest)]
    [InlineData(50, "Storage volume not found", CloudErrorKind.InvalidRequest)]
    [InlineData(27, "XML error", CloudErrorKind.InvalidRequest)]
    [InlineData(35, "(domain_definition):1", CloudErrorKind.InvalidRequest)]
    [InlineData(92, "XML document failed to validate", CloudErrorKind.InvalidRequest)]
    [InlineData(67, "unsupported configuration: no such machine", CloudErrorKind.InvalidRequest)]
    [InlineData(8, "invalid argument", CloudErrorKind.InvalidRequest)]
    [InlineData(3, "this function is not supported", CloudErrorKind.InvalidRequest)]
    [InlineData(84, "Operation not supported", CloudErrorKind.InvalidRequest)]
    [InlineData(42, "Domain not found", CloudErrorKind.NotFound)]
    [InlineData(45, "authentication failed: TLS handshake failed Error in the pull function.", CloudErrorKind.Unavailable)]
    [InlineData(45, "authentication failed: TLS handshake failed Error in the push function.", CloudErrorKind.Unavailable)]
    [InlineData(87, "resource busy", CloudErrorKind.Unavailable)]
    [InlineData(68, "Timed out during operation: cannot acquire state change lock", CloudErrorKind.Unavailable)]
    [InlineData(1, "internal error: something else", CloudErrorKind.Unavailable)]
    public void Each_refusal_has_its_kind(int code, string message, CloudErrorKind kind) =>
        Assert.Equal(kind, Translate(code, message, isAlive: true).Kind);

    [Theory]
    [InlineData(CloudErrorKind.Ambiguous)]
    [InlineData(CloudErrorKind.Unavailable)]
    public void A_connection_that_broke_says_nothing_but_that(CloudErrorKind broken) => Assert.Equal(
        broken,
        LibvirtErrors.Translate(
            new LibvirtException(38, "call", "Cannot recv data: Connection reset by peer"), "rack1", isAlive: false, broken).Kind);

    [Theory]
    [InlineData("Failed to connect socket to '/run/libvirt/libvirt-sock': No such file or directory", "libvirtd does not run there")]
    [InlineData("Failed to connect socket to '/run/libvirt/libvirt-sock': Permission denied", "group libvirt")]
    [InlineData("Cannot recv data: Host key verification failed.", "ssh to it once as the server's user")]
    [InlineData("The server certificate hasn't got a known issuer", "/etc/pki/CA/cacert.pem")]
    [InlineData("root@rack1: Permission denied (publickey)", "authorized_keys")]
    [InlineData("Unable to read TLS confirmation: Input/output error", "clientcert.pem")]
    public void What_a_person_can_mend_says_how(string message, string advice) =>
        Assert.Contains(advice, Translate(38, message, isAlive: false).Message, StringComparison.Ordinal);

    private static CloudException Translate(int code, string message, bool isAlive) =>
        LibvirtErrors.Translate(new LibvirtException(code, "call", message), "rack1", isAlive, CloudErrorKind.Unavailable);
}
