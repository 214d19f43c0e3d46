using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>DigitalOcean on this machine: the real protocol over a real socket, one account, and droplets that are records.</summary>
public sealed class DigitalOceanSimulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;
    private readonly DigitalOceanServer _server;

    private DigitalOceanSimulator(SimulatorHost host, DigitalOceanServer server, DropletPark droplets) =>
        (_host, _server, Droplets) = (host, server, droplets);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>The droplets.</summary>
    public DropletPark Droplets { get; }

    /// <summary>Requests by what they ask, such as <c>POST droplets</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<DigitalOceanSimulator> StartAsync(DigitalOceanSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        DropletPark? droplets = null;
        DigitalOceanServer? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, certificate: null, stopping =>
        {
            droplets = new(options, timeProvider, stopping);
            server = new(options, droplets, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, droplets!);
    }

    /// <summary>Makes a token good.</summary>
    /// <param name="token">The token.</param>
    /// <param name="scopes">What it is allowed, such as <c>droplet:read</c>; none for everything.</param>
    public void AddToken(string token, params string[] scopes) => _server.Tokens[token] = scopes.Length == 0 ? null : scopes;

    /// <summary>Revokes a token.</summary>
    public void RemoveToken(string token) => _server.Tokens.TryRemove(token, out _);

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
