using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;

namespace Muster.Cli.Simulating;

/// <summary>What is simulated and how it behaves, said on the command line.</summary>
internal sealed class SimulationOptions
{
    private static readonly TimeSpan LatencyDefault = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ProvisioningDefault = TimeSpan.FromSeconds(3);

    private readonly ChoiceOption<Simulated> _what = new(
        "--simulate",
        $"Pretend something too. A kind of cloud ({string.Join(", ", SimulatedClouds.Words.Select(word => word.Word))}): its protocol and "
        + "limits are real, and its machines are records in memory. nomad: the pulse, whose tasks are real processes.",
        new([.. SimulatedClouds.Words, ("nomad", Simulated.Nomad)]))
    {
        // Too many to stand beside the option's name.
        HelpName = "what",
    };

    private readonly DurationOption _latency = new(
        "--simulate-latency",
        "How long its calls take, from half of this to one and a half; 20ms unless set.",
        TimeSpan.Zero,
        TimeSpan.FromMinutes(1));

    private readonly DurationOption _provisioning = new(
        "--simulate-provisioning", "How long its machines take to come up, from half of this to one and a half; 3s unless set.",
        TimeSpan.Zero, TimeSpan.FromHours(1));

    private readonly NumberOption _failing =
        new("--simulate-failing", "How many of a hundred machines fail to come up; 0 unless set.", 0, 100);

    private readonly NumberOption _rate = new(
        "--simulate-rate",
        "Calls a second that it takes, after three times as many at once; what the cloud publishes unless set, 0 for any number.",
        0, 100_000);

    public void AddTo(Command command)
    {
        command.Add(_what);
        command.Add(_latency);
        command.Add(_provisioning);
        command.Add(_failing);
        command.Add(_rate);
    }

    /// <summary>What is to be simulated; null for nothing.</summary>
    /// <exception cref="CliException">It is said how a cloud behaves, and none is simulated.</exception>
    public Simulated? Read(ParseResult parse)
    {
        var chosen = parse.GetValue(_what);
        Option[] others = [_latency, _provisioning, _failing, _rate];
        return chosen is null or Simulated.Nomad && others.FirstOrDefault(option => parse.GetResult(option) is not null) is { } lone
            ? throw new CliException(ExitCode.Usage, $"{lone.Name} says how a cloud is simulated: say which with --simulate")
            : chosen;
    }

    /// <summary>How a simulated cloud behaves.</summary>
    public SimulatedBehaviour ReadBehaviour(ParseResult parse) => new(
        parse.GetValue(_latency) ?? LatencyDefault,
        parse.GetValue(_provisioning) ?? ProvisioningDefault,
        (parse.GetValue(_failing) ?? 0) / 100.0,
        parse.GetValue(_rate));
}
