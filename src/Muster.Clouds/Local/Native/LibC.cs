using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Muster.Clouds.Local.Native;

/// <summary>The calls of the C library that .NET does not offer.</summary>
/// <remarks>
/// Constants differ between Linux and macOS and stand beside the call that takes them. Structures that are opaque in C
/// (<c>posix_spawn</c>'s) are byte buffers here, larger than any known layout.
/// </remarks>
internal static partial class LibC
{
    private const string Library = "libc";

    public const int SignalTerminate = 15;
    public const int SignalKill = 9;

    public const int ErrorNoProcess = 3;
    public const int ErrorInterrupted = 4;
    public const int ErrorTooBig = 7;
    public const int ErrorNoChild = 10;
    public const int ErrorNoMemory = 12;
    public const int ErrorExists = 17;
    public const int ErrorFilesInSystem = 23;
    public const int ErrorFilesInProcess = 24;
    public const int ErrorNoSpace = 28;
    private const int ErrorAgainLinux = 11;
    private const int ErrorAgainMac = 35;
    private const int ErrorQuotaLinux = 122;
    private const int ErrorQuotaMac = 69;

    private const int WritePermission = 2;
    private const int LockExclusiveNoWait = 2 | 4;
    private const int WaitNoHang = 1;

    private static readonly Lock Users = new();

    public static int ErrorAgain => OperatingSystem.IsLinux() ? ErrorAgainLinux : ErrorAgainMac;

    public static int ErrorDiskQuota => OperatingSystem.IsLinux() ? ErrorQuotaLinux : ErrorQuotaMac;

    public static int SignalContinue => OperatingSystem.IsLinux() ? 18 : 19;

    /// <summary>Opens or makes a file for locking: not closed on exec by accident, not locked by .NET.</summary>
    /// <remarks>.NET's own file handles take and drop advisory locks of the same kind, which would drop ours.</remarks>
    public static SafeFileHandle OpenLockFile(string path)
    {
        // read-write, create, close on exec
        var flags = OperatingSystem.IsLinux() ? 2 | 0x40 | 0x80000 : 2 | 0x200 | 0x1000000;
        const int Mode = 0b110_000_000;
        var apple64 = !OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        while (true)
        {
            // open() is variadic. Apple's arm64 passes variadic arguments on the stack: the ninth argument is its first there.
            var fd = apple64 ? OpenVariadicOnStack(path, flags, 0, 0, 0, 0, 0, 0, Mode) : Open(path, flags, Mode);
            if (fd >= 0)
            {
                return new SafeFileHandle(fd, ownsHandle: true);
            }

            ThrowUnlessInterrupted("open", path);
        }
    }

    /// <summary>Takes the exclusive lock on the open file, or says that somebody has it.</summary>
    public static bool TryLock(SafeFileHandle file)
    {
        while (true)
        {
            if (Flock(file, LockExclusiveNoWait) == 0)
            {
                return true;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == ErrorAgain)
            {
                return false;
            }

            ThrowUnlessInterrupted("flock", path: null);
        }
    }

    /// <summary>Whose rights this process has.</summary>
    public static uint EffectiveUser => GetEffectiveUser();

    /// <summary>The numbers of a user and of the user's group; null when there is none.</summary>
    public static unsafe (uint User, uint Group)? FindUser(string name)
    {
        lock (Users)
        {
            // struct passwd begins with two pointers and the two numbers, in glibc, musl and macOS alike. It is the library's
            // own, until the next call.
            var entry = GetUser(name);
            return entry is null ? null : (*(uint*)(entry + (2 * sizeof(nint))), *(uint*)(entry + (2 * sizeof(nint)) + sizeof(uint)));
        }
    }

    /// <summary>Gives a file or directory to a user; of a link, the link.</summary>
    public static void Give(string path, uint user, uint group)
    {
        if (ChangeOwner(path, user, group) != 0)
        {
            throw Failure("lchown", path, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Whether the file or directory is there and may be written by this process's user.</summary>
    public static bool IsWritable(string path) => Access(path, WritePermission) == 0;

    /// <summary>Whether any process has this id, a dead one not yet reaped included.</summary>
    public static bool Exists(int pid) => Kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() != ErrorNoProcess;

    /// <summary>Signals one process (positive) or a group (negative).</summary>
    /// <returns>Whether there was anybody to signal.</returns>
    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0 || Marshal.GetLastPInvokeError() != ErrorNoProcess;

    /// <summary>Reaps one child of this process, and only this one: others belong to .NET.</summary>
    public static Reaping Reap(int pid)
    {
        while (true)
        {
            var reaped = WaitPid(pid, out var status, WaitNoHang);
            if (reaped == pid)
            {
                return new Reaping.Done((status & 0x7f) == 0
                    ? new ExitStatus(Code: (status >> 8) & 0xff, Signal: null)
                    : new ExitStatus(Code: null, Signal: status & 0x7f));
            }

            if (reaped == 0)
            {
                return Reaping.NotYet.Instance;
            }

            if (Marshal.GetLastPInvokeError() != ErrorInterrupted)
            {
                return Reaping.NoChild.Instance;
            }
        }
    }

    public static IOException Failure(string call, string? path, int error) =>
        new($"{call}{(path is null ? "" : $" {path}")}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    private static void ThrowUnlessInterrupted(string call, string? path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != ErrorInterrupted)
        {
            throw Failure(call, path, error);
        }
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenVariadicOnStack(
        string path, int flags, nint r2, nint r3, nint r4, nint r5, nint r6, nint r7, nint mode);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport(Library, EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* GetUser(string name);

    [LibraryImport(Library, EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport(Library, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int pid, out int status, int options);
}
