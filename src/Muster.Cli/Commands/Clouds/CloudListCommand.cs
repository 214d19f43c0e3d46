using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud list</c></summary>
internal sealed class CloudListCommand(Terminal terminal)
    : ClientCommand(terminal, "list", "List the configured clouds, by name.", OutputOptions.Table(), "muster cloud list")
{
    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var clouds = (await client.ListCloudsAsync(cancellationToken)).Items;
        var output = Format(parse);
        if (output.IsJson)
        {
            Json.WriteArray(Terminal.Out, clouds, ApiJson.Default.CloudView);
            return ExitCode.Ok;
        }

        if (output.IsName)
        {
            Names.Write(Terminal, clouds.Select(cloud => cloud.Name));
            return ExitCode.Ok;
        }

        var grid = new Grid(
            "NAME", "KIND", new Column("TELLS CHANGES", Drop: 5), new Column("LAUNCH TOKENS", Drop: 4), new Column("READS", Drop: 2),
            new Column("WRITES", Drop: 3), "THROTTLED", new Column("CLOSED UNTIL", Drop: 1));
        foreach (var cloud in clouds)
        {
            grid.Add(
                cloud.Name, cloud.Kind, cloud.Watches ? "yes" : "no", cloud.LaunchTokens ? "yes" : "no",
                cloud.Calls?.Reads.ToString(System.Globalization.CultureInfo.InvariantCulture),
                cloud.Calls?.Writes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                cloud.Calls?.Throttled.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Moments.Text(cloud.Calls?.ClosedUntil));
        }

        grid.Write(Terminal, output);
        return ExitCode.Ok;
    }
}
