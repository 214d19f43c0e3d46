using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Muster.EndToEnd.Support;

/// <summary>What really runs on this machine, read from /proc: the referee of every count.</summary>
internal static class Processes
{
    /// <summary>Leaders of their process group whose environment has both texts.</summary>
    public static IReadOnlyList<int> WithEnvironment(string first, string second) =>
        [.. FindAll(first, second).Select(process => process.Pid)];

    /// <summary>
    /// The instances of a data directory that really run, one for each process: a launch that was made twice is there twice.
    /// </summary>
    public static IReadOnlyList<RealInstance> InstancesOf(string data)
    {
        // Before and after: an order goes with the instance that it ended.
        var ordered = OrderedToEnd(data);
        var running = FindAll("MUSTER_LAUNCH=", data);
        ordered.UnionWith(OrderedToEnd(data));
        return
        [
            .. running
                .Select(process =>
                    (Group: Variable(process.Environment, "MUSTER_GROUP_NAME"), Launch: Variable(process.Environment, "MUSTER_LAUNCH")))
                .Select(instance => new RealInstance(instance.Group, instance.Launch, ordered.Contains(Guid.Parse(instance.Launch)))),
        ];
    }

    /// <summary>The launches whose instances were told to end, by the orders that the local cloud keeps.</summary>
    private static HashSet<Guid> OrderedToEnd(string data) =>
    [
        .. Directory.EnumerateFiles(
            data, "*.terminating", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Select(path => Guid.Parse(Path.GetFileNameWithoutExtension(path))),
    ];

    private static string Variable(string environment, string name) =>
        environment.Split('\0').Single(variable => variable.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static List<(int Pid, string Environment)> FindAll(string first, string second)
    {
        var (firstBytes, secondBytes) = (Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second));
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                // Nearly all that runs is somebody else's: no more is read of it.
                var environment = File.ReadAllBytes($"{folder}/environ");
                if (environment.AsSpan().IndexOf(secondBytes) >= 0 && environment.AsSpan().IndexOf(firstBytes) >= 0 && IsLeader(folder))
                {
                    found.Add((pid, Encoding.UTF8.GetString(environment)));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at: then it does not run.
            }
        }

        return found;
    }

    /// <summary>Whether it runs, and leads its process group.</summary>
    private static bool IsLeader(string folder)
    {
        var stat = File.ReadAllText($"{folder}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is not ("Z" or "X") && fields[2] == Path.GetFileName(folder);
    }

    /// <summary>Kills every instance of a data directory.</summary>
    public static void KillAllOf(string data)
    {
        // All first: whoever inherits them may be slow to bury each.
        var startedAt = TimeProvider.System.GetTimestamp();
        while (WithEnvironment("MUSTER_LAUNCH=", data) is { Count: > 0 } pids)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(startedAt) < ServerProcess.Patience,
                $"killed, and still there: {string.Join(", ", pids)}");
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
