using System.Formats.Tar;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>The smallest file system that runs: a static busybox and links to it.</summary>
internal static class TinyRoot
{
    private const string Busybox = "/bin/busybox";

    /// <summary>Whether a busybox is installed to make it of.</summary>
    public static bool CanBeMade => File.Exists(Busybox);

    /// <summary>Writes it, below <paramref name="prefix"/> in the archive.</summary>
    public static async Task WriteAsync(TarWriter tar, string prefix)
    {
        foreach (var directory in (string[])["bin", "sbin", "dev", "proc", "sys", "etc", "root", "tmp", "run", "var"])
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.Directory, $"{prefix}{directory}/") { Mode = (UnixFileMode)0b111_101_101 });
        }

        await using (var busybox = File.OpenRead(Busybox))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"{prefix}bin/busybox")
            {
                DataStream = busybox,
                Mode = (UnixFileMode)0b111_101_101,
            });
        }

        foreach (var name in (string[])["sh", "sleep", "cat", "echo", "kill", "env", "true"])
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"{prefix}bin/{name}") { LinkName = "busybox" });
        }
    }

    /// <summary>Writes one file.</summary>
    public static async Task WriteFileAsync(TarWriter tar, string path, string text) =>
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path)
        {
            DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)),
            Mode = (UnixFileMode)0b111_101_101,
        });
}
