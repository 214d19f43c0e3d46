using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Accounts;

/// <summary><c>muster account list</c></summary>
internal sealed class AccountListCommand(Terminal terminal)
    : ClientCommand(
        terminal,
        "list",
        "List the accounts, and which of them are let in. Needs the role admin.",
        OutputOptions.Table(),
        "muster account list")
{
    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        AccountViews.Write(Terminal, (await client.ListAccountsAsync(cancellationToken)).Items, Format(parse));
        return ExitCode.Ok;
    }
}
