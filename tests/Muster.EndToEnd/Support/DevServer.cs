using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Muster.EndToEnd.Support;

/// <summary><c>muster dev</c> as a real process on a data directory of its own; killed, and everything it started, at the end.</summary>
internal sealed class DevServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = new();
    private readonly StringBuilder log = new();
    private Process? process;

    private DevServer(string data, int port)
    {
        Data = data;
        Port = port;
    }

    /// <summary>Its data directory.</summary>
    public string Data { get; }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>What it has written to its standard output and error so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>A directory for one test.</summary>
    public static string NewData() => Directory.CreateTempSubdirectory("muster-e2e-").FullName;

    public static async Task<DevServer> StartAsync(string? data = null)
    {
        var server = new DevServer(data ?? NewData(), FreePort());
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the process on the same data and port.</summary>
    public async Task StartAgainAsync()
    {
        process = Start();
        var startedAt = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            Assert.False(process.HasExited, $"muster dev ended:\n{Log}");
            Assert.True(Stopwatch.GetElapsedTime(startedAt) < Patience, $"muster dev is not ready after {Patience}:\n{Log}");
        }
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        (await ProgramRun.OfAsync("/bin/kill", ["-TERM", $"{process!.Id}"])).Good();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>Runs a muster command against it.</summary>
    public Task<ProgramRun> MusterAsync(params string[] arguments) =>
        ProgramRun.OfAsync(MusterExe.Path, arguments, new Dictionary<string, string> { ["MUSTER_ADDR"] = Address, ["NO_COLOR"] = "1" });

    /// <summary>The pids of the group's running instances, as the server tells.</summary>
    public async Task<int[]> RunningPidsAsync(string group)
    {
        var run = (await MusterAsync("group", "instances", group, "--json")).Good();
        return
        [
            .. run.Json.EnumerateArray()
                .Where(instance => instance.GetProperty("state").GetString() == "running")
                .Select(instance => int.Parse(instance.GetProperty("attributes").GetProperty("pid").GetString()!, System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Waits until the group's status says so.</summary>
    public async Task<JsonElement> UntilAsync(string group, Func<JsonElement, bool> condition, string what)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            var show = (await MusterAsync("group", "show", group, "--json")).Good().Json;
            if (condition(show))
            {
                return show;
            }

            if (Stopwatch.GetElapsedTime(startedAt) > Patience)
            {
                var trail = await MusterAsync("group", "activity", group);
                Assert.Fail($"{group} is not {what} after {Patience}:\n{show.GetProperty("status")}\n{trail.Output}");
            }
        }
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

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        foreach (var pid in RealPids())
        {
            Processes.Kill(pid);
        }

        process?.Dispose();
        http.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Start()
    {
        var started = new Process
        {
            StartInfo = new(MusterExe.Path, ["dev", "--listen", $"127.0.0.1:{Port}", "--data", Data])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        started.OutputDataReceived += (_, line) => Append(line.Data);
        started.ErrorDataReceived += (_, line) => Append(line.Data);
        started.Start();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private void Append(string? line)
    {
        lock (log)
        {
            log.AppendLine(line);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{Address}/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            return false;
        }
    }
}
