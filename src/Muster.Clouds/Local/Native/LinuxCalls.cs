using System.Runtime.InteropServices;
using System.Runtime.Versioning;

using Microsoft.Win32.SafeHandles;

namespace Muster.Clouds.Local.Native;

/// <summary>What only Linux has: process descriptors and epoll.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const string Library = "libc";

    // The same on every architecture: numbers from 424 on are shared.
    private const nint PidfdSendSignalNumber = 424;
    private const nint PidfdOpenNumber = 434;

    private const nint SignalProcessGroup = 4;

    // statx(2), which older C libraries do not wrap; the layout of its struct is the same on every architecture.
    private const nint StatxNumberX64 = 332;
    private const nint StatxNumber = 291;
    private const nint AtWorkingDirectory = -100;
    private const nint NoFollow = 0x100;
    private const nint WantsBasics = 0x7ff;
    private const int StatxSize = 256;
    private const int StatxUserOffset = 20;
    private const int StatxModeOffset = 28;
    private const int ErrorNoEntry = 2;

    private const int EpollCloseOnExec = 0x80000;
    private const int EventCloseOnExecNonBlocking = 0x80000 | 0x800;
    private const int EpollAdd = 1;
    private const uint EpollIn = 1;
    private const uint EpollOneShot = 1u << 30;
    private const short PollIn = 1;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int EventDataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    /// <summary>A descriptor that becomes readable when the process ends; null with the error when there is none.</summary>
    public static SafeFileHandle? OpenPidfd(int pid, out int error)
    {
        var fd = PidfdOpen(PidfdOpenNumber, pid, 0);
        error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new SafeFileHandle((nint)fd, ownsHandle: true);
    }

    /// <summary>Whose a file or directory is, and its permissions; of a link, the link's own. Null when there is none.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static unsafe FileOwner? OwnerOf(string path)
    {
        Span<byte> found = stackalloc byte[StatxSize];
        fixed (byte* pointer = found)
        {
            var number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatxNumberX64 : StatxNumber;
            if (Statx(number, AtWorkingDirectory, path, NoFollow, WantsBasics, pointer) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error == ErrorNoEntry ? null : throw LibC.Failure("statx", path, error);
            }
        }

        var mode = MemoryMarshal.Read<ushort>(found[StatxModeOffset..]);
        return new FileOwner(
            MemoryMarshal.Read<uint>(found[StatxUserOffset..]), MemoryMarshal.Read<uint>(found[(StatxUserOffset + sizeof(uint))..]),
            (UnixFileMode)(mode & 0xfff));
    }

    /// <summary>Signals the group of the very process behind the descriptor, whatever its number is used for now.</summary>
    /// <returns>Whether there was anybody to signal; null when the kernel cannot do it (before Linux 6.9).</returns>
    public static bool? SignalPidfdGroup(SafeFileHandle pidfd, int signal)
    {
        var referenced = false;
        try
        {
            pidfd.DangerousAddRef(ref referenced);
            if (PidfdSendSignal(PidfdSendSignalNumber, pidfd.DangerousGetHandle(), signal, 0, SignalProcessGroup) == 0)
            {
                return true;
            }

            return Marshal.GetLastPInvokeError() == LibC.ErrorNoProcess ? false : null;
        }
        finally
        {
            if (referenced)
            {
                pidfd.DangerousRelease();
            }
        }
    }

    public static SafeFileHandle CreateEpoll()
    {
        var fd = EpollCreate(EpollCloseOnExec);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw LastFailure("epoll_create1");
    }

    public static SafeFileHandle CreateEvent()
    {
        var fd = EventFd(0, EventCloseOnExecNonBlocking);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw LastFailure("eventfd");
    }

    /// <summary>Makes an event descriptor readable for good.</summary>
    public static unsafe void Raise(SafeFileHandle eventFd)
    {
        ulong one = 1;
        if (Write(eventFd, &one, sizeof(ulong)) < 0)
        {
            throw LastFailure("write");
        }
    }

    /// <summary>Reports <paramref name="token"/> once, when <paramref name="file"/> becomes readable.</summary>
    public static unsafe void AddOneShot(SafeFileHandle epoll, SafeFileHandle file, long token)
    {
        Span<byte> item = stackalloc byte[16];
        MemoryMarshal.Write(item, EpollIn | EpollOneShot);
        MemoryMarshal.Write(item[EventDataOffset..], token);
        fixed (byte* pointer = item)
        {
            if (EpollControl(epoll, EpollAdd, file, pointer) != 0)
            {
                throw LastFailure("epoll_ctl");
            }
        }
    }

    /// <summary>Takes the tokens that are ready now, without waiting.</summary>
    /// <returns>How many were written to <paramref name="tokens"/>.</returns>
    public static unsafe int TakeReady(SafeFileHandle epoll, Span<long> tokens)
    {
        Span<byte> items = stackalloc byte[tokens.Length * EventSize];
        int count;
        fixed (byte* pointer = items)
        {
            count = EpollWait(epoll, pointer, tokens.Length, 0);
        }

        if (count < 0)
        {
            return Marshal.GetLastPInvokeError() == LibC.ErrorInterrupted ? 0 : throw LastFailure("epoll_wait");
        }

        for (var i = 0; i < count; i++)
        {
            tokens[i] = MemoryMarshal.Read<long>(items[(i * EventSize + EventDataOffset)..]);
        }

        return count;
    }

    /// <summary>Blocks until one of the two is readable.</summary>
    public static unsafe void WaitReadable(SafeFileHandle first, SafeFileHandle second)
    {
        var items = stackalloc PollItem[2];
        items[0] = new PollItem { File = (int)first.DangerousGetHandle(), Events = PollIn };
        items[1] = new PollItem { File = (int)second.DangerousGetHandle(), Events = PollIn };
        if (Poll(items, 2, -1) < 0 && Marshal.GetLastPInvokeError() != LibC.ErrorInterrupted)
        {
            throw LastFailure("poll");
        }
    }

    private static IOException LastFailure(string call) => LibC.Failure(call, path: null, Marshal.GetLastPInvokeError());

    [StructLayout(LayoutKind.Sequential)]
    private struct PollItem
    {
        public int File;
        public short Events;
        public short ReturnedEvents;
    }

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint PidfdOpen(nint number, nint pid, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint PidfdSendSignal(nint number, nint pidfd, nint signal, nint info, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint Statx(nint number, nint directory, string path, nint flags, nint mask, byte* found);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int EpollControl(SafeFileHandle epoll, int operation, SafeFileHandle file, byte* item);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    private static unsafe partial int EpollWait(SafeFileHandle epoll, byte* items, int count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(SafeFileHandle file, void* data, nint length);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollItem* items, nuint count, int timeoutMs);
}
