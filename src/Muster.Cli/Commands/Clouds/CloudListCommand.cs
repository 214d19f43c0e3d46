using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud list</c></summary>
internal sealed class CloudListCommand(Terminal terminal)
    : ClientCommand(terminal, "list", "List the configured clouds, by name.", "muster cloud list")
{
    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var clouds = (await client.ListCloudsAsync(cancellationToken)).Items;
        if (WantsJson(parse))
        {
            Json.WriteArray(Terminal.Out, clouds, ApiJson.Default.CloudView);
            return ExitCode.Ok;
        }

        var grid = new Grid("NAME", "KIND", "TELLS CHANGES", "LAUNCH TOKENS", "READS", "WRITES", "THROTTLED", "CLOSED UNTIL");
        foreach (var cloud in clouds)
        {
            grid.Add(
                cloud.Name, cloud.Kind, cloud.Watches ? "yes" : "no", cloud.LaunchTokens ? "yes" : "no",
                cloud.Calls?.Reads.ToString(System.Globalization.CultureInfo.InvariantCulture),
                cloud.Calls?.Writes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                cloud.Calls?.Throttled.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Moments.Text(cloud.Calls?.ClosedUntil));
        }

        grid.Write(Terminal);
        return ExitCode.Ok;
    }
}
