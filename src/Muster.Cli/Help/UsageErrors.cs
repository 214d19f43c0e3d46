using System.CommandLine;
using System.CommandLine.Parsing;

using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Help;

/// <summary>Says what is wrong with a command line, on stderr.</summary>
internal static class UsageErrors
{
    /// <summary>Writes every error, a guess where a word is nearly right, and where help is.</summary>
    public static ExitCode Print(ParseResult parse, Terminal terminal)
    {
        var command = parse.CommandResult.Command;
        var path = HelpPage.Path(command);
        if (command.Subcommands.Count > 0 && parse.UnmatchedTokens.Count == 0)
        {
            terminal.Error.Write(HelpPage.For(command));
            return ExitCode.Usage;
        }

        foreach (var message in Messages(parse, command).Distinct())
        {
            terminal.Error.WriteLine($"muster: {message}");
        }

        terminal.Error.WriteLine($"muster: see '{path} --help'");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> Messages(ParseResult parse, Command command)
    {
        foreach (var token in parse.UnmatchedTokens)
        {
            yield return Unknown(token, command);
        }

        foreach (var error in parse.Errors.Where(error => !parse.UnmatchedTokens.Any(token => IsAbout(error, token))))
        {
            // With a word too many, "required command was not provided" would only repeat it in other words.
            if (command.Subcommands.Count == 0 || error.SymbolResult is not CommandResult)
            {
                yield return error.Message;
            }
        }
    }

    private static bool IsAbout(ParseError error, string token) => error.Message.Contains($"'{token}'", StringComparison.Ordinal);

    /// <summary>What to say of a word that a command does not know.</summary>
    public static string Unknown(string token, Command command)
    {
        var known = token.StartsWith('-')
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Where(child => !child.Hidden).Select(child => child.Name);
        var what = token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        return Spelling.Nearest(token, known) is { } near ? $"unknown {what} '{token}': did you mean '{near}'?" : $"unknown {what} '{token}'";
    }
}
