using System.Net;
using System.Text.Json;

using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;
using Muster.Storage.Memory;

namespace Muster.Cli.Tests.Triton;

/// <summary>A whole Muster in this process whose one cloud is a simulated CloudAPI, with a group <c>web</c> on it.</summary>
internal sealed class TritonServer : IAsyncDisposable
{
    private const string Login = "jane.doe";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory;
    private readonly CancellationTokenSource _stop = new();
    private readonly Installation _installation;
    private readonly Task _running;

    private TritonServer(
        TemporaryDirectory directory,
        TritonSimulator simulator,
        TritonSimulatorOptions options,
        SimulatedAccount account,
        Installation installation)
    {
        (_directory, Simulator, Options, Account, _installation) = (directory, simulator, options, account, installation);
        _running = installation.RunAsync(Started.SetResult, _stop.Token);
    }

    public TritonSimulator Simulator { get; }

    public TritonSimulatorOptions Options { get; }

    public SimulatedAccount Account { get; }

    public string Address => _installation.Address;

    public IReadOnlyList<SimulatedMachine> Machines => Simulator.Machines.Alive;

    private TaskCompletionSource Started { get; } = new();

    /// <summary>Starts it, and makes the group without instances.</summary>
    public static async Task<TritonServer> StartAsync(
        Action<TritonSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new TritonSimulatorOptions { PerSecond = 0, Latency = new(TimeSpan.FromMilliseconds(1)) };
        configure?.Invoke(options);
        var simulator = await TritonSimulator.StartAsync(options, TimeProvider.System);
        var directory = new TemporaryDirectory();
        var key = ThrowAwayKey.Make("muster");
        var account = simulator.AddAccount(Login);
        account.AddKey(key.PublicLine);
        var file = directory.Write("key", key.PrivatePem);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var cloud = new CloudConfig
        {
            Name = "triton",
            Kind = "triton",
            // What is tested is what comes of an answer, and not how calls are paced.
            ReadsPerSecond = 100,
            WritesPerSecond = 100,
            Burst = 100,
            Options = { ["url"] = simulator.Url.ToString(), ["account"] = Login, ["key_file"] = file },
        };
        foreach (var (name, value) in cloudOptions)
        {
            cloud.Options[name] = value;
        }

        var config = new MusterConfig { Path = "", Data = directory.Path, Clouds = { cloud } };
        config.Auth.Mode = AuthMode.None;
        config.Server.Listen = new IPEndPoint(IPAddress.Loopback, 0);
        config.Server.LogLevel = Microsoft.Extensions.Logging.LogLevel.Error;
        var random = new SystemRandomSource();
        var installation = await Installation.BuildAsync(
            config, new MemoryStore(new(random.NextId()), TimeProvider.System), TimeProvider.System, random);
        var server = new TritonServer(directory, simulator, options, account, installation);
        await Task.WhenAny(server.Started.Task, server._running);
        await server.GoodAsync(
            "template", "create", "machine", "--cloud", "triton", "--image", Catalogue.Image, "--size", Catalogue.Package);
        await server.GoodAsync("group", "create", "web", "--template", "machine", "--capacity", "0", "--interval", "5s");
        return server;
    }

    /// <summary>Scales the group and returns at once.</summary>
    public Task ScaleAsync(int capacity) => GoodAsync("group", "scale", "web", $"{capacity}");

    /// <summary>Scales the group, and waits until so many machines run and the group is healthy.</summary>
    public async Task ReachAsync(int capacity)
    {
        await ScaleAsync(capacity);
        await UntilHealthyAsync(capacity);
    }

    /// <summary>Waits until so many machines run and the group is healthy.</summary>
    public Task UntilHealthyAsync(int capacity) => UntilAsync(
        $"healthy with {capacity}",
        status => status.GetProperty("condition").GetString() == "healthy" && status.GetProperty("running").GetInt32() == capacity
            && Machines.Count(machine => machine.State == "running") == capacity);

    /// <summary>Waits until the group's status says so.</summary>
    public async Task UntilAsync(string what, Func<JsonElement, bool> condition)
    {
        var told = "";
        await Patiently.UntilAsync(
            async () =>
            {
                using var show = JsonDocument.Parse((await GoodAsync("group", "show", "web", "--json")).Out);
                var status = show.RootElement.GetProperty("status");
                told = status.ToString();
                return condition(status);
            },
            what, Patience, TimeSpan.FromMilliseconds(50), async () => $"{told}\n{(await GoodAsync("group", "activity", "web")).Out}");
    }

    /// <summary>What the group's trail says.</summary>
    public async Task<string> ActivityAsync() => (await GoodAsync("group", "activity", "web")).Out;

    public async Task<CliRun> GoodAsync(params string[] args)
    {
        var run = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = _installation.Address }, args);
        Assert.True(run.Code is ExitCode.Ok, $"muster {string.Join(' ', args)}: {run.Code}\n{run.Out}\n{run.Error}");
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _installation.DisposeAsync();
        await Simulator.DisposeAsync();
        _stop.Dispose();
        _directory.Dispose();
    }
}
