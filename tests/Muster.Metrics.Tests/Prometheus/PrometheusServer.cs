using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

using Muster.Core.Metrics;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Prometheus;

/// <summary>A real Prometheus that scrapes a page of figures every second, and wants a password.</summary>
public sealed class PrometheusServer : IAsyncLifetime
{
    public const string User = "muster";
    public const string Password = "s3cret";

    // Of the password, with few rounds: bcrypt is slow on purpose.
    private const string PasswordHash = "$2y$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG";

    private readonly Folder _folder = new();
    private Site? _exporter;
    private Daemon? _daemon;

    internal int Port { get; private set; }

    internal string Url => WebHarness.Http(Port);

    /// <summary>What is scraped: the mean of each group's instances.</summary>
    internal IReadOnlyDictionary<MetricScope, double> Groups { get; } = new Dictionary<MetricScope, double>
    {
        [Some.Group("web")] = 50, [Some.Group("jobs")] = 7, [Some.Group("a.b-c_d")] = 0.5,
    };

    public async ValueTask InitializeAsync()
    {
        var page = new StringBuilder("# TYPE cpu gauge\n# TYPE broken gauge\nbroken NaN\n");
        foreach (var (group, value) in Groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"cpu{{group=\"{group.Name}\",id=\"{group.Group}\",host=\"a\"}} {value - 0.25}\n");
            page.Append(CultureInfo.InvariantCulture, $"cpu{{group=\"{group.Name}\",id=\"{group.Group}\",host=\"b\"}} {value + 0.25}\n");
        }

        _exporter = new((_, _) => (200, page.ToString()));
        Port = FreePort.Find();
        var config = _folder.Write("prometheus.yml", $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: page
                static_configs: [ { targets: [ "{{_exporter.Url["http://".Length..]}}" ] } ]
            """);
        var web = _folder.Write("web.yml", $"basic_auth_users: {{ {User}: '{PasswordHash}' }}\n");
        _daemon = Daemon.Start([
            "prometheus", $"--config.file={config}", $"--web.config.file={web}", $"--storage.tsdb.path={_folder.Path}/data",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{Port}"),
        ]);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        await _daemon.UntilListeningAsync(Port);
        await _daemon.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync(new Uri($"{Url}/api/v1/query?query=cpu"));
                return (await answer.Content.ReadAsStringAsync()).Contains("web", StringComparison.Ordinal);
            },
            "the page is scraped");
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon!.DisposeAsync();
        await _exporter!.DisposeAsync();
        _folder.Dispose();
    }
}
