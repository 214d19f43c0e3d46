using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Core.Options;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Exec;

/// <summary>Any program that prints a number.</summary>
public sealed class ExecMetricKind : IMetricKind
{
    private static readonly ConfigOption<string?> Command = Option.RequiredText(
        "command", "the program, absolute or on `path`, and its arguments; quoted as in a shell, but there is no shell",
        "a program and its arguments, such as /usr/local/bin/queue-length --json");

    private static readonly ConfigOption<string> SearchPath = Option.TextOr(
        "path", "its `PATH`", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "directories with colons between");

    private static readonly ConfigOption<string?> Environment = Option.Text(
        "environment", "names of the server's environment variables that it gets too, beside `PATH` and `LANG`: `\"HOME AWS_PROFILE\"`",
        allowed: "names with spaces between");

    private static readonly ConfigOption<string> Directory = Option.TextOr(
        "directory", "where it runs", "/", "an absolute path of a directory");

    private static readonly ConfigOption<int> Concurrency = Option.Number(
        "concurrency", "how many run at once, 1 to 64: one for each group", 4, 1, 64);

    /// <inheritdoc/>
    public string Name => "exec";

    /// <inheritdoc/>
    public MetricKindDescription Description { get; } = new()
    {
        Summary = "A program that reads a group from its standard input and prints a number, or one for each instance.",
        Options = [Command, SearchPath, Environment, Directory, Concurrency],
    };

    /// <inheritdoc/>
    public IMetricSource Open(MetricSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new MetricSetupReader(setup, Description.Options);
        var words = Words(reader);
        var path = reader.Read(SearchPath);
        var program = words.IsEmpty ? "" : Find(reader, words[0], path);
        var directory = reader.Read(Directory);
        if (!Path.IsPathFullyQualified(directory) || !System.IO.Directory.Exists(directory))
        {
            reader.Refuse(Directory.Name, directory, "an absolute path of a directory that is there");
        }

        var environment = (reader.Read(Environment) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var run = new ExecRun(
            setup.Metric, program, words.IsEmpty ? [] : words[1..], directory, path, [.. environment]);
        var concurrency = reader.Read(Concurrency);
        reader.ThrowIfWrong();
        return new ExecSource(run, concurrency);
    }

    private static ImmutableArray<string> Words(MetricSetupReader reader)
    {
        if (reader.Read(Command) is not { } command)
        {
            return [];
        }

        if (CommandLine.TrySplit(command, out var words, out var error))
        {
            return words;
        }

        reader.Refuse(Command.Name, command, error!);
        return [];
    }

    private static string Find(MetricSetupReader reader, string word, string path)
    {
        var candidates = Path.IsPathFullyQualified(word) ? [word]
            : word.Contains('/', StringComparison.Ordinal) ? []
            : path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, word));
        if (candidates.FirstOrDefault(IsProgram) is { } program)
        {
            return program;
        }

        reader.Refuse(Command.Name, word, $"an executable file, absolute or in {path}");
        return "";
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
