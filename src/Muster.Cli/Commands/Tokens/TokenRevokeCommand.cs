using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Tokens;

/// <summary><c>muster token revoke</c></summary>
internal sealed class TokenRevokeCommand : ClientCommand
{
    private readonly NameArgument _name = new("token");

    public TokenRevokeCommand(Terminal terminal)
        : base(terminal, "revoke", "Revoke a token: it is refused from now on. Needs the role admin.", "muster token revoke deploy")
    {
        Add(_name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        TokenViews.Write(Terminal, [await client.RevokeTokenAsync(parse.GetRequiredValue(_name), cancellationToken)], Format(parse));
        return ExitCode.Ok;
    }
}
