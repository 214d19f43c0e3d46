using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>The proxy of the compose set-up, as a real HAProxy before real servers.</summary>
public sealed partial class ProxyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_speaks_TLS_passes_events_on_at_once_and_goes_round_a_server_that_is_not_ready()
    {
        await using var server = await TokenServer.StartAsync();
        var folder = DevServer.NewData();
        var port = Ports.Next();
        Process? proxy = null;
        try
        {
            proxy = await StartAsync(folder, port, new Uri(server.Address).Port);
            using var http = new HttpClient(
                new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null });
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
            var address = $"https://127.0.0.1:{port}";
            await Patiently.UntilAsync(
                () =>
                {
                    Assert.False(proxy.HasExited, "HAProxy ended");
                    return IsReadyAsync(http, address);
                },
                "HAProxy answers");

            // Ten in a row: half of them would meet the server that is not there.
            for (var time = 0; time < 10; time++)
            {
                using var answer = await http.GetAsync(new Uri($"{address}/v1/status"), Cancellation);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Contains("Strict-Transport-Security", answer.Headers.Select(header => header.Key));
            }

            using var events = new StreamReader(await http.GetStreamAsync(new Uri($"{address}/v1/events"), Cancellation));
            using var made = await http.PostAsync(
                new Uri($"{address}/v1/templates"),
                new StringContent("""{"name":"hello","cloud":"local","image":"muster hello"}""", Encoding.UTF8, "application/json"),
                Cancellation);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            using var group = await http.PostAsync(
                new Uri($"{address}/v1/groups"),
                new StringContent("""{"name":"none","template":"hello","capacity":{"desired":0}}""", Encoding.UTF8, "application/json"),
                Cancellation);
            Assert.Equal(HttpStatusCode.Created, group.StatusCode);
            using var patience = new CancellationTokenSource(ServerProcess.Patience);
            string? line;
            while ((line = await events.ReadLineAsync(patience.Token)) is not null && !line.StartsWith("data:", StringComparison.Ordinal))
            {
            }

            Assert.NotNull(line);
        }
        finally
        {
            proxy?.Kill();
            proxy?.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_proxy_in_the_Nomad_job_is_taken_by_HAProxy()
    {
        var folder = DevServer.NewData();
        try
        {
            await MakeCertificateAsync(folder);
            var job = await File.ReadAllTextAsync(DeployFolder.At("nomad", "muster.nomad.hcl"), Cancellation);
            var text = Heredoc().Match(job).Groups[1].Value
                .Replace("{{ env \"NOMAD_ADDR_https\" }}", $"127.0.0.1:{Ports.Next()}", StringComparison.Ordinal)
                .Replace("{{ env \"NOMAD_SECRETS_DIR\" }}", folder, StringComparison.Ordinal)
                .Replace("{{ env \"NOMAD_PORT_http\" }}", "7474", StringComparison.Ordinal);
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
            var config = Path.Combine(folder, "haproxy.cfg");
            await File.WriteAllTextAsync(config, text, Cancellation);
            (await DeployFolder.RunAsync("haproxy", "-c", "-f", config)).Good();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"haproxy\.cfg""\s+data\s+= <<-END\n(.*?)^\s+END$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Heredoc();

    private static async Task<bool> IsReadyAsync(HttpClient http, string address)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{address}/readyz"), Cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<Process> StartAsync(string folder, int port, int serverPort)
    {
        await MakeCertificateAsync(folder);
        // Names and addresses are those of the containers' network; the rest is as users have it.
        var text = (await File.ReadAllTextAsync(DeployFolder.At("compose", "haproxy.cfg"), Cancellation))
            .Replace("/run/secrets/tls", Path.Combine(folder, "tls.pem"), StringComparison.Ordinal)
            .Replace("bind :8443", $"bind 127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("muster-1:7474", $"127.0.0.1:{serverPort}", StringComparison.Ordinal)
            .Replace("muster-2:7474", $"127.0.0.1:{Ports.Next()}", StringComparison.Ordinal);
        var config = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(config, text, Cancellation);
        (await DeployFolder.RunAsync("haproxy", "-c", "-f", config)).Good();
        return Process.Start(new ProcessStartInfo("/usr/sbin/haproxy", ["-db", "-f", config]))!;
    }

    private static async Task MakeCertificateAsync(string folder) => (await ProgramRun.OfAsync("/bin/sh",
    [
        "-c",
        """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout "$1/key" -out "$1/crt" &&
            cat "$1/crt" "$1/key" >"$1/tls.pem"
        """,
        "tls", folder,
    ])).Good();
}
