using System.CommandLine;

using Muster.Api.Groups;
using Muster.Core.Groups;

namespace Muster.Cli.Arguments;

/// <summary>Bounds on what Muster may do to one group; what <c>group create</c> and <c>group update</c> share.</summary>
internal sealed class BrakesOptions
{
    private readonly NumberOption launchesInFlight = new("--launches-in-flight", "Launch calls at once; 10 unless set.", 1, Brakes.InFlightLimit);
    private readonly NumberOption launchesPerCheck = new("--launches-per-check", "Launches one level check may start; 100 unless set.", 1, Brakes.PerCheckLimit);
    private readonly NumberOption terminationsPerCheck =
        new("--terminations-per-check", "Terminations one level check may start; 100 unless set.", 1, Brakes.PerCheckLimit);

    private readonly NumberOption launchesPerHour = new("--launches-per-hour", "Launches in any hour; 1000 unless set.", 1, Brakes.PerHourLimit);
    private readonly NumberOption terminationsPerHour =
        new("--terminations-per-hour", "Terminations in any hour; 1000 unless set.", 1, Brakes.PerHourLimit);

    public void AddTo(Command command)
    {
        command.Add(launchesInFlight);
        command.Add(launchesPerCheck);
        command.Add(terminationsPerCheck);
        command.Add(launchesPerHour);
        command.Add(terminationsPerHour);
    }

    /// <summary>What was given; null when nothing was.</summary>
    public BrakesInput? Read(ParseResult parse)
    {
        var given = new BrakesInput
        {
            LaunchesInFlightMax = parse.GetValue(launchesInFlight),
            LaunchesPerCheckMax = parse.GetValue(launchesPerCheck),
            TerminationsPerCheckMax = parse.GetValue(terminationsPerCheck),
            LaunchesPerHourMax = parse.GetValue(launchesPerHour),
            TerminationsPerHourMax = parse.GetValue(terminationsPerHour),
        };
        return given == new BrakesInput() ? null : given;
    }
}
