using System.Net;

using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.Exits;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Memory;

namespace Muster.Cli.Tests.Running;

/// <summary>A whole Muster in this process, on a free port, with the local cloud and a store in memory.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly CancellationTokenSource _stop = new();
    private readonly Installation _installation;
    private readonly Task _running;

    private RunningServer(TemporaryDirectory directory, Installation installation, IStore store, TaskCompletionSource started)
    {
        _directory = directory;
        Store = store;
        _installation = installation;
        _running = installation.RunAsync(started.SetResult, _stop.Token);
    }

    /// <summary>Its address and port.</summary>
    public string Listen => new Uri(_installation.Address).Authority;

    /// <summary>Its store; gone with it.</summary>
    public IStore Store { get; }

    /// <param name="configure">Changes its configuration before it starts; null for nothing.</param>
    public static async Task<RunningServer> StartAsync(Action<MusterConfig>? configure = null)
    {
        var directory = new TemporaryDirectory();
        var config = new MusterConfig { Path = "", Data = directory.Path };
        config.Auth.Mode = AuthMode.None;
        config.Server.Listen = new IPEndPoint(IPAddress.Loopback, 0);
        config.Server.LogLevel = Microsoft.Extensions.Logging.LogLevel.Error;
        config.Clouds.Add(new() { Name = "local", Kind = "local" });
        configure?.Invoke(config);
        var random = new SystemRandomSource();
        var store = new MemoryStore(new(random.NextId()), TimeProvider.System);
        var installation = await Installation.BuildAsync(config, store, TimeProvider.System, random);
        var started = new TaskCompletionSource();
        var server = new RunningServer(directory, installation, store, started);
        await Task.WhenAny(started.Task, server._running);
        return server;
    }

    /// <summary>Runs a command against it.</summary>
    public Task<CliRun> RunAsync(params string[] args) =>
        CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = _installation.Address }, args);

    /// <summary>Runs a command against it for a person at a terminal without colours, who types some lines.</summary>
    public Task<CliRun> AtTerminalAsync(string[] args, int width = 80, params string[] typed) =>
        CliRun.AtTerminalAsync(new() { ["MUSTER_ADDR"] = _installation.Address, ["NO_COLOR"] = "1" }, args, width, typed);

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<CliRun> GoodAsync(params string[] args)
    {
        var run = await RunAsync(args);
        Assert.True(run.Code is ExitCode.Ok, $"muster {string.Join(' ', args)}: {run.Code}\n{run.Out}\n{run.Error}");
        return run;
    }

    /// <summary>A template and a group of so many sleeping processes, at its level.</summary>
    public async Task<RunningServer> WithGroupAsync(string name, int count)
    {
        await GoodAsync("template", "create", $"{name}-1", "--cloud", "local", "--image", "sleep 1000");
        await GoodAsync("group", "create", name, "--template", $"{name}-1", "--capacity", $"{count}");
        await GoodAsync("group", "wait", name);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in (await RunAsync("group", "list")).Out
            .Split('\n')
            .Skip(1)
            .Select(line => line.Split(' ')[0])
            .Where(name => name.Length > 0))
        {
            await RunAsync("group", "resume", name);
            await RunAsync("group", "delete", name);
            await RunAsync("group", "wait", name);
        }

        await _stop.CancelAsync();
        await _running;
        await _installation.DisposeAsync();
        _stop.Dispose();
        _directory.Dispose();
    }
}
