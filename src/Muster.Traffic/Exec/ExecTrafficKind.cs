using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Options;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Exec;

/// <summary>A program that takes instances in and out of whatever it likes.</summary>
public sealed class ExecTrafficKind : ITrafficKind
{
    private const string PathDefault = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly ConfigOption<string?> Command = Option.RequiredText(
        "command", "the program and its arguments, in words as a shell reads them; no shell is started",
        "a command such as /usr/local/bin/traffic --site ams");

    private static readonly ConfigOption<string> SearchPath = Option.TextOr(
        "path", "where a program without a slash is looked for; also its `PATH`", PathDefault, "directories with colons between them",
        emptyIsUnset: true);

    private static readonly ConfigOption<string?> Environment = Option.Text(
        "environment", "variables of the server's environment that the program gets, with blanks between; no others but `PATH` and `LANG`",
        allowed: "names such as HOME HTTPS_PROXY", emptyIsUnset: true);

    private static readonly ConfigOption<string> Directory = Option.TextOr(
        "directory", "where it runs", "/", "an absolute path of a directory that is there", emptyIsUnset: true);

    private static readonly ConfigOption<TimeSpan> Timeout = Option.Time(
        "timeout", "how long one run may take; then it is killed", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1),
        TimeSpan.FromMinutes(1), "a time from 1s to 1m");

    /// <inheritdoc/>
    public string Name => "exec";

    /// <inheritdoc/>
    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "A program of the server's configuration: the action in its environment, the instance as JSON on its standard input.",
        Options = [Command, SearchPath, Environment, Directory, Timeout],
        Needs = new() { Backend = false, Service = false, Port = false, Path = false, HasHealth = true },
    };

    /// <inheritdoc/>
    public ITrafficSource Open(TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new TrafficSetupReader(setup, Description.Options);
        var words = Words(reader);
        var path = reader.Read(SearchPath);
        var program = words.IsEmpty ? "" : Find(reader, words[0], path);
        var directory = reader.Read(Directory);
        if (!Path.IsPathFullyQualified(directory) || !System.IO.Directory.Exists(directory))
        {
            reader.Refuse(Directory.Name, directory, "an absolute path of a directory that is there");
        }

        var environment = (reader.Read(Environment) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var run = new ExecProgram(
            program, words.IsEmpty ? [] : words[1..], directory, path, [.. environment], reader.Read(Timeout), setup.Time);
        reader.ThrowIfWrong();
        return new ExecTrafficSource(run, setup.Source);
    }

    private static ImmutableArray<string> Words(TrafficSetupReader reader)
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

    private static string Find(TrafficSetupReader reader, string word, string path)
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
