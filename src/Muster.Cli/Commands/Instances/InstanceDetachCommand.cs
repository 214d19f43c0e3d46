using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance detach</c></summary>
internal sealed class InstanceDetachCommand : InstanceCommand
{
    private readonly Option<bool> _keepCapacity = new("--keep-capacity")
    {
        Description = "Leave the group's capacity as it is: another is launched in its place. Else it goes down by one.",
    };

    private readonly Option<string?> _reason = CommonOptions.Reason();

    public InstanceDetachCommand(Terminal terminal)
        : base(
            terminal, "detach", "Let an instance go, alive: Muster's tags come off, and it runs on as nobody's.", takesNames: true,
            "muster instance detach web-3 --reason 'its disk is to be looked at'",
            "muster instance detach --keep-capacity web-3")
    {
        Add(_keepCapacity);
        Add(_reason);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        InstanceViews.WriteLine(
            Terminal,
            await client.DetachInstanceAsync(
                Id(parse), new() { KeepCapacity = parse.GetValue(_keepCapacity) ? true : null, Reason = parse.GetValue(_reason) },
                Cloud(parse), cancellationToken),
            Format(parse));
        return ExitCode.Ok;
    }
}
