using Muster.Core;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("muster-storage-");

    public static SystemRandomSource Random { get; } = new();

    public string Path => directory.FullName;

    public string Database => System.IO.Path.Combine(Path, "muster.db");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => directory.Delete(recursive: true);
}
