using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.Exec;

/// <summary>What there is to say of clouds behind an executable.</summary>
internal static class ExecKindDescription
{
    /// <summary>The executable and its arguments.</summary>
    public static ConfigOption<string?> Command { get; } = Option.RequiredText(
        "command", "the program, absolute or on `path`, and its arguments; quoted as in a shell, but there is no shell",
        "the executable that is this cloud, and its arguments");

    /// <summary>Where it runs.</summary>
    public static ConfigOption<string?> Directory { get; } = Option.Text(
        "directory", "where it runs; made when missing", "`clouds/NAME` in the data directory");

    /// <summary>Where programs are looked for.</summary>
    public static ConfigOption<string?> SearchPath { get; } =
        Option.Text("path", "its `PATH`", "the server's", "directories with colons between", emptyIsUnset: true);

    /// <summary>Which of the server's variables it gets.</summary>
    public static ConfigOption<string?> Environment { get; } = Option.Text(
        "environment", "names of the server's environment variables that it gets too: `\"HOME AWS_PROFILE\"`");

    /// <summary>A file with further variables.</summary>
    public static ConfigOption<string?> EnvironmentFile { get; } = Option.Text(
        "environment_file", "a file of `NAME=value` lines that only its owner may read: where its secrets belong");

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, apart from launch and watch; `1s` to `60m`", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1),
        TimeSpan.FromHours(1), "1s to 60m");

    /// <summary>Calls at once: a process each, often an interpreter with a client library.</summary>
    public static ConfigOption<int> Concurrency { get; } = Option.Number("concurrency", "calls at once, 1 to 256", 8, 1, 256);

    /// <summary>The most of an answer: 16 MiB are a listing of some ten thousand instances.</summary>
    public static ConfigOption<int> OutputMaxMib { get; } = Option.Number(
        "output_max_mib", "the most that one call may write to standard output, 1 to 1024", 16, 1, 1024);

    /// <summary>All of it. What templates may say, only the executable knows.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options = [Command, Directory, SearchPath, Environment, EnvironmentFile, Timeout, Concurrency, OutputMaxMib],
        Fields = [],
        Abilities = [CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Prices, CloudAbility.Interruptible, CloudAbility.Watch],
        Credential =
            "The executable runs as the server's user and has its secrets from environment_file, which only its owner may read; "
            + "what they must allow, only the executable knows.",
    };
}
