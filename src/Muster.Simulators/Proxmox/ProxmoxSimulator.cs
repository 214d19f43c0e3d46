using System.Collections.Immutable;

using Muster.Simulators.Kit;
using Muster.Simulators.Proxmox.Machines;
using Muster.Simulators.Proxmox.Settings;

namespace Muster.Simulators.Proxmox;

/// <summary>A cluster of Proxmox VE on this machine: the real protocol over a real socket, and machines that are records.</summary>
public sealed class ProxmoxSimulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;
    private readonly ProxmoxServer _server;

    private ProxmoxSimulator(SimulatorHost host, ProxmoxServer server, MachinePark machines) =>
        (_host, _server, Machines) = (host, server, machines);

    /// <summary>Where its API is: <c>http://127.0.0.1:1234/</c>.</summary>
    public Uri Url => _host.Url;

    /// <summary>The machines.</summary>
    public MachinePark Machines { get; }

    /// <summary>Requests by what they ask, such as <c>POST clone</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ProxmoxSimulator> StartAsync(ProxmoxSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        MachinePark? machines = null;
        ProxmoxServer? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, options.Certificate, stopping =>
        {
            machines = new(options, timeProvider, stopping);
            server = new(options, machines, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, machines!);
    }

    /// <summary>Makes a token that may do everything: <c>muster@pve!test=SECRET</c>.</summary>
    public string AddToken() => AddTokenWithout();

    /// <summary>Makes a token that lacks some privileges.</summary>
    public string AddTokenWithout(params string[] privileges)
    {
        var token = $"muster@pve!test={Machines.NewGuid()}";
        _server.Tokens[token] = [.. privileges];
        return token;
    }

    /// <summary>Lets a token in that was made before, and may do everything.</summary>
    public void AddToken(string token) => _server.Tokens[token] = [];

    /// <summary>Has a token known no more.</summary>
    public void RemoveToken(string token) => _server.Tokens.TryRemove(token, out _);

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
