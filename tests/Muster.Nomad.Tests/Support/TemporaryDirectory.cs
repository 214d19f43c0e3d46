namespace Muster.Nomad.Tests.Support;

/// <summary>A directory that goes with its test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("muster-nomad-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
