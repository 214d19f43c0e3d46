using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>Options that several commands take, in the same words.</summary>
internal static class CommonOptions
{
    /// <summary>Why, for the audit trail.</summary>
    public static Option<string?> Reason() => new("--reason")
    {
        Description = "Why, for the group's activity.",
        HelpName = "text",
    };

    /// <summary>Optimistic concurrency by hand.</summary>
    public static Option<long?> IfVersion() => new("--if-version")
    {
        Description = "Refuse unless this is still the group's version.",
        HelpName = "n",
    };

    /// <summary>Where a server keeps everything.</summary>
    public static Option<DirectoryInfo?> Data(string description) => new("--data")
    {
        Description = description,
        HelpName = "dir",
    };
}
