using System.CommandLine;
using System.CommandLine.Parsing;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Help;

/// <summary>Says what is wrong with a command line, on stderr.</summary>
internal static class UsageErrors
{
    /// <summary>Writes every error, a guess where a word is nearly right, and where help is.</summary>
    /// <param name="parse">What was typed, and not understood.</param>
    /// <param name="again">Parses the same once more.</param>
    /// <param name="terminal">Where it is said.</param>
    public static ExitCode Print(ParseResult parse, Func<ParseResult> again, Terminal terminal)
    {
        var command = parse.CommandResult.Command;
        var path = HelpPage.Path(command);
        if (command.Subcommands.Count > 0 && parse.UnmatchedTokens.Count == 0)
        {
            terminal.Error.Write(HelpPage.For(command));
            return ExitCode.Usage;
        }

        var messages = Messages(parse, command);
        if (command.Validators.Count > 0)
        {
            // A rule about several options that is broken keeps the library from looking at each option by itself. Without the rules, it
            // does; nothing is parsed after this.
            command.Validators.Clear();
            messages = [.. messages, .. Messages(again(), command)];
        }

        foreach (var message in messages.Distinct())
        {
            terminal.Error.WriteLine($"muster: {message}");
        }

        terminal.Error.WriteLine($"muster: see '{path} --help'");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> Messages(ParseResult parse, Command command)
    {
        // After a word that is no command, nothing is known of the words behind it: they were meant for the command that was not found.
        var unknown = command.Subcommands.Count > 0 ? parse.UnmatchedTokens.Take(1) : parse.UnmatchedTokens;
        foreach (var token in unknown)
        {
            yield return Unknown(token, command);
        }

        foreach (var error in parse.Errors.Where(error => !parse.UnmatchedTokens.Any(token => IsAbout(error, token))))
        {
            // With a word too many, "required command was not provided" would only repeat it in other words.
            if (command.Subcommands.Count == 0 || error.SymbolResult is not CommandResult)
            {
                yield return Missing(error, command) ?? error.Message;
            }
        }
    }

    /// <summary>What is missing, in Muster's words; null when the error is about something else.</summary>
    private static string? Missing(ParseError error, Command command) => error.SymbolResult switch
    {
        ArgumentResult { Argument: { Arity.MinimumNumberOfValues: > 0 } argument, Tokens.Count: 0 }
            when command.Arguments.Contains(argument) =>
            $"{argument.HelpName ?? argument.Name} is missing{Described(argument)}",
        OptionResult { Option: { Required: true } option, Implicit: true } => $"{option.Name} is missing{Described(option)}",
        OptionResult { Option: { Arity.MinimumNumberOfValues: > 0 } option, Implicit: false, Tokens.Count: 0 } =>
            $"{option.Name} has no value{Described(option)}",
        _ => null,
    };

    /// <summary>The help's words for it, as the end of a sentence.</summary>
    private static string Described(Symbol symbol)
    {
        if (symbol.Description is not { Length: > 1 } description)
        {
            return "";
        }

        // An abbreviation keeps its capitals.
        var first = char.IsUpper(description[1]) ? description[0] : char.ToLowerInvariant(description[0]);
        return $": {first}{description[1..].TrimEnd('.')}";
    }

    private static bool IsAbout(ParseError error, string token) => error.Message.Contains($"'{token}'", StringComparison.Ordinal);

    /// <summary>What to say of a word that a command does not know.</summary>
    public static string Unknown(string token, Command command)
    {
        var known = token.StartsWith('-')
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Where(child => !child.Hidden).Select(child => child.Name);
        var what = token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        return Spelling.Nearest(token, known) is { } near
            ? $"unknown {what} '{token}': did you mean '{near}'?"
            : $"unknown {what} '{token}'";
    }
}
