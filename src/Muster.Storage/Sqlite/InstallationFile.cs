using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Storage.Sqlite;

/// <summary>
/// The installation's id beside the database: when the database is lost, the new one has the same id, and the instances that still run are
/// known as this installation's.
/// </summary>
/// <param name="directory">The store's own.</param>
internal sealed class InstallationFile(string directory)
{
    private readonly string _path = Path.Combine(directory, "installation");

    /// <summary>The id; null when there is none, or what stands there is none.</summary>
    public InstallationId? Read()
    {
        try
        {
            return File.Exists(_path) && Guid.TryParse(File.ReadAllText(_path).Trim(), out var id) ? new(id) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DataDirectory.NotWritable(_path, error);
        }
    }

    /// <summary>Writes the id of the database, unless it stands there already. Whole or not at all.</summary>
    public void Keep(InstallationId installation)
    {
        if (Read() == installation)
        {
            return;
        }

        var fresh = _path + ".new";
        DataDirectory.EnsureFile(fresh);
        try
        {
            using (var file = new FileStream(fresh, FileMode.Truncate, FileAccess.Write))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes($"{installation}\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DataDirectory.NotWritable(_path, error);
        }
    }
}
