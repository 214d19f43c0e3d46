using Muster.Simulators.Consul.Settings;
using Muster.Simulators.Consul.State;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Consul;

/// <summary>A Consul agent on this machine: the real protocol over a real socket, and a catalog that is records.</summary>
/// <remarks>
/// Made after the published HTTP API (<see href="https://developer.hashicorp.com/consul/api-docs"/>): services of the agent with their
/// maintenance mode, HTTP and TCP checks that are really made, registration with the catalog, and the health of a service with blocking
/// queries. What it does not have is what Muster does not ask for.
/// </remarks>
public sealed class ConsulSimulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;

    private ConsulSimulator(SimulatorHost host, ConsulCatalog catalog) => (_host, Catalog) = (host, catalog);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>What it holds, for those who look from within.</summary>
    public ConsulCatalog Catalog { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ConsulSimulator> StartAsync(ConsulSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        var catalog = new ConsulCatalog(timeProvider);
        var server = new ConsulServer(options, catalog, timeProvider);
        return new(await SimulatorHost.StartAsync(options.Port, certificate: null, _ => server.AnswerAsync), catalog);
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Catalog.DisposeAsync();
    }
}
