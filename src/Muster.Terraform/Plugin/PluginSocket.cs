using System.Text;

namespace Muster.Terraform.Plugin;

/// <summary>The place of a socket that only this user may enter; gone when disposed.</summary>
internal sealed class PluginSocket : IDisposable
{
    /// <summary>Linux takes 107 bytes, macOS 103.</summary>
    private const int PathBytesMax = 103;

    private readonly DirectoryInfo _directory;

    /// <exception cref="HandshakeException">The directory's path is too long.</exception>
    public PluginSocket(string? parent)
    {
        _directory = parent is null
            ? Directory.CreateTempSubdirectory("muster-")
            : Directory.CreateDirectory(
                System.IO.Path.Combine(parent, $"muster-{Environment.ProcessId}"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Path = System.IO.Path.Combine(_directory.FullName, "plugin");
        if (Encoding.UTF8.GetByteCount(Path) > PathBytesMax)
        {
            _directory.Delete();
            throw new HandshakeException($"the socket's path '{Path}' is too long: set TMPDIR to a directory whose path is short");
        }
    }

    public string Path { get; }

    public void Dispose()
    {
        if (_directory.Exists)
        {
            _directory.Delete(recursive: true);
        }
    }
}
