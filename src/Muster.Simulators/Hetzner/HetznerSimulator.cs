using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Hetzner.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner;

/// <summary>A Hetzner Cloud on this machine: the real protocol over a real socket, and servers that are records of one project.</summary>
public sealed class HetznerSimulator : IAsyncDisposable
{
    private const int TokenBytes = 32;

    private readonly SimulatorHost _host;
    private readonly HetznerServer _server;

    private HetznerSimulator(SimulatorHost host, HetznerServer server, ServerPark servers, LooseParts loose) =>
        (_host, _server, Servers, Loose) = (host, server, servers, loose);

    /// <summary>Where its API is: <c>http://127.0.0.1:1234/v1</c>.</summary>
    public Uri Url => new(_host.Url, "v1");

    /// <summary>The servers.</summary>
    public ServerPark Servers { get; }

    /// <summary>What was not made with a server.</summary>
    public LooseParts Loose { get; }

    /// <summary>Requests by what they ask, such as <c>POST servers</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HetznerSimulator> StartAsync(HetznerSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerPark? servers = null;
        HetznerServer? server = null;
        var loose = new LooseParts();
        var host = await SimulatorHost.StartAsync(options.Port, certificate: null, stopping =>
        {
            servers = new(options, timeProvider, stopping);
            server = new(options, servers, loose, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, servers!, loose);
    }

    /// <summary>Makes a token of 64 characters.</summary>
    /// <param name="isReadOnly">Whether it may only read.</param>
    public string AddToken(bool isReadOnly = false)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        Servers.Fill(bytes);
        var token = Convert.ToHexString(bytes);
        AddToken(token, isReadOnly);
        return token;
    }

    /// <summary>Lets a token in that was made before.</summary>
    public void AddToken(string token, bool isReadOnly = false) => _server.Tokens[token] = isReadOnly;

    /// <summary>Has a token known no more.</summary>
    public void RemoveToken(string token) => _server.Tokens.TryRemove(token, out _);

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
