using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Muster.EndToEnd.Support;

/// <summary>What really runs on this machine, read from /proc: the referee of every count.</summary>
internal static class Processes
{
    /// <summary>Leaders of their process group whose environment has both texts.</summary>
    public static IReadOnlyList<int> WithEnvironment(string first, string second)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"{folder}/environ"));
                var stat = File.ReadAllText($"{folder}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (environment.Contains(first, StringComparison.Ordinal) && environment.Contains(second, StringComparison.Ordinal)
                    && fields[0] is not ("Z" or "X") && fields[2] == pid.ToString(CultureInfo.InvariantCulture))
                {
                    found.Add(pid);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at: then it does not run.
            }
        }

        return found;
    }

    /// <summary>Kills every instance of a data directory.</summary>
    public static void KillAllOf(string data)
    {
        // All first: whoever inherits them may be slow to bury each.
        var startedAt = TimeProvider.System.GetTimestamp();
        while (WithEnvironment("MUSTER_LAUNCH=", data) is { Count: > 0 } pids)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < ServerProcess.Patience, $"killed, and still there: {string.Join(", ", pids)}");
            foreach (var pid in pids)
            {
                Signal(pid);
            }
        }
    }

    /// <summary>The living children of a process.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent)
    {
        var found = new List<int>();
        foreach (var task in Directory.EnumerateDirectories($"/proc/{parent}/task"))
        {
            found.AddRange(File.ReadAllText($"{task}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)));
        }

        return found;
    }

    /// <summary>SIGKILL.</summary>
    private static void Signal(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    /// <summary>SIGKILL, and waits until it runs no more; one that is gone already is no matter.</summary>
    public static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }
}
