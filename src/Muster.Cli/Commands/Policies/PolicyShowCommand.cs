using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Policies;

/// <summary><c>muster policy show</c></summary>
internal sealed class PolicyShowCommand : ClientCommand
{
    private readonly PolicyNameArgument _name = new();
    private readonly NameOption _group = CommonOptions.Group();

    public PolicyShowCommand(Terminal terminal)
        : base(
            terminal, "show", "Show a policy: what it is made of, what it recommends now, and why.",
            "muster policy show level --group web",
            "muster policy show level --group web --json")
    {
        Add(_name);
        Add(_group);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var policy = await client.GetPolicyAsync(
            parse.GetRequiredValue(_group)!, parse.GetRequiredValue(_name), cancellationToken);
        PolicyViews.Write(Terminal, policy, client.Address, Format(parse));
        return ExitCode.Ok;
    }
}
