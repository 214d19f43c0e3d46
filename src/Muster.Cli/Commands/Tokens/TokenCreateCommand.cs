using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Tokens;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;
using Muster.Core.Accounts;

namespace Muster.Cli.Commands.Tokens;

/// <summary><c>muster token create</c></summary>
internal sealed class TokenCreateCommand : ServerCommand
{
    private readonly NewNameArgument name = new("token");
    private readonly ChoiceOption<Role> role = new(
        "--role", "What its bearer may do; each role includes those before it.", Words.Roles) { Required = true };

    private readonly DurationOption expires = new(
        "--expires", "How long it lives; 90d unless set.", TimeSpan.FromMinutes(1), TimeSpan.FromDays(366));

    public TokenCreateCommand(Terminal terminal)
        : base(
            terminal, "create", "Make a bearer token and print it, this once. Needs the role admin.",
            "muster token create deploy --role operate --expires 30d > deploy.token")
    {
        Add(name);
        Add(role);
        Add(expires);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var input = new TokenInput
        {
            Name = parse.GetRequiredValue(name),
            Role = Words.Roles.Word(parse.GetValue(role)!.Value),
            ExpiresInS = (long?)parse.GetValue(expires)?.TotalSeconds,
        };
        TokenViews.Write(Terminal, await client.CreateTokenAsync(input, cancellationToken), WantsJson(parse));
        return ExitCode.Ok;
    }
}
