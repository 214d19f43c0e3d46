using System.Runtime.InteropServices;

namespace Muster.Cli.Configuration;

/// <summary>Whether a SQLite file could be opened or made, without opening or making it: a server may be at it.</summary>
internal static partial class StoreProbe
{
    private const int MayWriteAndEnter = 2 | 1;
    private const int MayReadAndWrite = 4 | 2;

    /// <summary>What stands in the way, as what is allowed instead; null when nothing does.</summary>
    public static string? WhyNot(string path)
    {
        if (Directory.Exists(path))
        {
            return "a file: this is a directory";
        }

        if (File.Exists(path))
        {
            return Access(path, MayReadAndWrite) != 0 ? "a file that this user may read and write"
                : !IsStore(path) ? "a SQLite file: this file is none"
                : null;
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        while (!Directory.Exists(directory))
        {
            if (File.Exists(directory))
            {
                return $"below a directory: {directory} is a file";
            }

            directory = Path.GetDirectoryName(directory)!;
        }

        return Access(directory, MayWriteAndEnter) == 0 ? null : $"below a directory that this user may write: {directory} is none";
    }

    /// <summary>Empty, or with the mark at its start that all its versions have (https://www.sqlite.org/fileformat.html).</summary>
    private static bool IsStore(string path)
    {
        Span<byte> start = stackalloc byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.Length == 0 || (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("SQLite format 3\0"u8));
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);
}
