using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Cli.Configuration;
using Muster.Cli.Simulating;
using Muster.Clouds;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Clouds;

/// <summary>A simulated cloud in this process, and a server of its own process that speaks to it: the one outlives the other.</summary>
internal sealed class CloudUnderCrash : IAsyncDisposable
{
    private readonly string _data;
    private readonly SimulatedCloud _simulated;
    private readonly ICloud _eye;

    private CloudUnderCrash(string data, SimulatedCloud simulated, ICloud eye, ServerProcess server) =>
        (_data, _simulated, _eye, Server) = (data, simulated, eye, server);

    public ServerProcess Server { get; }

    /// <summary>The options of <c>muster template create</c> for instances that come up.</summary>
    public string[] Template => [.. $"--cloud {_simulated.Cloud.Name} {_simulated.Template}".Split(' ')];

    /// <summary>Whether a repeated launch makes no second instance.</summary>
    public bool LaunchTokens => _eye.Traits.LaunchTokens;

    public static async Task<CloudUnderCrash> StartAsync(string kind)
    {
        var data = DevServer.NewData();
        var what = SimulatedClouds.Words.Single(one => one.Word == kind).What;

        // A call is long enough for many a server to die within it.
        var behaviour = new SimulatedBehaviour(
            Latency: TimeSpan.FromMilliseconds(10), Provisioning: TimeSpan.FromMilliseconds(100), FailingShare: 0, PerSecond: 0);
        var simulated = await SimulatedClouds.StartAsync(what, data, behaviour, TimeProvider.System)
            ?? throw new ArgumentException($"{kind} is no simulated cloud", nameof(kind));
        try
        {
            var port = Ports.Next();
            var config = Path.Combine(data, "server.toml");
            await File.WriteAllTextAsync(config, Configuration(data, port, simulated.Cloud), TestContext.Current.CancellationToken);
            var eye = await CloudKinds.OpenAsync(
                simulated.Cloud.Kind,
                CloudSetups.Of(simulated.Cloud, data, TimeProvider.System, new SystemRandomSource(), static _ => { }),
                TestContext.Current.CancellationToken);
            var server = new ServerProcess(port, ["server", "--config", config]);
            await server.StartAsync();
            return new(data, simulated, eye, server);
        }
        catch
        {
            await simulated.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every instance of the server's installation that the cloud has and that is not told to end.</summary>
    public async Task<ImmutableArray<Instance>> AliveAsync(InstallationId installation)
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in _eye.ListAsync(new(installation), TestContext.Current.CancellationToken))
        {
            instances.AddRange(page.Instances);
        }

        return [.. instances.Where(instance => instance.State is not InstanceState.Terminating)];
    }

    /// <summary>What instances left behind; nothing where the cloud has no parts that outlive them.</summary>
    public async Task<ImmutableArray<Leftover>> LeftoversAsync(InstallationId installation) => _eye is ICloudWithLeftovers leaving
        ? await leaving.ListLeftoversAsync(installation, TestContext.Current.CancellationToken)
        : [];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _eye.DisposeAsync();
        await _simulated.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private static string Configuration(string data, int port, CloudConfig cloud)
    {
        var toml = new StringBuilder();
        toml.Append(
            CultureInfo.InvariantCulture,
            $"""
            data = '{data}'
            [server]
            listen = "127.0.0.1:{port}"
            [auth]
            mode = "none"
            [[cloud]]
            name = "{cloud.Name}"
            kind = "{cloud.Kind}"
            reads_per_second = 1000
            writes_per_second = 1000
            burst = 1000
            [cloud.options]

            """);
        foreach (var (name, value) in cloud.Options)
        {
            toml.Append(CultureInfo.InvariantCulture, $"{name} = '{value}'\n");
        }

        return toml.ToString();
    }
}
