using System.CommandLine;

using Muster.Cli.Commands;
using Muster.Cli.Exits;
using Muster.Cli.Help;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Help;

public class CliReferenceTests
{
    private static readonly RootCommand Root = CommandTree.Build(new Terminal
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OutIsTerminal = false,
        ErrorIsTerminal = false,
        Environment = _ => null,
    });

    /// <summary>MUSTER_ACCEPT=1 writes the page anew.</summary>
    [Fact]
    public void The_committed_page_is_what_the_commands_say() =>
        Golden.Check(Path.Combine(RepositoryRoot.Path, "docs", "cli.md"), CliReference.For(Root));

    [Fact]
    public void Every_exit_code_is_explained() =>
        Assert.Equal(Enum.GetValues<ExitCode>(), ExitCodes.All.Select(code => code.Code));

    [Fact]
    public void Every_command_has_words_and_an_example()
    {
        foreach (var command in Leaves(Root))
        {
            var path = HelpPage.Path(command);
            Assert.False(string.IsNullOrWhiteSpace(command.Description), path);
            var example = Assert.IsAssignableFrom<MusterCommand>(command).Examples;
            Assert.True(example.Any(line => line.Contains(path, StringComparison.Ordinal)), $"{path} has no example of itself");
            Assert.All(command.Options.Cast<Symbol>().Concat(command.Arguments), symbol =>
                Assert.False(string.IsNullOrWhiteSpace(symbol.Description), $"{path} {symbol.Name}"));
        }
    }

    [Fact]
    public void Every_command_that_prints_data_can_print_json()
    {
        string[] others =
        [
            "muster dev", "muster server", "muster hello", "muster completion", "muster help", "muster store export", "muster store import",
            "muster migrate", "muster tsg seed", "muster licenses", "muster cloud add",
        ];

        foreach (var command in Leaves(Root).Where(command => !others.Contains(HelpPage.Path(command))))
        {
            Assert.Contains(command.Options, option => option.Name == "--json");
        }
    }

    [Fact]
    public void No_option_takes_a_secret()
    {
        foreach (var option in Leaves(Root).SelectMany(command => command.Options))
        {
            Assert.DoesNotContain(option.Name, (string[])["--token", "--password", "--secret", "--key"]);
        }
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
