using System.Globalization;

using Muster.Conformance.Metrics;
using Muster.Core.Metrics;
using Muster.Metrics.Tests.Support;

using StackExchange.Redis;

namespace Muster.Metrics.Tests.Redis;

/// <summary>A real Redis with a password.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    public const string Password = "s3cret";

    private readonly Folder _folder = new();
    private Daemon? _daemon;
    private ConnectionMultiplexer? _client;

    internal int Port { get; } = FreePort.Find();

    internal string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    internal IDatabase Database => _client!.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _daemon = Daemon.Start([
            "redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir",
                _folder.Path,
            "--requirepass", Password,
        ]);
        await _daemon.UntilListeningAsync(Port);
        _client = await ConnectionMultiplexer.ConnectAsync($"{Address},password={Password},connectTimeout=30000,syncTimeout=30000");
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _daemon!.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class RedisConformanceTests(RedisServer server) : MetricSourceConformance, IClassFixture<RedisServer>
{
    protected override async Task<MetricSourceHarness> OpenAsync()
    {
        // A list that is not there is empty for Redis, so that the stranger is another kind of key.
        var groups = new Dictionary<MetricScope, double> { [Some.Group("web")] = 3, [Some.Group("jobs")] = 1 };
        foreach (var (group, length) in groups)
        {
            await server.Database.KeyDeleteAsync(group.Name);
            await server.Database.ListRightPushAsync(group.Name, [.. Enumerable.Repeat<RedisValue>("x", (int)length)]);
        }

        await server.Database.StringSetAsync("stranger", "no list");
        var folder = new Folder();
        return new WebHarness(
            (port, secret) => Some.Open(
                "redis",
                ("servers", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")), ("key", "$group"),
                ("password_file", folder.Secret(secret!, secret!))),
            server.Port, RedisServer.Password, groups, new Disposing(folder));
    }
}

public sealed class RedisSourceTests(RedisServer server) : IClassFixture<RedisServer>, IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_list_s_length_is_read_and_one_that_is_not_there_is_empty()
    {
        await server.Database.ListRightPushAsync("list", ["a", "b"]);
        await using var source = Open("list");
        await using var other = Open("nobody-has-this");

        Assert.Equal(2, Assert.Single(await Some.SamplesAsync(source)).Value);
        Assert.Equal(0, Assert.Single(await Some.SamplesAsync(other)).Value);
    }

    [Fact]
    public async Task A_stream_s_consumers_are_read_by_what_waits_and_what_they_have()
    {
        var stream = $"stream-{Some.Id()}";
        var written = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMinutes(2)).TotalMilliseconds;
        for (var i = 0; i < 5; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{(long)written + (i * 10_000)}-0");
            await server.Database.StreamAddAsync(stream, "job", i, id);
        }

        await server.Database.StreamCreateConsumerGroupAsync(stream, "workers", "0");
        var taken = await server.Database.StreamReadGroupAsync(stream, "workers", "one", ">", 3);
        await server.Database.StreamAcknowledgeAsync(stream, "workers", taken[0].Id);

        Assert.Equal(5, await ReadAsync(stream, "length", consumers: null));
        Assert.Equal(2, await ReadAsync(stream, "lag"));
        Assert.Equal(2, await ReadAsync(stream, "pending"));
        Assert.Equal(4, await ReadAsync(stream, "waiting"));
        // The second was written 10 s after the first.
        Assert.InRange(await ReadAsync(stream, "age"), 109, 1_000);

        await server.Database.StreamAcknowledgeAsync(stream, "workers", [taken[1].Id, taken[2].Id]);
        Assert.InRange(await ReadAsync(stream, "age"), 89, 1_000);
        var rest = await server.Database.StreamReadGroupAsync(stream, "workers", "one", ">", 3);
        await server.Database.StreamAcknowledgeAsync(stream, "workers", [.. rest.Select(entry => entry.Id)]);
        Assert.Equal(0, await ReadAsync(stream, "age"));
        Assert.Equal(0, await ReadAsync(stream, "waiting"));
    }

    [Fact]
    public async Task What_the_key_is_not_is_told()
    {
        await server.Database.StringSetAsync("text", "x");
        await server.Database.KeyDeleteAsync("empty-stream");
        await using var list = Open("text");
        await using var stream = Open("empty-stream", ("kind", "stream"), ("measure", "lag"), ("consumer_group", "workers"));

        Assert.Equal("the key text holds no list", await Some.FailureAsync(list));
        Assert.Equal("there is no key empty-stream", await Some.FailureAsync(stream));
    }

    [Fact]
    public async Task A_consumer_group_that_is_not_there_is_told()
    {
        await server.Database.StreamAddAsync("lonely", "a", "b");
        await using var source = Open("lonely", ("kind", "stream"), ("measure", "waiting"), ("consumer_group", "nobody"));

        Assert.Equal("the stream lonely has no consumer group nobody", await Some.FailureAsync(source));
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_such()
    {
        await using var source = Some.Open(
            "redis", ("servers", server.Address), ("key", "list"), ("password_file", _folder.Secret("wrong", "not-this")));

        Assert.Equal(
            $"no connection to {server.Address}: it wants another user or password: look at user and password_file",
            await Some.FailureAsync(source));
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once() => Assert.Equal(
        """
        metrics.load.ca_file is '/no/ca': only with tls = "on"
        metrics.load.kind is 'set': list or stream
        metrics.load.measure is 'age': length, or a kind = "stream" with a consumer_group: Redis does not tell the age of a list's items
        metrics.load.password_file is missing: the password of the user me
        metrics.load.servers is 'nowhere': HOST:PORT, such as 127.0.0.1:6379
        """,
        Some.Refusals(
            "redis", ("servers", "a:1 nowhere"), ("key", "k"), ("kind", "set"), ("measure", "age"), ("user", "me"), ("ca_file", "/no/ca")),
        ignoreLineEndingDifferences: true);

    private async Task<double> ReadAsync(string stream, string measure, string? consumers = "workers")
    {
        (string, string)[] group = consumers is null ? [] : [("consumer_group", consumers)];
        await using var source = Open(stream, [("kind", "stream"), ("measure", measure), .. group]);
        return Assert.Single(await Some.SamplesAsync(source)).Value;
    }

    private IMetricSource Open(string key, params (string Name, string Value)[] more) => Some.Open(
        "redis",
        [("servers", server.Address), ("key", key), ("password_file", _folder.Secret("password", RedisServer.Password)), .. more]);
}
