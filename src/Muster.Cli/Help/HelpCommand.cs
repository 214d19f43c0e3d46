using System.CommandLine;

using Muster.Cli.Commands;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Help;

/// <summary><c>muster help</c>: what <c>--help</c> says.</summary>
internal sealed class HelpCommand : MusterCommand
{
    private readonly CommandArgument _command = new();

    public HelpCommand(Terminal terminal)
        : base(terminal, "help", "Show help for a command.", "muster help", "muster help group scale")
    {
        Add(_command);
    }

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var about = parse.RootCommandResult.Command;
        foreach (var word in parse.GetValue(_command) ?? [])
        {
            about = about.Subcommands.FirstOrDefault(child => !child.Hidden && child.Name == word)
                ?? throw new CliException(ExitCode.Usage, UsageErrors.Unknown(word, about));
        }

        Terminal.Out.Write(HelpPage.For(about));
        return Task.FromResult(ExitCode.Ok);
    }
}
