using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Muster.Outbound;

/// <summary>Connects to a program of this machine by its socket's file, and says what is wrong with that where it fails.</summary>
public static partial class SocketFile
{
    private const string Processes = "/proc";

    private const int NoWaitLinux = 0x800;
    private const int NoWaitMac = 0x4;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;

    // W_OK of access(2), which connecting to a socket takes.
    private const int WritePermission = 2;

    // ENXIO, and macOS's EOPNOTSUPP: what opening a socket says.
    private const int NoSuchDevice = 6;
    private const int NotSupportedMac = 102;

    /// <summary>A connected stream, which owns its socket.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">There is nobody.</exception>
    public static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether it is there, and this user may connect to it.</summary>
    public static bool MayOpen(string path) => File.Exists(path) && Access(path, WritePermission) == 0;

    /// <summary>Why nobody is there: which file it is, whether the program seems to run, and what to do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">What the platform threw; its own words for a file that is not there are about addresses.</param>
    /// <param name="programs">What a program that listens there is called; empty where that is not known.</param>
    /// <param name="remedy">What else may be done, as "set clouds.docker.endpoint".</param>
    public static string Describe(string path, Exception error, IReadOnlyList<string> programs, string remedy)
    {
        ArgumentNullException.ThrowIfNull(programs);
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return Describe(path, socket.SocketErrorCode, socket.Message, programs, remedy);
            }
        }

        return $"{path}: {error?.GetBaseException().Message}";
    }

    private static string Describe(string path, SocketError code, string words, IReadOnlyList<string> programs, string remedy)
    {
        if (code is SocketError.AccessDenied)
        {
            return $"this user may not open the socket {path}: give it the socket's group, or {remedy}";
        }

        if (code is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return $"{Name(programs)} at the socket {path} broke the connection off";
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return $"there is no socket {path}: {Where(programs, "start it", remedy)}";
        }

        return code is SocketError.ConnectionRefused
            ? $"nobody listens at {path}, which {(IsSocket(path) ? "a program that has ended left behind" : "is no socket")}: "
                + Where(programs, "start it", remedy)
            : $"the socket {path} cannot be used: {words}";
    }

    private static string Where(IReadOnlyList<string> programs, string start, string remedy) =>
        programs.Count == 0 ? remedy
        : Running(programs) is { } running ? $"{running} runs here and seems to listen elsewhere: {remedy}"
        : $"no {string.Join(" or ", programs)} runs here: {start}, or {remedy}";

    private static string Name(IReadOnlyList<string> programs) => programs.Count == 0 ? "the program" : programs[0];

    /// <returns>A process of one of these names, <c>dockerd (process 17)</c>; null when none is seen.</returns>
    private static string? Running(IReadOnlyList<string> programs)
    {
        if (!Directory.Exists(Processes))
        {
            return null;
        }

        foreach (var directory in Directory.EnumerateDirectories(Processes))
        {
            var id = Path.GetFileName(directory);
            if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && CommandOf(directory) is { } command && programs.Contains(command))
            {
                return $"{command} (process {id})";
            }
        }

        return null;
    }

    private static string? CommandOf(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "comm")).TrimEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended since the directory was read.
            return null;
        }
    }

    // No call of the base library tells a socket from a file, but a socket cannot be opened. Without waiting: a pipe would
    // have it wait for a writer.
    private static bool IsSocket(string path)
    {
        var flags = OperatingSystem.IsMacOS() ? NoWaitMac | CloseOnExecMac : NoWaitLinux | CloseOnExecLinux;
        using var file = Open(path, flags);
        return file.IsInvalid && Marshal.GetLastPInvokeError() is NoSuchDevice or NotSupportedMac;
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
