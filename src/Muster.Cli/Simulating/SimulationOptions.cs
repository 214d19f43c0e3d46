using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Simulating;

/// <summary>What is simulated and how it behaves, said on the command line.</summary>
internal sealed class SimulationOptions
{
    /// <summary>Times are drawn from half of what is typical to one and a half: nothing real is always as fast.</summary>
    private const double Spread = 0.5;

    private static readonly TimeSpan LatencyDefault = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ProvisioningDefault = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Stopping = TimeSpan.FromSeconds(1);

    private readonly ChoiceOption<Simulated> _what = new(
        "--simulate",
        "Pretend something too. triton: a cloud, whose protocol and limits are real and whose machines are records in memory. "
        + "nomad: the pulse, whose tasks are real processes.",
        new(("triton", Simulated.Triton), ("nomad", Simulated.Nomad)));

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
        "--simulate-rate", "Calls a second that it takes, after three times as many at once; 10 unless set, 0 for any number.", 0, 100_000);

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
        return chosen is not Simulated.Triton && others.FirstOrDefault(option => parse.GetResult(option) is not null) is { } lone
            ? throw new CliException(ExitCode.Usage, $"{lone.Name} says how a cloud is simulated: say which with --simulate triton")
            : chosen;
    }

    /// <summary>How a simulated CloudAPI behaves.</summary>
    public TritonSimulatorOptions ReadTriton(ParseResult parse)
    {
        var perSecond = parse.GetValue(_rate) ?? 10;
        return new()
        {
            Seed = Environment.TickCount,
            Latency = new(parse.GetValue(_latency) ?? LatencyDefault, Spread),
            Provisioning = new(parse.GetValue(_provisioning) ?? ProvisioningDefault, Spread),
            Stopping = new(Stopping, Spread),
            FailingShare = (parse.GetValue(_failing) ?? 0) / 100.0,
            PerSecond = perSecond,
            Burst = 3 * perSecond,
        };
    }
}
