using System.Collections.Immutable;
using System.CommandLine;

using Muster.Cli.Help;

namespace Muster.Cli.Completion;

/// <summary>Where on a command line the word stands that is being typed.</summary>
internal sealed record Place
{
    /// <summary>The command so far; null when a word before is none.</summary>
    public Command? Command { get; private init; }

    /// <summary>The option or argument whose value it is; null when it is neither's.</summary>
    public Symbol? Symbol { get; private init; }

    /// <summary>Whether it begins like an option.</summary>
    public bool IsOption { get; private init; }

    /// <summary>What is typed of it.</summary>
    public string Typed { get; private init; } = "";

    /// <summary>What stands before it in the same word: <c>--template=</c>.</summary>
    public string Prefix { get; private init; } = "";

    /// <summary>The words before it that are the command's arguments.</summary>
    public ImmutableArray<string> Arguments { get; private init; } = [];

    /// <summary>The server that the line names; null for the usual one.</summary>
    public string? Address { get; private init; }

    /// <summary>The file with the token that the line names; null for none.</summary>
    public string? TokenFile { get; private init; }

    /// <summary>Of <c>muster help</c>: the command that its words name so far; null when there is none.</summary>
    public Command? HelpOn { get; private init; }

    /// <summary>Finds it: words go to commands, options and arguments in the order in which the parser would give them.</summary>
    public static Place Of(IReadOnlyList<string> words, RootCommand root)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        Command command = root;
        Command? helpOn = root;
        var arguments = ImmutableArray.CreateBuilder<string>();
        string? pending = null;
        foreach (var word in words.Skip(1).SkipLast(1))
        {
            if (pending is not null)
            {
                given[pending] = word;
                pending = null;
            }
            else if (word.StartsWith('-'))
            {
                var split = word.IndexOf('=', StringComparison.Ordinal);
                if (split > 0)
                {
                    given[word[..split]] = word[(split + 1)..];
                }
                else if (TakesValue(word, command, root))
                {
                    pending = word;
                }
            }
            else if (command.Subcommands.Count > 0)
            {
                if (command.Subcommands.FirstOrDefault(child => child.Name == word) is not { } child)
                {
                    return new();
                }

                command = child;
            }
            else
            {
                helpOn = helpOn?.Subcommands.FirstOrDefault(child => child.Name == word);
                arguments.Add(word);
            }
        }

        var place = new Place
        {
            Command = command,
            Arguments = arguments.ToImmutable(),
            Address = given.GetValueOrDefault("--addr"),
            TokenFile = given.GetValueOrDefault("--token-file"),
            HelpOn = helpOn,
        };
        return place.With(words.Count > 1 ? words[^1] : "", pending);
    }

    private Place With(string typed, string? pending)
    {
        if (pending is not null)
        {
            return this with { Typed = typed, Symbol = Find(pending, Command!) };
        }

        var split = typed.StartsWith('-') ? typed.IndexOf('=', StringComparison.Ordinal) : -1;
        return split > 0
            ? this with { Typed = typed[(split + 1)..], Prefix = typed[..(split + 1)], Symbol = Find(typed[..split], Command!) }
            : typed.StartsWith('-')
            ? this with { Typed = typed, IsOption = true }
            : this with { Typed = typed, Symbol = Argument(Arguments.Length) };
    }

    private Argument? Argument(int index)
    {
        var arguments = Command!.Arguments.Where(argument => !argument.Hidden).ToList();
        return index < arguments.Count ? arguments[index]
            : arguments is [.., { Arity.MaximumNumberOfValues: > 1 } last] ? last
            : null;
    }

    /// <summary>Before the command is known, an option is one of any command that has it.</summary>
    private static bool TakesValue(string name, Command command, RootCommand root) =>
        (Find(name, command) ?? (command.Subcommands.Count > 0
            ? Leaves(root).Select(leaf => Find(name, leaf)).FirstOrDefault(found => found is not null)
            : null))
            is { } option && option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    private static Option? Find(string name, Command command) =>
        HelpPage.Options(command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
