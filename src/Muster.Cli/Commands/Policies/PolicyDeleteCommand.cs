using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Policies;

/// <summary><c>muster policy delete</c></summary>
internal sealed class PolicyDeleteCommand : ClientCommand
{
    private readonly PolicyNameArgument _name = new();
    private readonly NameOption _group = CommonOptions.Group();

    public PolicyDeleteCommand(Terminal terminal)
        : base(
            terminal, "delete", "Remove a policy. The group stays at the level where it is, unless a schedule framed it.",
            "muster policy delete level --group web")
    {
        Add(_name);
        Add(_group);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var removed = await client.DeletePolicyAsync(
            parse.GetRequiredValue(_group)!, parse.GetRequiredValue(_name), cancellationToken);
        PolicyViews.WriteChange(Terminal, removed, "removed", client.Address, Format(parse));
        return ExitCode.Ok;
    }
}
