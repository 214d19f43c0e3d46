using System.Runtime.InteropServices;

namespace Muster.Clouds.Libvirt.Native;

/// <summary>A call that libvirt refused or could not make.</summary>
/// <param name="code">Its number: <see cref="LibvirtCode"/>.</param>
/// <param name="call">Which call.</param>
/// <param name="message">Its sentence.</param>
internal sealed class LibvirtException(int code, string call, string message) : Exception(message)
{
    private const int MessageMax = 600;

    /// <summary>Its number: <see cref="LibvirtCode"/>.</summary>
    public int Code => code;

    /// <summary>Which call.</summary>
    public string Call => call;

    /// <summary>The error of the call that was made last on this thread.</summary>
    public static LibvirtException Last(string call)
    {
        var error = LibvirtC.GetLastError();
        if (error == 0)
        {
            return new(LibvirtCode.InternalError, call, "libvirt does not say why");
        }

        // struct _virError: int code, int domain, char *message
        var text = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(error, 2 * sizeof(int))) ?? "libvirt does not say why";
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new(Marshal.ReadInt32(error), call, line.Length > MessageMax ? $"{line[..MessageMax]}..." : line);
    }
}
