using System.Runtime.InteropServices;

namespace Muster.Cli.Configuration.Files;

/// <summary>Finds out whether a SQLite file can be opened or made, without touching it: a server may use it.</summary>
internal static partial class StoreProbe
{
    private const int MayWriteAndEnter = 2 | 1;
    private const int MayReadAndWrite = 4 | 2;

    /// <summary>Returns what is allowed instead of this path, and why; null when the path is good.</summary>
    public static string? WhyNot(string path)
    {
        if (Directory.Exists(path))
        {
            return $"the path of a file; {path} is a directory";
        }

        if (File.Exists(path))
        {
            return Access(path, MayReadAndWrite) != 0 ? $"a file that this user may read and write; {path} is not"
                : !IsStore(path) ? $"a SQLite file; {path} is something else"
                : null;
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        while (!Directory.Exists(directory))
        {
            if (File.Exists(directory))
            {
                return $"a path in a directory; {directory} is a file";
            }

            directory = Path.GetDirectoryName(directory)!;
        }

        return Access(directory, MayWriteAndEnter) == 0
            ? null
            : $"a path in a directory that this user may write to; {directory} is not writable";
    }

    /// <summary>Whether it is empty, or begins with the mark of every SQLite version (https://www.sqlite.org/fileformat.html).</summary>
    private static bool IsStore(string path)
    {
        Span<byte> start = stackalloc byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.Length == 0 || (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual("SQLite format 3\0"u8));
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);
}
