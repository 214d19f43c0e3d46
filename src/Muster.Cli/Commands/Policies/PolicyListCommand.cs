using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Policies;

/// <summary><c>muster policy list</c></summary>
internal sealed class PolicyListCommand : ClientCommand
{
    private readonly NameOption _group = CommonOptions.Group();

    public PolicyListCommand(Terminal terminal)
        : base(
            terminal, "list", "List a group's policies: what each recommends now, and why.", OutputOptions.Table(),
            "muster policy list --group web",
            "muster policy list --group web --json") =>
        Add(_group);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        PolicyViews.Write(Terminal, await client.ListPoliciesAsync(parse.GetRequiredValue(_group)!, cancellationToken), Format(parse));
        return ExitCode.Ok;
    }
}
