using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Muster.Bench;

/// <summary>Reads of <c>/v1/tsg/groups</c>, with the original's test data and a token, against what the original managed on it.</summary>
internal static class TsgBench
{
    private const int Clients = 8;

    /// <summary>Requests a second that the original answered to as many clients.</summary>
    private const double OriginalPerSecond = 485;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-");
        try
        {
            var (config, url) = WriteConfig(folder.FullName);
            await RunToEndAsync("tsg", "seed", "--config", config, "--cloud", "east");
            var token = (await RunToEndAsync("token", "create", "bench", "--role", "admin", "--config", config)).Trim();
            using var server = Start("server", "--config", config);
            try
            {
                using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = url };
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
                await UntilItAnswersAsync(http);
                return [await LoadAsync(http)];
            }
            finally
            {
                server.Kill();
                await server.WaitForExitAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Figure> LoadAsync(HttpClient http)
    {
        var times = new ConcurrentBag<double>();
        var startedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(startedAt) < Length)
            {
                var callAt = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(new Uri("/v1/tsg/groups", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                times.Add(Stopwatch.GetElapsedTime(callAt).TotalMilliseconds);
            }
        })));
        var sorted = times.Order().ToArray();
        var perSecond = sorted.Length / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        return new(
            $"GET /v1/tsg/groups, {Clients} clients, with a token",
            perSecond,
            "a second",
            $"p50 {sorted[sorted.Length / 2]:0.0} ms, p99 {sorted[(int)(sorted.Length * 0.99)]:0.0} ms; "
            + $"the original: {OriginalPerSecond:0} a second",
            perSecond >= 10 * OriginalPerSecond,
            "≥ 10 × the original");
    }

    /// <summary>The cloud is never called for reads; this one cannot even be reached.</summary>
    private static (string Path, Uri Url) WriteConfig(string folder)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var key = Path.Combine(folder, "key");
        using (var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            File.WriteAllText(key, ecdsa.ExportECPrivateKeyPem());
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var path = Path.Combine(folder, "muster.toml");
        File.WriteAllText(path, $"""
            data = "data"
            [server]
            listen = "127.0.0.1:{port}"
            log_level = "error"
            [[cloud]]
            name = "east"
            kind = "triton"
            [cloud.options]
            url = "http://127.0.0.1:1"
            account = "joyent"
            key_file = "{key}"
            """);
        return (path, new Uri($"http://127.0.0.1:{port}/"));
    }

    private static async Task UntilItAnswersAsync(HttpClient http)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/v1/tsg/groups", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    private static async Task<string> RunToEndAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"muster {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(MusterProcess.Executable, arguments) { RedirectStandardOutput = true })!;
}
