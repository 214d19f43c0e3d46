using System.Globalization;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Libvirt.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>What libvirt's refusals mean. Its numbers say little, so that its sentences are asked first.</summary>
internal static class LibvirtErrors
{
    /// <summary>The rows; docs/clouds/libvirt.md shows them.</summary>
    public static ErrorTable Table { get; } = new(
        // A host that goes away in the midst of a TLS handshake is told as one that lets nobody in.
        Row(CloudErrorKind.Unavailable, words: "Error in the pull function"),
        Row(CloudErrorKind.Unavailable, words: "Error in the push function"),

        // ssh and TLS say why in words alone, in an error of the system or of the wire.
        Row(CloudErrorKind.Unauthorized, words: "authentication failed"),
        Row(CloudErrorKind.Unauthorized, words: "authentication unavailable"),
        Row(CloudErrorKind.Unauthorized, words: "authentication cancelled"),
        Row(CloudErrorKind.Unauthorized, words: "Host key verification failed"),
        Row(CloudErrorKind.Unauthorized, words: "Permission denied"),
        Row(CloudErrorKind.Unauthorized, words: "certificate"),
        Row(CloudErrorKind.Unauthorized, words: "TLS confirmation"),
        Row(CloudErrorKind.Unauthorized, words: "server verification"),
        Row(CloudErrorKind.Unauthorized, LibvirtCode.AuthFailed),
        Row(CloudErrorKind.Unauthorized, LibvirtCode.AuthCancelled),
        Row(CloudErrorKind.Unauthorized, LibvirtCode.AuthUnavailable),
        Row(CloudErrorKind.Unauthorized, LibvirtCode.AccessDenied),
        Row(CloudErrorKind.Unauthorized, LibvirtCode.OperationDenied),

        // No more memory, disk or processors on this host.
        Row(CloudErrorKind.OutOfStock, words: "Cannot allocate memory"),
        Row(CloudErrorKind.OutOfStock, words: "No space left on device"),
        Row(CloudErrorKind.OutOfStock, words: "Not enough free space"),
        Row(CloudErrorKind.OutOfStock, LibvirtCode.NoMemory),

        // What the template asks for cannot be.
        Row(CloudErrorKind.InvalidRequest, words: "already exists with uuid"),
        Row(CloudErrorKind.InvalidRequest, words: "is already defined with uuid"),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.NoNetwork),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.NoPool),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.NoVolume),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.XmlError),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.XmlDetail),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.XmlInvalidSchema),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.ConfigUnsupported),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.InvalidArgument),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.NoSupport),
        Row(CloudErrorKind.InvalidRequest, LibvirtCode.OperationUnsupported),
        Row(CloudErrorKind.NotFound, LibvirtCode.NoDomain),

        // The rest is of the moment: it did not happen, and is tried again with back-off.
        Row(CloudErrorKind.Unavailable, LibvirtCode.ResourceBusy),
        Row(CloudErrorKind.Unavailable, LibvirtCode.OperationTimeout));

    /// <summary>What to do about it, where that can be said.</summary>
    private static readonly (string Words, string Advice)[] Advices =
    [
        ("Host key verification failed",
            "ssh does not know this host's key: ssh to it once as the server's user, or add it to known_hosts"),
        ("hasn't got a known issuer", "put the certificate of the authority that signed the host's into /etc/pki/CA/cacert.pem, or into a "
            + "directory that the URI names (?pkipath=/path)"),
        ("Permission denied (", "ssh takes none of the server user's keys: add one to the host's authorized_keys, or name it in the URI "
            + "(?keyfile=/path)"),
        ("Permission denied", "add the server's user to the group libvirt, or have polkit allow it org.libvirt.unix.manage"),
        ("Failed to connect socket to", "libvirtd does not run there, or listens elsewhere: start it, or name its socket in the URI "
            + "(qemu:///system?socket=/path)"),
        ("authentication unavailable", "add the server's user to the group libvirt, or have polkit allow it org.libvirt.unix.manage"),
        ("TLS confirmation", "the host takes no certificate of this client: it must be signed by an authority that the host trusts, and be "
            + "allowed by its tls_allowed_dn_list (/etc/pki/libvirt/clientcert.pem and private/clientkey.pem, or ?pkipath=/path)"),
        ("Cannot read CA certificate",
            "put the authority's certificate into /etc/pki/CA/cacert.pem, or into a directory that the URI names "
            + "(?pkipath=/path)"),
    ];

    /// <summary>The exception of the port.</summary>
    /// <param name="error">What libvirt said.</param>
    /// <param name="host">What the host is called in messages.</param>
    /// <param name="isAlive">Whether the connection still is, so that the host itself has answered.</param>
    /// <param name="broken">What a call means whose connection broke: not looked, or may have happened.</param>
    public static CloudException Translate(LibvirtException error, string host, bool isAlive, CloudErrorKind broken)
    {
        var kind = Table.KindOf(error.Message, Text(error.Code)) ?? CloudErrorKind.Unavailable;
        if (!isAlive && kind is not CloudErrorKind.Unauthorized)
        {
            kind = broken;
        }

        var advice = Advices.FirstOrDefault(one => error.Message.Contains(one.Words, StringComparison.OrdinalIgnoreCase)).Advice;
        return new(kind, $"{host}: {error.Message}{(advice is null ? "" : $": {advice}")}", innerException: error);
    }

    private static ErrorRow Row(CloudErrorKind kind, int code = 0, string? words = null) =>
        new(kind, Code: code == 0 ? null : Text(code), Words: words);

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
}
