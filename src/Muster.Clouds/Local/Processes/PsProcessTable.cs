using System.Diagnostics;
using System.Globalization;

namespace Muster.Clouds.Local.Processes;

/// <summary>Asks <c>ps</c> (POSIX, plus <c>lstart</c>, which macOS, the BSDs and procps know), where there is no <c>/proc</c>.</summary>
/// <remarks>Start times have whole seconds: a number reused within the same second could be mistaken.</remarks>
internal sealed class PsProcessTable : IProcessTable
{
    private const string Columns = "pid= -o pgid= -o stat= -o lstart=";

    /// <summary>Empty: <c>lstart</c> is a date, which no later boot repeats.</summary>
    public string BootId => "";

    public string ReadSelfScript => $"self=$(LC_ALL=C TZ=UTC0 ps -o {Columns} -p $$)";

    public ProcessIdentity? Parse(string text) => ParseStatus(text)?.Identity;

    public ProcessStatus? Read(int pid)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"LC_ALL=C TZ=UTC0 exec ps -o {Columns} -p {pid.ToString(CultureInfo.InvariantCulture)}");
        using var ps = Process.Start(start) ?? throw new IOException("ps could not be started");
        var output = ps.StandardOutput.ReadToEnd();
        ps.WaitForExit();
        return ParseStatus(output);
    }

    /// <summary>Yes as far as is known: the caller saw that the group exists.</summary>
    public bool GroupHasLiving(int group) => true;

    /// <summary>Never: without <c>/proc</c> nothing proves it, and ending somebody else's process is worse than leaving one.</summary>
    public bool GroupBelongsTo(int group, string launchMarker) => false;

    private static ProcessStatus? ParseStatus(string line)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        const int Pid = 0, Group = 1, State = 2, Started = 3, StartedWords = 5;
        if (fields.Length < Started + StartedWords
            || !int.TryParse(fields[Pid], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            || !int.TryParse(fields[Group], NumberStyles.None, CultureInfo.InvariantCulture, out var group))
        {
            return null;
        }

        return new ProcessStatus(
            new ProcessIdentity(pid, string.Join(' ', fields.Skip(Started).Take(StartedWords))), group, Session: 0,
            IsDead: fields[State].StartsWith('Z'), IsStopped: fields[State].StartsWith('T'));
    }
}
