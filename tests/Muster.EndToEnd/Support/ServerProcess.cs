using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Muster.EndToEnd.Support;

/// <summary>One real server process: started, killed, paused and asked, as an operator or an accident would.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>How long anything may take before a test gives it up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { Timeout = Patience };
    private readonly StringBuilder _log = new();
    private readonly string[] _arguments;
    private readonly string? _before;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private Process? _process;

    /// <summary>A server that is not started yet.</summary>
    /// <param name="port">Where it will listen on loopback.</param>
    /// <param name="arguments">The command line that makes it listen there.</param>
    /// <param name="environment">What it has in its environment besides the test's own.</param>
    /// <param name="before">What a shell runs before it becomes the server, such as <c>ulimit</c>; null for no shell.</param>
    public ServerProcess(int port, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string? before = null)
    {
        _before = before;
        Port = port;
        _arguments = arguments;
        _environment = environment ?? new Dictionary<string, string>();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it has written to its standard output and error so far, all its lives together.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        Start();
        await Patiently.UntilAsync(
            () =>
            {
                Assert.False(_process!.HasExited, $"the server ended:\n{Log}");
                return IsReadyAsync();
            },
            "the server is ready", Patience, more: () => Task.FromResult(Log));
    }

    /// <summary>What <c>/readyz</c> says.</summary>
    public Task<string> ReadyAsync() => _http.GetStringAsync(new Uri($"{Address}/readyz"));

    /// <summary>Starts it, and waits for nothing.</summary>
    public void Start()
    {
        var start = _before is null
            ? new ProcessStartInfo(MusterExe.Path, _arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", $"{_before} && exec \"$@\"", "muster", MusterExe.Path, .. _arguments]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process?.Dispose();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP: it stands still, in the middle of whatever it does.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if no time had passed.</summary>
    public Task GoOnAsync() => SignalAsync("CONT");

    /// <summary>Runs a muster command against it.</summary>
    public Task<ProgramRun> MusterAsync(params string[] arguments) =>
        ProgramRun.OfAsync(MusterExe.Path, arguments, new Dictionary<string, string> { ["MUSTER_ADDR"] = Address, ["NO_COLOR"] = "1" });

    /// <summary>Asks it over HTTP; null when it does not answer at all.</summary>
    public async Task<HttpResponseMessage?> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{Address}{path}"));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        try
        {
            return await _http.SendAsync(request);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Its own words on how it is.</summary>
    public async Task<JsonElement> StatusAsync() => (await MusterAsync("status", "--json")).Good().Json;

    public async Task<bool> IsReadyAsync()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/readyz");
        return answer is { IsSuccessStatusCode: true };
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
        _http.Dispose();
    }

    private async Task SignalAsync(string signal) => (await ProgramRun.OfAsync("/bin/kill", [$"-{signal}", $"{_process!.Id}"])).Good();

    private void Append(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
