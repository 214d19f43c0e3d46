using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands;

/// <summary><c>muster status</c></summary>
internal sealed class StatusCommand(Terminal terminal)
    : ClientCommand(terminal, "status", "Show how the server is.", "muster status")
{
    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var status = await client.GetStatusAsync(cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, status, ApiJson.Default.StatusView);
            return ExitCode.Ok;
        }

        var pulse = status.Pulse;
        var details = new Details()
            .Add("Address", client.Address.ToString())
            .Add("Version", status.Version)
            .Add("Installation", status.InstallationId.ToString())
            .Add("Running for", Moments.Age(status.StartedAt, Terminal.Time.GetUtcNow()))
            .Add("Groups", $"{pulse.Groups}, {pulse.ChecksInFlight} being checked")
            .Add("Checks", $"{pulse.Checks} in {pulse.Sweeps} sweeps, {pulse.ChecksLate} late")
            .Add("Last sweep", Moments.Text(pulse.LastSweepAt));
        foreach (var cloud in status.Clouds)
        {
            var closed = cloud.ClosedUntil is { } until ? $", closed until {Moments.Text(until)}" : "";
            details.Add(
                $"Cloud {cloud.Cloud}",
                new Cell(
                    $"{cloud.Reads} reads, {cloud.Writes} writes, {cloud.Throttled} throttled, {cloud.Failed} failed, {cloud.Waiting} waiting{closed}",
                    cloud.ClosedUntil is null ? Tone.Plain : Tone.Bad));
        }

        details.Write(Terminal);
        return ExitCode.Ok;
    }
}
