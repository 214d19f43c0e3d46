using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>OpenStack on this machine: the real protocols over a real socket, one project, and servers that are records.</summary>
public sealed class OpenStackSimulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;
    private readonly OpenStackServer _server;

    private OpenStackSimulator(SimulatorHost host, OpenStackServer server, ServerPark servers, BalancerPark balancers) =>
        (_host, _server, Servers, Balancers) = (host, server, servers, balancers);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>Where its identity service is.</summary>
    public string IdentityUrl => $"{Url.ToString().TrimEnd('/')}/identity";

    /// <summary>The servers.</summary>
    public ServerPark Servers { get; }

    /// <summary>The pools of its load balancers.</summary>
    public BalancerPark Balancers { get; }

    /// <summary>Requests by what they ask, such as <c>POST servers</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<OpenStackSimulator> StartAsync(OpenStackSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerPark? servers = null;
        BalancerPark? balancers = null;
        OpenStackServer? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, options.Certificate, stopping =>
        {
            servers = new(options, timeProvider, stopping);
            balancers = new(options, servers, timeProvider);
            server = new(options, servers, balancers, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, servers!, balancers!);
    }

    /// <summary>Adds a user with a password and roles in the project; a second one of a name takes the place of the first.</summary>
    public void AddUser(SimulatedUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        _server.Tokens.Users[user.Name] = user;
    }

    /// <summary>Adds an application credential.</summary>
    public void AddApplicationCredential(SimulatedUser credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        _server.Tokens.Applications[credential.Name] = credential;
    }

    /// <summary>Ends every token, as when the identity service's keys are rotated.</summary>
    public void RevokeTokens() => _server.Tokens.RevokeAll();

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
