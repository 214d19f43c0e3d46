using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Help;
using Muster.Cli.Terminals;

namespace Muster.Cli.Completion;

/// <summary>What may come next on a command line: <c>muster "[suggest:POSITION]" LINE [SHELL]</c>, which the shells' scripts ask.</summary>
/// <remarks>
/// A line for each word that fits; <c>:files</c> or <c>:directories</c> where the shell is to offer its own, for shells that are named.
/// Scripts that were made by an older Muster name none.
/// </remarks>
internal static partial class Completer
{
    private const string Files = ":files";
    private const string Directories = ":directories";
    private const string Bash = "bash";

    /// <summary>Whether a shell asks.</summary>
    public static bool IsAsked(string[] args) => args is [var first, _, ..] && Asking().IsMatch(first);

    /// <summary>Answers; whatever goes wrong, there is only nothing to offer.</summary>
    public static async Task<ExitCode> RunAsync(string[] args, RootCommand root, Terminal terminal, CancellationToken cancellationToken)
    {
        var line = args[1];
        var isPlace = int.TryParse(
            Asking().Match(args[0]).Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var position);
        var shell = args.Length > 2 ? args[2] : null;
        var place = Place.Of(CommandLineWords.Of(isPlace && position < line.Length ? line[..position] : line), root);
        var offers = await OffersAsync(place, terminal, cancellationToken);
        // bash parts words at '=' by itself, and wants the rest alone.
        var prefix = place.Prefix.Length > 0 && shell != Bash ? place.Prefix : "";
        foreach (var offer in offers.Where(
            offer => offer.StartsWith(':') ? shell is not null : offer.StartsWith(place.Typed, StringComparison.Ordinal)))
        {
            terminal.Out.WriteLine(offer.StartsWith(':') ? offer : prefix + offer);
        }

        return ExitCode.Ok;
    }

    private static async Task<IEnumerable<string>> OffersAsync(
        Place place, Terminal terminal, CancellationToken cancellationToken) => place switch
        {
            { Command: null } => [],
            { Symbol: { } symbol } => await ValuesAsync(symbol, place, terminal, cancellationToken),
            { IsOption: true, Command: { } command } => Options(command),
            { Command.Subcommands.Count: > 0, Command: { } command } =>
                command.Subcommands.Where(child => !child.Hidden).Select(child => child.Name),
            _ => Options(place.Command),
        };

    private static IEnumerable<string> Options(Command command) => HelpPage.Options(command)
        .SelectMany(option => option.Aliases.Append(option.Name))
        .Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> ValuesAsync(
        Symbol symbol, Place place, Terminal terminal, CancellationToken cancellationToken) => symbol switch
        {
            IOffersWords words => words.Offered,
            IOffersNames { Named.Length: > 0 } names =>
                await ServerNames.OfAsync(names.Named, place, terminal, cancellationToken),
            FileArgument or Option<FileInfo> => [Files],
            Option<DirectoryInfo> => [Directories],
            CommandArgument => place.HelpOn?.Subcommands.Where(child => !child.Hidden).Select(child => child.Name) ?? [],
            _ => [],
        };

    [GeneratedRegex(@"^\[suggest:(\d+)\]$")]
    private static partial Regex Asking();
}
