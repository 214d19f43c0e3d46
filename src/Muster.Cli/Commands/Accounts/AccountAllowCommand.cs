using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Accounts;

/// <summary><c>muster account allow</c></summary>
internal sealed class AccountAllowCommand : ClientCommand
{
    private readonly LoginArgument _name = new();

    public AccountAllowCommand(Terminal terminal)
        : base(
            terminal, "allow", "Let an account in: its own SSH keys open /v1/tsg from now on. Needs the role admin.",
            "muster account allow joyent")
    {
        Add(_name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        AccountViews.Write(Terminal, [await client.AllowAccountAsync(parse.GetRequiredValue(_name), cancellationToken)], Format(parse));
        return ExitCode.Ok;
    }
}
