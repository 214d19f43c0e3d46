using System.CommandLine;

using Muster.Api.Groups;
using Muster.Core.Groups;

namespace Muster.Cli.Arguments;

/// <summary>Bounds on what Muster may do to one group; what <c>group create</c> and <c>group update</c> share.</summary>
internal sealed class BrakesOptions
{
    private readonly NumberOption _launchesInFlight =
        new("--launches-in-flight", "Launch calls at once; 10 unless set.", 1, Brakes.InFlightLimit);
    private readonly NumberOption _launchesPerCheck =
        new("--launches-per-check", "Launches one level check may start; 100 unless set.", 1, Brakes.PerCheckLimit);
    private readonly NumberOption _terminationsPerCheck =
        new("--terminations-per-check", "Terminations one level check may start; 100 unless set.", 1, Brakes.PerCheckLimit);

    private readonly NumberOption _launchesPerHour =
        new("--launches-per-hour", "Launches in any hour; 1000 unless set.", 1, Brakes.PerHourLimit);
    private readonly NumberOption _terminationsPerHour =
        new("--terminations-per-hour", "Terminations in any hour; 1000 unless set.", 1, Brakes.PerHourLimit);

    private readonly SpendLimitOption _spendPerHour =
        new("Most that the group may cost an hour, in the currency of the prices; launches beyond it wait.");

    public void AddTo(Command command)
    {
        command.Add(_launchesInFlight);
        command.Add(_launchesPerCheck);
        command.Add(_terminationsPerCheck);
        command.Add(_launchesPerHour);
        command.Add(_terminationsPerHour);
        command.Add(_spendPerHour);
    }

    /// <summary>What was given; null when nothing was.</summary>
    public BrakesInput? Read(ParseResult parse)
    {
        var given = new BrakesInput
        {
            LaunchesInFlightMax = parse.GetValue(_launchesInFlight),
            LaunchesPerCheckMax = parse.GetValue(_launchesPerCheck),
            TerminationsPerCheckMax = parse.GetValue(_terminationsPerCheck),
            LaunchesPerHourMax = parse.GetValue(_launchesPerHour),
            TerminationsPerHourMax = parse.GetValue(_terminationsPerHour),
            SpendPerHourMax = parse.GetValue(_spendPerHour),
        };
        return given == new BrakesInput() ? null : given;
    }
}
