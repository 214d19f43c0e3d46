using System.CommandLine;
using System.Globalization;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Installation;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Installations;

/// <summary><c>muster status</c></summary>
internal sealed class StatusCommand(Terminal terminal)
    : ClientCommand(terminal, "status", "Show the state of the server: version, store, level checks and calls to clouds.", "muster status")
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
            .Add("Paused", Paused(status.Paused))
            .Add("Running for", Moments.Age(status.StartedAt, Terminal.Time.GetUtcNow()))
            .Add("Store", Store(status.Store));
        if (pulse is null)
        {
            details.Add("Level checks", "only tokens of scope installation see them");
        }
        else
        {
            AddPulse(details, pulse);
        }

        foreach (var server in status.Servers)
        {
            details.Add(
                server.Self ? "This server" : "Server",
                $"{server.Address}, version {server.Version}, {server.SweepsHeld} sweeps, "
                + $"up {Moments.Age(server.StartedAt, Terminal.Time.GetUtcNow())}");
        }

        if (status.Prices is { } prices)
        {
            details.Add("Prices", Prices(prices));
        }

        foreach (var cloud in status.Clouds)
        {
            var closed = cloud.ClosedUntil is { } until ? $", closed until {Moments.Text(until)}" : "";
            details.Add(
                $"Cloud {cloud.Cloud}",
                new Cell(
                    $"{cloud.Reads} reads, {cloud.Writes} writes, {cloud.Throttled} throttled, {cloud.Failed} failed, "
                    + $"{cloud.Waiting} waiting{closed}",
                    cloud.ClosedUntil is null ? Tone.Plain : Tone.Bad));
        }

        details.Write(Terminal);
        return ExitCode.Ok;
    }

    private static void AddPulse(Details details, PulseView pulse) => details
        .Add("Groups", $"{pulse.Groups}, {pulse.ChecksInFlight} being checked")
        .Add("Checks", $"{pulse.Checks} in {pulse.Sweeps} sweeps, {pulse.ChecksLate} late")
        .Add("Sweeps", new Cell(
            $"{pulse.SweepsHeld} of {pulse.SweepsKnown} held here, {pulse.SweepsDue} due, {pulse.SweepsLate} late",
            pulse.SweepsDue == 0 ? Tone.Plain : Tone.Busy))
        .Add("Last sweep", Moments.Text(pulse.LastSweepAt));

    private static Cell Prices(PricesView prices) => new(
        string.Join("; ", prices.Troubles.Prepend($"{prices.Count}{(prices.Currency is { } currency ? $" in {currency}" : "")}")),
        prices.Troubles.Count == 0 ? Tone.Plain : Tone.Bad);

    private static Cell Paused(PauseView? pause) => pause is null
        ? new("no")
        : new($"since {Moments.Text(pause.Since)} by {pause.By}: {pause.Reason}; 'muster resume --all' ends the pause", Tone.Bad);

    /// <summary>A clock that is off harms no group, but somebody should look after the machine.</summary>
    private static Cell Store(StoreView store)
    {
        const double AheadSMax = 1;
        var ahead = store.MachineClockAheadS;
        var clock = ahead switch
        {
            > AheadSMax => string.Create(CultureInfo.InvariantCulture, $"; this machine's clock is {ahead:0.#} s ahead"),
            < -AheadSMax => string.Create(CultureInfo.InvariantCulture, $"; this machine's clock is {-ahead:0.#} s behind"),
            _ => "",
        };
        return new($"{store.Kind}, schema {store.Schema}{clock}", clock.Length == 0 ? Tone.Plain : Tone.Bad);
    }
}
