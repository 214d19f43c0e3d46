using System.Diagnostics;
using System.Text.Json;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Nomad.Support;

/// <summary>The machine's own Nomad: <c>nomad agent -dev</c>, on ports and in a directory of its own.</summary>
internal sealed class RealAgent : INomadAgent
{
    private readonly HttpClient _http;
    private readonly Process _process;
    private readonly string _directory;

    private RealAgent(Process process, string directory, Uri url)
    {
        (_process, _directory, Url) = (process, directory, url);
        _http = new() { BaseAddress = url };
    }

    public Uri Url { get; }

    /// <summary>Starts it; without one on the PATH the test is skipped.</summary>
    public static async Task<RealAgent> StartAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "nomad"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "nomad is not on the PATH: https://developer.hashicorp.com/nomad/install");

        var directory = Directory.CreateTempSubdirectory("muster-nomad-").FullName;
        var port = Ports.Next();
        var config = Path.Combine(directory, "agent.json");
        await File.WriteAllTextAsync(config, $$"""
            {
              "bind_addr": "127.0.0.1",
              "ports": { "http": {{port}}, "rpc": {{Ports.Next()}}, "serf": {{Ports.Next()}} },
              "plugin": [{ "raw_exec": [{ "config": [{ "enabled": true }] }] }]
            }
            """);
        var start = new ProcessStartInfo(program!, ["agent", "-dev", "-config", config])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // In development Nomad puts what its tasks have into the system's directory of temporary files.
        start.Environment["TMPDIR"] = directory;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var agent = new RealAgent(process, directory, new($"http://127.0.0.1:{port}"));
        await agent.UntilReadyAsync();
        return agent;
    }

    public async Task<IReadOnlyList<string>> JobIdsAsync()
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri("/v1/jobs?prefix=muster-", UriKind.Relative)));
        return [.. document.RootElement.EnumerateArray().Select(job => job.GetProperty("ID").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Waits until it leads itself and its client takes work.</summary>
    private Task UntilReadyAsync() => Patiently.UntilAsync(
        () =>
        {
            Assert.False(_process.HasExited, "nomad agent -dev ended");
            return IsReadyAsync();
        },
        "nomad agent -dev is ready");

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await _http.GetStringAsync(new Uri("/v1/nodes", UriKind.Relative)))
                .Contains("\"Status\":\"ready\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
