using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt.Native;

/// <summary>
/// libvirt's event loop, which there is once in a process: events and keepalives of all connections come and go on its one thread.
/// </summary>
internal static unsafe class EventLoop
{
    /// <summary>How often the loop looks up by itself; it would sleep for ever where no connection is there to wake it.</summary>
    private const int TickMs = 1000;

    /// <summary>Starts it; to be called once, before the first connection.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unavailable"/>: the library does not start.</exception>
    public static void Start()
    {
        if (LibvirtC.Initialize() < 0 || LibvirtC.EventRegisterDefaultImpl() < 0)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"libvirt's library does not start: {LibvirtException.Last("start").Message}");
        }

        // Errors are told where they are caught; the library would print each of them to the server's standard error.
        LibvirtC.SetErrorFunc(0, &Drop);
        _ = LibvirtC.EventAddTimeout(TickMs, &Tick, 0, null);
        new Thread(Run) { IsBackground = true, Name = "libvirt events" }.Start();
    }

    private static void Run()
    {
        while (true)
        {
            if (LibvirtC.EventRunDefaultImpl() < 0)
            {
                // One bad turn (an interrupted poll) is no reason to be deaf from then on; the tick bounds how fast it can go wrong.
                Thread.Yield();
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Drop(nint userData, nint error)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Tick(int timer, nint opaque)
    {
    }
}
