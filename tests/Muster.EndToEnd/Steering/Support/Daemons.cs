using System.Globalization;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering.Support;

/// <summary>Debian's servers around Muster, each with a directory and ports of its own on loopback.</summary>
internal static class Daemons
{
    /// <summary>A Prometheus that scrapes one page every second.</summary>
    public static async Task<(Daemon Daemon, string Url)> PrometheusAsync(string folder, string target)
    {
        var config = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(
            config,
            $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: page
                static_configs: [ { targets: [ "{{target}}" ] } ]
            """,
            TestContext.Current.CancellationToken);
        var port = Ports.Next();
        var daemon = Daemon.Start([
            "prometheus", $"--config.file={config}", $"--storage.tsdb.path={folder}/prometheus",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
        ]);
        return (await ListeningAsync(daemon, port), string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    /// <summary>An Alertmanager that tells every alert to one address at once, with a secret from a file.</summary>
    public static async Task<(Daemon Daemon, string Url)> AlertmanagerAsync(string folder, string receiver, string secretFile)
    {
        var config = Path.Combine(folder, "alertmanager.yml");
        await File.WriteAllTextAsync(
            config,
            $$"""
            route: { receiver: muster, group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
            receivers:
            - name: muster
              webhook_configs:
              - url: {{receiver}}
                http_config:
                  authorization: {type: Bearer, credentials_file: {{secretFile}}}
            """,
            TestContext.Current.CancellationToken);
        var port = Ports.Next();
        var daemon = Daemon.Start([
            "prometheus-alertmanager", $"--config.file={config}", $"--storage.path={folder}/alertmanager", "--cluster.listen-address=",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
        ]);
        return (await ListeningAsync(daemon, port), string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    /// <summary>A Redis that keeps nothing.</summary>
    public static async Task<(Daemon Daemon, int Port)> RedisAsync(string folder)
    {
        var port = Ports.Next();
        var daemon = Daemon.Start([
            "redis-server", "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", folder,
        ]);
        return (await ListeningAsync(daemon, port), port);
    }

    private static async Task<Daemon> ListeningAsync(Daemon daemon, int port)
    {
        try
        {
            await daemon.UntilListeningAsync(port);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }
}
