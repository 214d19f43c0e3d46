using Muster.Core;

namespace Muster.Nomad.Jobs;

/// <summary>The ids that Muster gives its jobs: <c>muster-INSTALLATION-KEY-name</c>.</summary>
/// <remarks>
/// The name is for people and stays what it was when the job was made; the key alone says whose the job is. Only letters, digits,
/// <c>_</c> and <c>-</c>, and never over 117 characters: Nomad's UI, its paths and its variables carry no more.
/// See docs/decisions/0070-what-a-nomad-job-is-called.md.
/// </remarks>
public static class JobIds
{
    private const int InstallationLength = 12;
    private const int NameLengthMax = 48;
    private const string ChildMark = "/periodic-";

    /// <summary>What every job of the installation begins with, and no job of anybody else.</summary>
    public static string Prefix(InstallationId installation) => $"muster-{installation.Value.ToString("N")[..InstallationLength]}-";

    /// <summary>What every job of that key begins with, its children included.</summary>
    public static string Prefix(InstallationId installation, JobKey key) => Prefix(installation) + key;

    /// <summary>The id of a job that is made now.</summary>
    public static string Make(InstallationId installation, WantedJob job)
    {
        var name = Carried(job.Name);
        return Prefix(installation, job.Key) + (name.Length > 0 ? $"-{name}" : "");
    }

    /// <summary>Reads the id of a job or a child.</summary>
    /// <returns>The key; null when the job is not one of the installation's.</returns>
    public static JobKey? KeyOf(InstallationId installation, string id)
    {
        var prefix = Prefix(installation);
        if (!id.StartsWith(prefix, StringComparison.Ordinal) || id.Length < prefix.Length + JobKey.Length)
        {
            return null;
        }

        var key = id.AsSpan(prefix.Length, JobKey.Length);
        var rest = id.AsSpan(prefix.Length + JobKey.Length);
        return JobKey.IsValid(key) && (rest.IsEmpty || rest[0] is '-' or '/') ? new JobKey(key.ToString()) : null;
    }

    /// <summary>The job that a child belongs to; null when the id is no child's.</summary>
    public static string? ParentOf(string id) =>
        id.LastIndexOf(ChildMark, StringComparison.Ordinal) is var at
        && at > 0
        && id.AsSpan(at + ChildMark.Length).IndexOfAnyExceptInRange('0', '9') < 0
            ? id[..at]
            : null;

    private static string Carried(string name)
    {
        var carried = string.Create(Math.Min(name.Length, NameLengthMax), name, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '_' ? source[i] : '-';
            }
        });
        return carried.Trim('-');
    }
}
