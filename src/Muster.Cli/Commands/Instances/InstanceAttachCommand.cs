using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance attach</c></summary>
internal sealed class InstanceAttachCommand : InstanceCommand
{
    private readonly NameOption _group = new("--group", "group", "The group that takes it in, by name or id.") { Required = true };
    private readonly Option<string?> _reason = CommonOptions.Reason();

    public InstanceAttachCommand(Terminal terminal)
        : base(
            terminal, "attach",
            "Take a machine that exists on a cloud into a group, whose capacity goes up by one with it.", takesNames: false,
            "muster instance attach --group web i-0123456789abcdef0 --reason 'made by hand last year'")
    {
        Add(_group);
        Add(_reason);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        InstanceViews.WriteLine(
            Terminal,
            await client.AttachInstanceAsync(
                Id(parse), new() { Group = parse.GetRequiredValue(_group), Reason = parse.GetValue(_reason) }, Cloud(parse),
                cancellationToken),
            Format(parse));
        return ExitCode.Ok;
    }
}
