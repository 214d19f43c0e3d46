using Muster.Core.Storage;

namespace Muster.Storage.Sqlite;

/// <summary>
/// Keeps a second process off the same data: SQLite would let it in, and both would take the whole trail's positions for their own.
/// </summary>
/// <remarks>A lock of the operating system (flock) on an open file: it ends with the process, however that ends.</remarks>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "muster.lock";

    // Whoever could read the file could also lock it, and keep the server from starting.
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unusable"/>: somebody has it, or the directory is not writable.
    /// </exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            return new DirectoryLock(new FileStream(path, options));
        }
        catch (UnauthorizedAccessException error)
        {
            throw DataDirectory.NotWritable(directory, error);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"another muster is at work in {directory}: stop it first, or give this one a directory of its own "
                + $"(`fuser {path}` tells which process holds the lock)",
                error);
        }
        catch (IOException error)
        {
            throw DataDirectory.NotWritable(directory, error);
        }
    }

    public void Dispose() => _file.Dispose();
}
