using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance show</c></summary>
internal sealed class InstanceShowCommand : InstanceCommand
{
    public InstanceShowCommand(Terminal terminal)
        : base(
            terminal, "show", "Show an instance, and what each source says of its health.", takesNames: true,
            "muster instance show web-3")
    {
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        InstanceViews.WriteOne(
            Terminal, await client.GetInstanceAsync(Id(parse), Cloud(parse), cancellationToken), Format(parse));
        return ExitCode.Ok;
    }
}
