using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance terminate</c></summary>
internal sealed class InstanceTerminateCommand : InstanceCommand
{
    private readonly Option<bool> _shrink = new("--shrink")
    {
        Description = "Lower the group's capacity by one with it; else another is launched in its place.",
    };

    private readonly Option<string?> _reason = CommonOptions.Reason();

    public InstanceTerminateCommand(Terminal terminal)
        : base(
            terminal, "terminate", "End one instance.", takesNames: true,
            "muster instance terminate web-3",
            "muster instance terminate --shrink web-3 --reason 'one fewer will do'")
    {
        Add(_shrink);
        Add(_reason);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        InstanceViews.WriteLine(
            Terminal,
            await client.TerminateInstanceAsync(
                Id(parse), new() { Shrink = parse.GetValue(_shrink) ? true : null, Reason = parse.GetValue(_reason) }, Cloud(parse),
                cancellationToken),
            Format(parse));
        return ExitCode.Ok;
    }
}
