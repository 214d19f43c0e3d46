using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Accounts;

/// <summary><c>muster account update</c></summary>
internal sealed class AccountUpdateCommand : ClientCommand
{
    private readonly LoginArgument _name = new();
    private readonly SpendLimitOption _spend = new("Most that all of its groups together may cost an hour; launches beyond it wait.")
    {
        Required = true,
    };

    public AccountUpdateCommand(Terminal terminal)
        : base(
            terminal, "update", "Limit what an account's groups may cost. Needs the role admin.",
            "muster account update default --spend-per-hour-max 12.5",
            "muster account update default --spend-per-hour-max off")
    {
        Add(_name);
        Add(_spend);
    }

    protected override FieldNames Fields(ParseResult parse) => new(("spend_per_hour_max", "--spend-per-hour-max"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var changed = await client.UpdateAccountAsync(
            parse.GetRequiredValue(_name), new() { SpendPerHourMax = parse.GetValue(_spend) }, cancellationToken);
        AccountViews.Write(Terminal, [changed], Format(parse));
        return ExitCode.Ok;
    }
}
