using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Accounts;

/// <summary><c>muster account rotate-key</c></summary>
internal sealed class AccountRotateKeyCommand : ClientCommand
{
    private readonly LoginArgument _name = new();

    public AccountRotateKeyCommand(Terminal terminal)
        : base(
            terminal,
            "rotate-key",
            "Order a new service key: the next request that the account signs makes it and removes the old one. Needs the role admin.",
            "muster account rotate-key joyent")
    {
        Add(_name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        AccountViews.Write(Terminal, [await client.RotateAccountKeyAsync(parse.GetRequiredValue(_name), cancellationToken)], Format(parse));
        return ExitCode.Ok;
    }
}
