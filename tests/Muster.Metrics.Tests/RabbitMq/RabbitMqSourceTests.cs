using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

using Muster.Conformance.Metrics;
using Muster.Core.Metrics;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.RabbitMq;

/// <summary>A real RabbitMQ with its management plugin, and queues that hold messages.</summary>
public sealed class RabbitMqServer : IAsyncLifetime
{
    public const string User = "muster";
    public const string Password = "s3cret";

    private readonly Folder _folder = new();
    private readonly HttpClient _client = new();
    private Daemon? _daemon;

    internal int Port { get; } = FreePort.Find();

    internal IReadOnlyDictionary<MetricScope, double> Groups { get; } = new Dictionary<MetricScope, double>
    {
        [Some.Group("web")] = 3, [Some.Group("jobs")] = 1, [Some.Group("a")] = 2, [Some.Group("b")] = 4, [Some.Group("c")] = 5,
    };

    public async ValueTask InitializeAsync()
    {
        var (amqp, distribution, epmd) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
        var config = _folder.Write("rabbitmq.conf", string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.1 = 127.0.0.1:{amqp}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {Port}
            default_user = {User}
            default_pass = {Password}
            collect_statistics_interval = 1000
            """));
        var plugins = _folder.Write("plugins", "[rabbitmq_management].\n");
        // The broker's own user would not be let into the folder: it runs as who runs the tests.
        _daemon = Daemon.Start(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
            ("RABBITMQ_NODENAME", $"muster-{Port.ToString(CultureInfo.InvariantCulture)}@localhost"),
            ("RABBITMQ_CONFIG_FILE", config), ("RABBITMQ_ENABLED_PLUGINS_FILE", plugins), ("RABBITMQ_MNESIA_BASE", $"{_folder.Path}/data"),
            ("RABBITMQ_LOG_BASE", $"{_folder.Path}/log"), ("RABBITMQ_PID_FILE", $"{_folder.Path}/pid"), ("HOME", _folder.Path),
            ("RABBITMQ_DIST_PORT", distribution.ToString(CultureInfo.InvariantCulture)),
            ("ERL_EPMD_PORT", epmd.ToString(CultureInfo.InvariantCulture)), ("ERL_EPMD_ADDRESS", "127.0.0.1"));
        await _daemon.UntilListeningAsync(Port);
        _client.BaseAddress = new Uri(WebHarness.Http(Port));
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        await _daemon.UntilAsync(
            async () => (await _client.GetAsync(new Uri("/api/overview", UriKind.Relative))).StatusCode == HttpStatusCode.OK,
                "it lets us in");
        foreach (var (group, count) in Groups)
        {
            await PutAsync($"/api/queues/%2F/{group.Name}", "{}");
            for (var i = 0; i < count; i++)
            {
                var message = $$"""{"properties":{},"routing_key":"{{group.Name}}","payload":"x","payload_encoding":"string"}""";
                using var content = new StringContent(message);
                using var published = await _client.PostAsync(
                    new Uri("/api/exchanges/%2F/amq.default/publish", UriKind.Relative), content);
                published.EnsureSuccessStatusCode();
            }
        }

        await _daemon.UntilAsync(
            async () =>
            {
                var listing = await _client.GetStringAsync(new Uri("/api/queues/%2F?columns=messages_ready", UriKind.Relative));
                return Groups.Values.All(count => listing.Contains(
                    string.Create(CultureInfo.InvariantCulture, $"\"messages_ready\":{count}"), StringComparison.Ordinal));
            },
            "the plugin has figures of all queues");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _daemon!.DisposeAsync();
        _folder.Dispose();
    }

    internal static IMetricSource Open(int port, string passwordFile, string queue, params (string Name, string Value)[] more) => Some.Open(
        "rabbitmq", [("url", WebHarness.Http(port)), ("queue", queue), ("user", User), ("password_file", passwordFile), .. more]);

    private async Task PutAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PutAsync(new Uri(path, UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }
}

public sealed class RabbitMqConformanceTests(RabbitMqServer server) : MetricSourceConformance, IClassFixture<RabbitMqServer>
{
    protected override Task<MetricSourceHarness> OpenAsync()
    {
        var folder = new Folder();
        return Task.FromResult<MetricSourceHarness>(new WebHarness(
            (port, secret) => RabbitMqServer.Open(port, folder.Secret(secret!, secret!), "$group"),
            server.Port, RabbitMqServer.Password, server.Groups, new Disposing(folder)));
    }

    [Fact]
    public async Task Messages_are_counted_as_chosen()
    {
        using var folder = new Folder();
        var password = folder.Secret("password", RabbitMqServer.Password);
        await using var all = RabbitMqServer.Open(server.Port, password, "web");
        await using var ready = RabbitMqServer.Open(server.Port, password, "web", ("messages", "ready"));
        await using var taken = RabbitMqServer.Open(server.Port, password, "web", ("messages", "unacknowledged"));

        Assert.Equal(3, Assert.Single(await Some.SamplesAsync(all)).Value);
        Assert.Equal(3, Assert.Single(await Some.SamplesAsync(ready)).Value);
        Assert.Equal(0, Assert.Single(await Some.SamplesAsync(taken)).Value);
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        using var folder = new Folder();
        var password = folder.Secret("password", RabbitMqServer.Password);
        await using var queue = RabbitMqServer.Open(server.Port, password, "nobody");
        await using var host = RabbitMqServer.Open(server.Port, password, "web", ("vhost", "elsewhere"));

        Assert.Equal("there is no queue nobody in the virtual host /", await Some.FailureAsync(queue));
        Assert.Equal("there is no queue web in the virtual host elsewhere", await Some.FailureAsync(host));
    }
}

public sealed class RabbitMqOptionsTests
{
    [Fact]
    public void Every_wrong_option_is_told_at_once() => Assert.Equal(
        """
        metrics.load.messages is 'some': all, ready or unacknowledged
        metrics.load.queue is missing: a queue's name, such as jobs or jobs-$group
        metrics.load.url is 'nowhere': an address such as http://127.0.0.1:9090 or https://metrics.example, without user and password
        """,
        Some.Refusals("rabbitmq", ("url", "nowhere"), ("messages", "some")),
        ignoreLineEndingDifferences: true);
}
