using Muster.Simulators.Kit;

namespace Muster.Cli.Simulating;

/// <summary>How a simulated cloud is to behave, as the command line says it.</summary>
/// <param name="Latency">How long a call takes.</param>
/// <param name="Provisioning">How long a machine takes to come up.</param>
/// <param name="FailingShare">The share of machines that fail to come up.</param>
/// <param name="PerSecond">Calls a second that it takes; null for what the cloud publishes.</param>
internal sealed record SimulatedBehaviour(TimeSpan Latency, TimeSpan Provisioning, double FailingShare, double? PerSecond)
{
    /// <summary>Times are drawn from half of what is typical to one and a half: nothing real is always as fast.</summary>
    private const double Spread = 0.5;

    private static readonly TimeSpan Stopping = TimeSpan.FromSeconds(1);

    /// <summary>Has a simulator behave so.</summary>
    /// <returns>The options.</returns>
    public T Of<T>(T options) where T : SimulatorOptions
    {
        options.Seed = Environment.TickCount;
        options.Latency = new(Latency, Spread);
        options.Provisioning = new(Provisioning, Spread);
        options.Stopping = new(Stopping, Spread);
        options.FailingShare = FailingShare;
        options.PerSecond = PerSecond;
        return options;
    }
}
