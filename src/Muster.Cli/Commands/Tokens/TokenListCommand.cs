using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Tokens;

/// <summary><c>muster token list</c></summary>
internal sealed class TokenListCommand(Terminal terminal)
    : ClientCommand(
        terminal, "list", "List the account's tokens, newest first. Needs the role admin.", OutputOptions.Table(), "muster token list")
{
    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        TokenViews.Write(Terminal, (await client.ListTokensAsync(cancellationToken)).Items, Format(parse));
        return ExitCode.Ok;
    }
}
