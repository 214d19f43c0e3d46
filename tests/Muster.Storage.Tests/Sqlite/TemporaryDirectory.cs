using Muster.Core;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-storage-");

    public static SystemRandomSource Random { get; } = new();

    public string Path => _directory.FullName;

    public string Database => System.IO.Path.Combine(Path, "muster.db");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
