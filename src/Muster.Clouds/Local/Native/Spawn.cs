using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Muster.Clouds.Local.Native;

/// <summary>Starts a process that has nothing of ours: own session, own environment, own files, signals as at birth.</summary>
/// <remarks>
/// .NET's <see cref="System.Diagnostics.Process"/> gives no session of its own, leaves SIGPIPE ignored in the child and ties
/// the child's output to pipes that break when this process ends.
/// </remarks>
internal static unsafe partial class Spawn
{
    /// <summary>The descriptor under which the child sees the lock.</summary>
    public const int LockDescriptor = 3;

    private const string Library = "libc";

    // posix_spawnattr_t has 336 bytes in glibc and musl, posix_spawn_file_actions_t 80; both are a pointer on macOS.
    private const int OpaqueBytes = 1024;
    private const int SignalSetBytes = 128;

    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSessionLinux = 0x80;
    private const short SetSessionMac = 0x0400;
    private const short CloseAllByDefaultMac = 0x4000;

    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int OwnerReadWrite = 0b110_000_000;

    // glibc 2.34 has it, musl has not: there, descriptors that this process was started with are inherited.
    private static readonly nint CloseFrom = FindCloseFrom();

    private static int AppendCreate => OperatingSystem.IsLinux() ? WriteOnly | 0x40 | 0x400 : WriteOnly | 0x200 | 0x8;

    /// <summary>Starts <paramref name="arguments"/> (the first is the executable's path) as leader of a new session and group.</summary>
    /// <returns>Its pid, which is also its group's and its session's number.</returns>
    /// <exception cref="IOException">It was not started; <c>HResult</c> is the error number.</exception>
    public static int Start(
        IReadOnlyList<string> arguments,
        IReadOnlyList<string> environment,
        string outputPath,
        string errorPath,
        SafeFileHandle inheritedLock)
    {
        var attributes = stackalloc byte[OpaqueBytes];
        var actions = stackalloc byte[OpaqueBytes];
        Check("posix_spawnattr_init", AttributesInit(attributes));
        Check("posix_spawn_file_actions_init", ActionsInit(actions));
        var texts = new NativeTexts();
        var referenced = false;
        try
        {
            inheritedLock.DangerousAddRef(ref referenced);
            SetSignals(attributes);
            Check("addopen", AddOpen(actions, 0, "/dev/null", ReadOnly, 0));
            Check("addopen", AddOpen(actions, 1, outputPath, AppendCreate, OwnerReadWrite));
            Check("addopen", AddOpen(actions, 2, errorPath, AppendCreate, OwnerReadWrite));
            Check("adddup2", AddDuplicate(actions, (int)inheritedLock.DangerousGetHandle(), LockDescriptor));
            if (CloseFrom != 0)
            {
                Check("addclosefrom", ((delegate* unmanaged<byte*, int, int>)CloseFrom)(actions, LockDescriptor + 1));
            }

            Check(arguments[0], PosixSpawn(
                out var pid, arguments[0], actions, attributes, texts.Array(arguments), texts.Array(environment)));
            return pid;
        }
        finally
        {
            if (referenced)
            {
                inheritedLock.DangerousRelease();
            }

            texts.Free();
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    private static void SetSignals(byte* attributes)
    {
        var flags = SetSignalDefaults | SetSignalMask
            | (OperatingSystem.IsLinux() ? SetSessionLinux : SetSessionMac | CloseAllByDefaultMac);
        // Every bit by hand: sigfillset leaves out glibc's own two signals, which the child would then ignore.
        var signals = stackalloc byte[SignalSetBytes];
        new Span<byte>(signals, SignalSetBytes).Fill(0xff);
        Check("setsigdefault", AttributesSetDefaults(attributes, signals));
        new Span<byte>(signals, SignalSetBytes).Clear();
        Check("setsigmask", AttributesSetMask(attributes, signals));
        Check("setflags", AttributesSetFlags(attributes, (short)flags));
    }

    private static void Check(string call, int error)
    {
        if (error != 0)
        {
            throw LibC.Failure("posix_spawn", call, error);
        }
    }

    private static nint FindCloseFrom() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "posix_spawn_file_actions_addclosefrom_np", out var address)
            ? address
            : 0;

    /// <summary>Null-terminated arrays of C strings, freed together.</summary>
    private sealed class NativeTexts
    {
        private readonly List<nint> _allocated = [];

        public byte** Array(IReadOnlyList<string> texts)
        {
            var array = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
            _allocated.Add((nint)array);
            for (var i = 0; i < texts.Count; i++)
            {
                array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
            }

            return array;
        }

        public void Free()
        {
            foreach (var array in _allocated)
            {
                for (var text = (byte**)array; *text is not null; text++)
                {
                    Marshal.FreeCoTaskMem((nint)(*text));
                }

                NativeMemory.Free((void*)array);
            }
        }
    }

    [LibraryImport(Library, EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(
        out int pid, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int AttributesSetDefaults(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int AttributesSetMask(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int fd, string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int fd, int newFd);
}
