using Muster.Cli.Configuration;
using Muster.Cli.Executables;
using Muster.Cli.Exits;
using Muster.Simulators.Nomad;

namespace Muster.Cli.Simulating;

/// <summary>A simulated Nomad in this process: one server with one client, on which tasks run as real processes.</summary>
internal sealed class SimulatedNomad : IAsyncDisposable
{
    private readonly NomadSimulator _simulator;

    private SimulatedNomad(NomadSimulator simulator) => _simulator = simulator;

    /// <summary>Where it is.</summary>
    public string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <summary>Starts it on any free port of this machine, and has a server's jobs go there.</summary>
    /// <param name="config">The server's; the address that its tasks call is yet to be set, once it is known.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="CliException">This program cannot be started as a task.</exception>
    public static async Task<SimulatedNomad> StartAsync(MusterConfig config, TimeProvider timeProvider)
    {
        var self = SelfPath.Current
            ?? throw new CliException(
                ExitCode.Usage, "--simulate nomad starts the executable muster as its tasks: run that, and not the runtime");
        var simulator = await NomadSimulator.StartAsync(
            new() { Directory = Path.Combine(config.Data, "simulated-nomad"), Seed = Environment.TickCount }, timeProvider);
        config.Pulse.Kind = PulseKind.Nomad;
        config.Nomad.IsGiven = true;
        config.Nomad.Options.Addresses = [simulator.Url];
        config.Nomad.Jobs.Command = self;
        return new(simulator);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();
}
