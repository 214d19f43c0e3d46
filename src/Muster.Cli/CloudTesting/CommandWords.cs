using System.Collections.Immutable;

namespace Muster.Cli.CloudTesting;

/// <summary>Commands given on the command line: what is relative counts from where the user is.</summary>
internal static class CommandWords
{
    /// <summary>The same command line with an absolute program, when the program was a relative path.</summary>
    public static string Absolute(string command, string directory)
    {
        var end = command.IndexOf(' ', StringComparison.Ordinal);
        var program = end < 0 ? command : command[..end];
        return program.Contains('/', StringComparison.Ordinal) && !program.Contains('\'', StringComparison.Ordinal)
            ? $"{Quoted(Path.GetFullPath(program, directory))}{command[program.Length..]}"
            : command;
    }

    /// <summary>The words of a command; none when it is null.</summary>
    /// <exception cref="CliException">It cannot be split.</exception>
    public static ImmutableArray<string> Split(string option, string? command, string directory)
    {
        if (command is null)
        {
            return [];
        }

        return Clouds.CommandWords.TrySplit(Absolute(command, directory), out var words, out var error)
            ? words
            : throw new CliException(ExitCode.Usage, $"{option} is '{command}': {error}");
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
