using System.CommandLine;
using System.Globalization;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Tokens;

/// <summary><c>muster token renew-key</c></summary>
internal sealed class TokenRenewKeyCommand : ClientCommand
{
    private readonly Option<bool> _retire = new("--retire")
    {
        Description = "End the older keys: the tokens of all instances that live are refused from then on.",
    };

    public TokenRenewKeyCommand(Terminal terminal)
        : base(
            terminal, "renew-key", "Make a new key for the tokens of instances' own. Needs the role admin for the whole installation.",
            "muster token renew-key",
            "muster token renew-key --retire")
    {
        Add(_retire);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var keys = await client.RenewReportKeyAsync(new() { Retire = parse.GetValue(_retire) }, cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, keys, ApiJson.Default.PageViewReportKeyView);
        }
        else
        {
            var (newest, older) = (keys.Items[^1], keys.Items.Count - 1);
            var others = older switch
            {
                0 => "the tokens of older ones are refused",
                1 => "older ones go on with one older key",
                _ => string.Create(CultureInfo.InvariantCulture, $"older ones go on with {older} older keys"),
            };
            Terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"key {newest.Number} is for instances launched from two minutes on; {others}"));
        }

        return ExitCode.Ok;
    }
}
