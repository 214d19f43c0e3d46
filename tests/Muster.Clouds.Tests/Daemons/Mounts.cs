namespace Muster.Clouds.Tests.Daemons;

/// <summary>What daemons that were killed leave mounted.</summary>
internal static class Mounts
{
    /// <summary>Takes away every mount below a directory, the innermost first.</summary>
    public static async Task RemoveUnderAsync(string directory)
    {
        var mounted = File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(directory + '/', StringComparison.Ordinal))
            .Reverse()
            .ToArray();
        foreach (var path in mounted)
        {
            await Tool.RunAsync("umount", ["--lazy", path]);
        }
    }
}
