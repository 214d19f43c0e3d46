using Muster.Simulators.Ec2.Identity;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2;

/// <summary>
/// EC2, STS and what else is called of AWS on this machine: the real protocol over a real socket, and instances that are records.
/// </summary>
public sealed class Ec2Simulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;
    private readonly Ec2Server _server;

    private Ec2Simulator(SimulatorHost host, Ec2Server server, InstancePark instances) =>
        (_host, _server, Instances) = (host, server, instances);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>The instances.</summary>
    public InstancePark Instances { get; }

    /// <summary>Requests by their action, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<Ec2Simulator> StartAsync(Ec2SimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstancePark? instances = null;
        Ec2Server? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, certificate: null, stopping =>
        {
            instances = new(options, timeProvider, stopping);
            server = new(options, instances, timeProvider);
            return server.ReadAndAnswerAsync;
        });
        return new(host, server!, instances!);
    }

    /// <summary>Adds an access key, or gives one a new secret.</summary>
    public SimulatedAwsKey AddKey(string id, string secret, string user = "muster") =>
        _server.Keys[id] = new(id, secret, $"arn:aws:iam::{Ec2Catalogue.Account}:user/{user}");

    /// <summary>Takes an access key away.</summary>
    public void RemoveKey(string id) => _server.Keys.TryRemove(id, out _);

    /// <summary>Ends temporary keys that were given out.</summary>
    public void ExpireRoles()
    {
        foreach (var key in _server.Keys.Values.Where(key => key.Token is not null))
        {
            key.IsExpired = true;
        }
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
