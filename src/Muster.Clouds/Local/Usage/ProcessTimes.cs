using System.Globalization;

namespace Muster.Clouds.Local.Usage;

/// <summary>What the processes of each session have used, from one walk through <c>/proc</c>; see proc_pid_stat(5).</summary>
/// <param name="procDirectory">Where it is.</param>
internal sealed class ProcessTimes(string procDirectory = "/proc")
{
    /// <summary>USER_HZ, in which Linux tells times to programs, whatever its own clock runs at.</summary>
    private const double TicksPerSecond = 100;

    // Behind the command's name.
    private const int State = 0, Session = 3, UserTime = 11, ChildrenSystemTime = 14, ResidentPages = 21;

    /// <summary>The processors' time in seconds and the resident memory in bytes, by session.</summary>
    /// <remarks>
    /// An instance leads a session of its own, which its children are born into. Children that ended count by their parents, who have
    /// waited for them. Memory that processes share counts for each.
    /// </remarks>
    public Dictionary<int, (double CpuSeconds, double MemoryBytes)> Read()
    {
        var sessions = new Dictionary<int, (double CpuSeconds, double MemoryBytes)>();
        foreach (var directory in Directory.EnumerateDirectories(procDirectory))
        {
            if (char.IsAsciiDigit(Path.GetFileName(directory.AsSpan())[0])
                && ReadStat(directory) is { } stat && Parse(stat) is var (session, seconds, bytes))
            {
                var sum = sessions.GetValueOrDefault(session);
                sessions[session] = (sum.CpuSeconds + seconds, sum.MemoryBytes + bytes);
            }
        }

        return sessions;
    }

    internal static (int Session, double CpuSeconds, double MemoryBytes)? Parse(string line)
    {
        // The command in brackets may itself hold brackets and spaces.
        var fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= ResidentPages
            || fields[State] is "X" or "x"
            || !int.TryParse(fields[Session], NumberStyles.None, CultureInfo.InvariantCulture, out var session))
        {
            return null;
        }

        var ticks = fields[UserTime..(ChildrenSystemTime + 1)].Sum(Number);
        return (session, ticks / TicksPerSecond, Number(fields[ResidentPages]) * Environment.SystemPageSize);
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Math.Max(0, number) : 0;

    private static string? ReadStat(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "stat"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended since the directory was read.
            return null;
        }
    }
}
