using System.CommandLine;

using Muster.Cli.Wording;

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

    /// <summary>A file with what would be many options.</summary>
    /// <param name="more">What else there is to say of it, behind a semicolon.</param>
    public static InputFileOption InputFile(string more = "") => new("--file", "-f")
    {
        Description = $"A TOML file with the fields of the API; options come before it{more}.",
    };

    /// <summary>The group that a command's thing belongs to.</summary>
    public static NameOption Group() => new("--group", "group", "The group, by name or id.") { Required = true };

    /// <summary>Optimistic concurrency by hand.</summary>
    public static Option<long?> IfVersion() => new("--if-version")
    {
        Description = "Refuse unless this is still the group's version.",
        HelpName = "n",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (WholeNumber.TryParse(text, 1, long.MaxValue, out long version))
            {
                return version;
            }

            result.AddError($"--if-version is '{text}': a whole number, 1 or more, as 'muster group show' prints it");
            return null;
        },
    };

    /// <summary>Only plans.</summary>
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Change nothing: show what would be done, and why." };

    /// <summary>Answers the question before it is asked.</summary>
    public static Option<bool> Yes() => new("--yes", "-y")
    {
        Description = "Do not ask. Only a person at a terminal is asked, when more than half of a group would end, or ten instances.",
    };

    /// <summary>Where a server keeps everything.</summary>
    public static Option<DirectoryInfo?> Data(string description) => new("--data")
    {
        Description = description,
        HelpName = "dir",
    };
}
