namespace Muster.Clouds.Local.Files;

/// <summary>What the boot stage wrote of itself before it became the instance.</summary>
/// <param name="Process">The process's entry, as the process table prints it.</param>
/// <param name="InControlGroup">Whether it is in the cgroup made for it; null when none was.</param>
internal sealed record BootRecord(string Process, bool? InControlGroup)
{
    /// <summary>The last line: a record without it was cut short, so the instance never ran.</summary>
    public const string End = "booted";

    public const string JoinedWord = "joined";
    public const string RefusedWord = "refused";
    public const string NoneWord = "none";

    /// <summary>Reads a record; null when it is not whole.</summary>
    public static BootRecord? Parse(string text) =>
        text.Split('\n') is [var process, var limits, End, ""]
            ? new BootRecord(process, limits switch { JoinedWord => true, RefusedWord => false, _ => null })
            : null;
}
