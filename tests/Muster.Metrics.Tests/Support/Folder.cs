namespace Muster.Metrics.Tests.Support;

/// <summary>A directory of its own, gone at the end.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("muster-metrics-").FullName;

    /// <summary>A file that only its owner may read.</summary>
    public string Secret(string name, string text) => Write(name, text, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>A program.</summary>
    public string Program(string name, string script) => Write(
        name, $"#!/bin/sh\n{script}\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public string Write(string name, string text, UnixFileMode mode = (UnixFileMode)0b110_100_100)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
