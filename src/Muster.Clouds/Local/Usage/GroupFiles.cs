using System.Globalization;

namespace Muster.Clouds.Local.Usage;

/// <summary>What the kernel knows of a cgroup (kernel.org, admin-guide/cgroup-v2).</summary>
internal static class GroupFiles
{
    /// <summary>Time used, in seconds; null where it is not told.</summary>
    public static double? CpuSeconds(string group) => Keyed(group, "cpu.stat", "usage_usec") / 1e6;

    /// <summary>The processors that it may use; null where there is no limit.</summary>
    public static double? Cpus(string group) =>
        Words(group, "cpu.max") is [var quota, var period] && Number(quota) is { } most && Number(period) is > 0 and var of
            ? most / of
            : null;

    /// <summary>Bytes used, without the cache of files that the kernel takes back at once.</summary>
    public static double? MemoryBytes(string group) =>
        Words(group, "memory.current") is [var current] && Number(current) is { } bytes
            ? Math.Max(0, bytes - (Keyed(group, "memory.stat", "inactive_file") ?? 0))
            : null;

    /// <summary>Bytes that it may use; null where there is no limit.</summary>
    public static double? MemoryMaxBytes(string group) => Words(group, "memory.max") is [var most] ? Number(most) : null;

    /// <summary>Whether a process is in it.</summary>
    public static bool Holds(string group, int pid) =>
        Words(group, "cgroup.procs").Contains(pid.ToString(CultureInfo.InvariantCulture));

    private static double? Keyed(string group, string file, string key)
    {
        var words = Words(group, file);
        var at = Array.IndexOf(words, key);
        return at >= 0 && at + 1 < words.Length ? Number(words[at + 1]) : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Words(string group, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(group, file)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The instance has ended, or the kernel was built without this controller.
            return [];
        }
    }
}
