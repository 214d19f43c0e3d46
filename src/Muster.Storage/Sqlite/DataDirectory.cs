using Muster.Core.Storage;

namespace Muster.Storage.Sqlite;

/// <summary>The directory and the file of the store, both for their owner alone: they hold what nobody else may read.</summary>
internal static class DataDirectory
{
    private const UnixFileMode FileOwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryOwnerOnly = FileOwnerOnly | UnixFileMode.UserExecute;

    /// <summary>Makes the directory (0700) when it is missing.</summary>
    public static void Ensure(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, DirectoryOwnerOnly);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(directory, error);
        }
    }

    /// <summary>Makes the file (0600) when it is missing, and tightens one that others could read, as a restored backup may be.</summary>
    /// <remarks>SQLite gives the log and its index the mode that the database has.</remarks>
    public static void EnsureFile(string path)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = FileOwnerOnly;
            }

            using (new FileStream(path, options))
            {
            }

            if (!OperatingSystem.IsWindows())
            {
                foreach (var file in new[] { path, path + "-wal", path + "-shm" }.Where(File.Exists))
                {
                    Tighten(file);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, error);
        }
    }

    public static StoreException NotWritable(string path, Exception error) => new(
        StoreErrorKind.Unusable,
        $"{path} cannot be written: {error.Message.TrimEnd('.')}; check who owns it, or choose another place",
        error);

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Tighten(string file)
    {
        if ((File.GetUnixFileMode(file) & ~FileOwnerOnly) != 0)
        {
            File.SetUnixFileMode(file, FileOwnerOnly);
        }
    }
}
