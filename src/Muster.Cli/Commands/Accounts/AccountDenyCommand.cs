using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Accounts;

/// <summary><c>muster account deny</c></summary>
internal sealed class AccountDenyCommand : ClientCommand
{
    private readonly LoginArgument _name = new();

    public AccountDenyCommand(Terminal terminal)
        : base(
            terminal, "deny", "Keep an account out; its groups are kept as they are. Needs the role admin.",
            "muster account deny joyent")
    {
        Add(_name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        AccountViews.Write(Terminal, [await client.DenyAccountAsync(parse.GetRequiredValue(_name), cancellationToken)], Format(parse));
        return ExitCode.Ok;
    }
}
