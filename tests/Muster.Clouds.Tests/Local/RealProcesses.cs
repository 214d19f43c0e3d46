using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>Looks at and signals real processes, without the code under test.</summary>
internal static partial class RealProcesses
{
    public const int Kill = 9;
    public const int Term = 15;
    public const int Stop = 19;
    public const int Continue = 18;

    public static int Pid(Instance instance) => int.Parse(instance.Attributes["pid"], CultureInfo.InvariantCulture);

    public static void Signal(int pid, int signal) => Assert.Equal(0, Send(pid, signal));

    /// <summary>Living processes with <paramref name="text"/> in their environment.</summary>
    public static int[] WithEnvironment(string text) =>
        [.. All().Where(pid => Environment(pid).Contains(text, StringComparison.Ordinal))];

    /// <summary>Its environment; empty when it is dead.</summary>
    public static string Environment(int pid) => Read(pid, "environ");

    public static bool IsAlive(int pid) => Read(pid, "stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)] is not 'Z';

    /// <summary>Whether it is dead and nobody has reaped it.</summary>
    public static bool IsZombie(int pid) => Read(pid, "stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)] is 'Z';

    /// <summary>Kills every process that has the directory in its environment or works in it.</summary>
    public static void KillAllUnder(string directory)
    {
        int[] left;
        // A process in the middle of its exec shows no environment, but works somewhere all the time.
        while ((left = [.. All().Where(pid =>
            Environment(pid).Contains(directory, StringComparison.Ordinal)
            || WorkingDirectory(pid).StartsWith(directory, StringComparison.Ordinal))]).Length > 0)
        {
            foreach (var pid in left)
            {
                // It may be gone meanwhile: only what is left in the end counts.
                _ = Send(pid, Kill);
            }
        }
    }

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0);

    private static string WorkingDirectory(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cwd").LinkTarget ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Read(int pid, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{file}"));
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
