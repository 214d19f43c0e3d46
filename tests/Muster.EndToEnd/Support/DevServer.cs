using System.Text.Json;

namespace Muster.EndToEnd.Support;

/// <summary><c>muster dev</c> as a real process on a data directory of its own; killed, and everything it started, at the end.</summary>
internal sealed class DevServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private DevServer(string data, int port, string? before)
    {
        Data = data;
        _process = new(port, ["dev", "--listen", $"127.0.0.1:{port}", "--data", data], before: before);
    }

    /// <summary>Its data directory.</summary>
    public string Data { get; }

    public int Port => _process.Port;

    public string Address => _process.Address;

    /// <summary>What it has written to its standard output and error so far.</summary>
    public string Log => _process.Log;

    /// <summary>A directory for one test.</summary>
    public static string NewData() => Directory.CreateTempSubdirectory("muster-e2e-").FullName;

    /// <param name="data">Its data directory; null for a new one.</param>
    /// <param name="before">What a shell runs before it becomes the server; null for no shell.</param>
    public static async Task<DevServer> StartAsync(string? data = null, string? before = null)
    {
        var server = new DevServer(data ?? NewData(), Ports.Next(), before);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process on the same data and port.</summary>
    public Task StartAgainAsync() => _process.StartAsync();

    /// <summary>SIGKILL: no goodbye.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> TerminateAsync() => _process.TerminateAsync();

    /// <summary>What <c>/readyz</c> says.</summary>
    public Task<string> ReadyAsync() => _process.ReadyAsync();

    /// <summary>Runs a muster command against it.</summary>
    public Task<ProgramRun> MusterAsync(params string[] arguments) => _process.MusterAsync(arguments);

    /// <summary>The pids of the group's running instances, as the server tells.</summary>
    public async Task<int[]> RunningPidsAsync(string group)
    {
        var run = (await MusterAsync("group", "instances", group, "--json")).Good();
        return
        [
            .. run.Json.EnumerateArray()
                .Where(instance => instance.GetProperty("state").GetString() == "running")
                .Select(instance => int.Parse(
                    instance.GetProperty("attributes").GetProperty("pid").GetString()!, System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Waits until the group's status says so.</summary>
    public async Task<JsonElement> UntilAsync(string group, Func<JsonElement, bool> condition, string what)
    {
        JsonElement show = default;
        await Patiently.UntilAsync(
            async () => condition(show = (await MusterAsync("group", "show", group, "--json")).Good().Json),
            $"{group} is {what}", ServerProcess.Patience,
            more: async () => $"{show.GetProperty("status")}\n{(await MusterAsync("group", "activity", group)).Output}");
        return show;
    }

    /// <summary>Waits until so many run and all is well.</summary>
    public Task<JsonElement> UntilHealthyAsync(string group, int running) => UntilAsync(
        group,
        show => show.GetProperty("status").GetProperty("running").GetInt32() == running
            && show.GetProperty("status").GetProperty("condition").GetString() == "healthy",
        $"healthy with {running}");

    /// <summary>
    /// The instances that really run: processes whose environment carries this data directory's launch marker, leaders only.
    /// </summary>
    public IReadOnlyList<int> RealPids() => Processes.WithEnvironment("MUSTER_LAUNCH=", Data);

    /// <summary>The instances that really run.</summary>
    public IReadOnlyList<RealInstance> RealInstances() => Processes.InstancesOf(Data);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Processes.KillAllOf(Data);
        Directory.Delete(Data, recursive: true);
    }
}
