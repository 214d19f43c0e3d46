using System.Globalization;
using System.Text;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Processes;

/// <summary>Reads <c>/proc</c>; see proc_pid_stat(5).</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    public string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    // "self" is resolved by whoever opens it: a builtin read of the shell opens it in the shell itself.
    public string ReadSelfScript => "IFS= read -r self < /proc/self/stat";

    public ProcessIdentity? Parse(string text) => ParseStatus(text)?.Identity;

    public ProcessStatus? Read(int pid)
    {
        try
        {
            return ParseStatus(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (IOException error) when (IsGone(error))
        {
            return null;
        }
    }

    public bool GroupHasLiving(int group) => LivingIn(group).Any();

    public bool GroupBelongsTo(int group, string launchMarker)
    {
        var marker = Encoding.UTF8.GetBytes(launchMarker);
        // Nobody joins a group from another session, so one member that is ours proves that all are.
        return LivingIn(group).Any(process => process.Session == group && EnvironmentHolds(process.Identity.Pid, marker));
    }

    private IEnumerable<ProcessStatus> LivingIn(int group)
    {
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (TryParse(Path.GetFileName(path.AsSpan()), out var pid)
                && Read(pid) is { IsDead: false } process && process.Group == group)
            {
                yield return process;
            }
        }
    }

    private static bool EnvironmentHolds(int pid, byte[] marker)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ").AsSpan().IndexOf(marker) >= 0;
        }
        catch (Exception error) when (error is UnauthorizedAccessException || (error is IOException gone && IsGone(gone)))
        {
            // Ended meanwhile, or another user's: not known to be ours, so not ours.
            return false;
        }
    }

    /// <summary>
    /// No such file, or no such process (ESRCH) when it ended between open and read. Any other error says nothing about the process: when
    /// descriptors run out, everybody lives.
    /// </summary>
    private static bool IsGone(IOException error) =>
        error is FileNotFoundException or DirectoryNotFoundException || error.HResult == LibC.ErrorNoProcess;

    private static ProcessStatus? ParseStatus(string line)
    {
        // The second field is the command in brackets and may itself hold brackets and spaces: count from the last one.
        var open = line.IndexOf('(', StringComparison.Ordinal);
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open)
        {
            return null;
        }

        var fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int State = 0, Group = 2, Session = 3, StartTime = 19;
        if (fields.Length <= StartTime
            || !TryParse(line.AsSpan(0, open).Trim(), out var pid)
            || !TryParse(fields[Group], out var group)
            || !TryParse(fields[Session], out var session))
        {
            return null;
        }

        return new ProcessStatus(
            new ProcessIdentity(pid, fields[StartTime]), group, session,
            IsDead: fields[State] is "Z" or "X" or "x", IsStopped: fields[State] is "T");
    }

    private static bool TryParse(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
