using System.Runtime.InteropServices;

using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt.Native;

/// <summary>Whether libvirt's own library is on this machine. It is loaded with the first call to a cloud that needs it.</summary>
internal static class LibvirtLibrary
{
    /// <summary>What the system calls it. The number is that of its contract, which has never changed.</summary>
    public const string Name = "libvirt.so.0";

    private static readonly Lock Gate = new();

    private static bool _isReady;

    /// <summary>Loads it and starts the thread that its events come on, once for all clouds of this process.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unavailable"/>: it is not installed, or does not start.</exception>
    public static void Need()
    {
        lock (Gate)
        {
            if (_isReady)
            {
                return;
            }

            if (!NativeLibrary.TryLoad(Name, out _))
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"{Name} is not on this machine: install libvirt's client library (Debian and Ubuntu: apt-get install libvirt0)");
            }

            EventLoop.Start();
            _isReady = true;
        }
    }
}
