using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Api.Templates;

namespace Muster.Bench;

/// <summary>The native executable as a server on temporary data; gone, with all its instances, at the end.</summary>
internal sealed class MusterProcess : IAsyncDisposable
{
    private readonly Process _process;

    private MusterProcess(Process process, string data, Uri address)
    {
        _process = process;
        Data = data;
        Address = address;
        Client = new(address);
    }

    /// <summary>The executable: <c>MUSTER_EXE</c>, as <c>./bench</c> sets it.</summary>
    public static string Executable { get; } =
        Environment.GetEnvironmentVariable("MUSTER_EXE") ?? throw new InvalidOperationException("MUSTER_EXE is not set: run ./bench");

    public Uri Address { get; }

    public MusterClient Client { get; }

    /// <summary>Where its configuration and instances are.</summary>
    public string Data { get; }

    public double WorkingSetMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>With the local cloud.</summary>
    public static Task<MusterProcess> StartAsync() =>
        StartAsync((data, port) => ["dev", "--listen", $"127.0.0.1:{port}", "--data", data]);

    /// <summary>With a cloud of that kind, which is called as its kind.</summary>
    public static Task<MusterProcess> StartAsync(string kind, string endpoint) => StartAsync((data, port) =>
    {
        var config = Path.Combine(data, "muster.toml");
        File.WriteAllText(config, $"""
            data = "{data}/data"
            [server]
            listen = "127.0.0.1:{port}"
            [auth]
            mode = "none"
            [[cloud]]
            name = "{kind}"
            kind = "{kind}"
            [cloud.options]
            endpoint = "{endpoint}"
            stop_grace = "0s"
            """);
        return ["server", "--config", config];
    });

    /// <summary>With a cloud as another process configured it.</summary>
    /// <param name="cloud">The cloud, as lines of a <c>[[cloud]]</c>.</param>
    public static Task<MusterProcess> StartWithAsync(string cloud) => StartAsync((data, port) =>
    {
        var config = Path.Combine(data, "muster.toml");
        File.WriteAllText(config, $"""
            data = "{data}/data"
            [server]
            listen = "127.0.0.1:{port}"
            [auth]
            mode = "none"
            {cloud}
            """);
        return ["server", "--config", config];
    });

    /// <summary>With the local cloud, and Nomad as its pulse.</summary>
    public static Task<MusterProcess> StartWithNomadAsync(Uri nomad) => StartAsync((data, port) =>
    {
        var config = Path.Combine(data, "muster.toml");
        File.WriteAllText(config, $"""
            data = "{data}"
            [server]
            listen = "127.0.0.1:{port}"
            [auth]
            mode = "none"
            [pulse]
            kind = "nomad"
            [nomad]
            addresses = ["{nomad.AbsoluteUri}"]
            server = "http://127.0.0.1:{port}"
            command = "{Executable}"
            [[cloud]]
            name = "local"
            kind = "local"
            """);
        return ["server", "--config", config];
    });

    private static async Task<MusterProcess> StartAsync(Func<string, int, string[]> arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var data = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        var process = Process.Start(new ProcessStartInfo(Executable, arguments(data, port))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var muster = new MusterProcess(process, data, new Uri($"http://127.0.0.1:{port}/"));
        while (true)
        {
            try
            {
                await muster.Client.GetStatusAsync();
                return muster;
            }
            catch (ServerUnreachableException) when (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    public async Task<TemplateView> AddTemplateAsync(string image) =>
        await Client.CreateTemplateAsync(new TemplateInput { Name = "bench", Cloud = "local", Image = image });

    public async Task<GroupView> AddGroupAsync(string name, int desired) => await Client.CreateGroupAsync(
        new GroupInput { Name = name, Template = "bench", Capacity = new CapacityInput { Desired = desired } });

    public Task UntilHealthyAsync(string group) => UntilAsync(group, view => view.Status.Condition == "healthy");

    public async Task UntilAsync(string group, Func<GroupView, bool> condition)
    {
        while (!condition(await Client.GetGroupAsync(group)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await foreach (var group in MusterClient.AllAsync(page => Client.ListGroupsAsync(page)))
        {
            if (group.Status.Level > 0)
            {
                await Client.DeleteGroupAsync(group.Name);
            }
        }

        while ((await Client.ListGroupsAsync()).Items.Any(group => group.Status.Running > 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Client.Dispose();
        Directory.Delete(Data, recursive: true);
    }
}
