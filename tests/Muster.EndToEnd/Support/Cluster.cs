using System.Globalization;
using System.Text.Json;

using Muster.Postgres.Testing;

namespace Muster.EndToEnd.Support;

/// <summary>
/// Several real servers on one real PostgreSQL, each reaching it through a proxy of its own that can be cut. They share one directory of
/// local instances, as servers of one installation share a cloud.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>Clouds that are configured: as many sweeps, so that there is something to share.</summary>
    public const int Clouds = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly PostgresServer _database;
    private readonly List<TcpProxy> _proxies = [];
    private readonly List<ServerProcess> _servers = [];

    // A server that is cut off takes its time to say that it cannot.
    private ServerProcess? _answeredLast;

    private readonly string _more;

    private Cluster(PostgresServer database, string data, string more)
    {
        _database = database;
        _more = more;
        Data = data;
    }

    /// <summary>Where configurations and instances are.</summary>
    public string Data { get; }

    public PostgresServer Database => _database;

    public IReadOnlyList<ServerProcess> Servers => _servers;

    /// <summary>The way of each server to the database.</summary>
    public IReadOnlyList<TcpProxy> Proxies => _proxies;

    /// <summary>Starts the database and so many servers, all at once.</summary>
    /// <param name="count">How many.</param>
    /// <param name="environment">What the server of that number has in its environment.</param>
    /// <param name="more">What their configurations have besides.</param>
    public static async Task<Cluster> StartAsync(
        int count, Func<int, IReadOnlyDictionary<string, string>>? environment = null, string more = "")
    {
        var database = await PostgresServer.StartAsync(new() { IsDurable = true }, Cancellation);
        var cluster = new Cluster(database, DevServer.NewData(), more);
        try
        {
            var name = await database.CreateDatabaseAsync(template: null, Cancellation);
            for (var number = 0; number < count; number++)
            {
                await cluster.AddAsync(name, environment?.Invoke(number));
            }

            await Task.WhenAll(cluster._servers.Select(server => server.StartAsync()));
            return cluster;
        }
        catch
        {
            // Those that did start would outlive the test.
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// A template on each cloud and a group of each, named <c>web-0</c>, <c>web-1</c>, ...; returns once all are at their level.
    /// </summary>
    /// <param name="level">Of each group.</param>
    /// <param name="interval">How often each is checked.</param>
    public async Task<IReadOnlyList<string>> WithGroupsAsync(int level, string interval = "5s")
    {
        var groups = new List<string>();
        for (var cloud = 0; cloud < Clouds; cloud++)
        {
            var server = _servers[cloud % _servers.Count];
            (await server.MusterAsync(
                "template", "create", $"hello-{cloud}", "--cloud", $"local-{cloud}", "--image", "muster hello")).Good();
            (await server.MusterAsync(
                "group", "create", $"web-{cloud}", "--template", $"hello-{cloud}",
                "--capacity", $"{level}", "--interval", interval)).Good();
            groups.Add($"web-{cloud}");
        }

        foreach (var group in groups)
        {
            await UntilHealthyAsync(group, level);
        }

        return groups;
    }

    /// <summary>Waits until so many of a group run and all is well, whoever answers.</summary>
    public Task UntilHealthyAsync(string group, int level) => UntilAsync(
        async () => await ShowAsync(group) is { } show
            && show.GetProperty("capacity").GetProperty("desired").GetInt32() == level
            && show.GetProperty("status").GetProperty("running").GetInt32() == level
            && show.GetProperty("status").GetProperty("condition").GetString() == "healthy"

            // What the store says may be from before an instance was killed.
            && RealPids(group).Count == level,
        $"{group} is healthy with {level}");

    /// <summary>Waits for something that the test describes.</summary>
    public Task UntilAsync(Func<Task<bool>> condition, string what) => Patiently.UntilAsync(
        condition, what, Patience, TimeSpan.FromMilliseconds(50),
        () => Task.FromResult(string.Join("\n---\n", _servers.Select(server => server.Log))));

    /// <summary>
    /// A group as the first server that answers shows it; null when none does. The one that answered last is asked first.
    /// </summary>
    public async Task<JsonElement?> ShowAsync(string group)
    {
        foreach (var server in _servers.Where(server => server.IsRunning).OrderBy(server => server != _answeredLast))
        {
            using var answer = await server.SendAsync(HttpMethod.Get, $"/v1/groups/{group}");
            if (answer is { IsSuccessStatusCode: true })
            {
                _answeredLast = server;
                using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                return document.RootElement.Clone();
            }
        }

        return null;
    }

    /// <summary>The instances of a group that really run.</summary>
    public IReadOnlyList<int> RealPids(string group) => Processes.WithEnvironment($"MUSTER_GROUP_NAME={group}\0", Data);

    /// <summary>The instances that really run.</summary>
    public IReadOnlyList<RealInstance> RealInstances() => Processes.InstancesOf(Data);

    /// <summary>
    /// Makes sure that the trail tells of every instance that was ever made and of every one that was ended, and of none that was not.
    /// What happened is known from the clouds' own records, living and spent.
    /// </summary>
    public async Task EnsureEveryEffectIsToldAsync(IEnumerable<string> groups)
    {
        var (launched, terminated) = (new HashSet<string>(), new HashSet<string>());
        foreach (var group in groups)
        {
            var server = _servers.First(each => each.IsRunning);
            var trail = (await server.MusterAsync("group", "activity", group, "--limit", "1000", "--json")).Good().Json;
            foreach (var entry in trail.EnumerateArray().Where(entry => entry.GetProperty("status").GetString() == "succeeded"))
            {
                switch (entry.GetProperty("type").GetString())
                {
                    case "launch":
                        launched.Add(entry.GetProperty("instance_id").GetString()!);
                        break;
                    case "terminate":
                        terminated.Add(entry.GetProperty("instance_id").GetString()!);
                        break;
                }
            }
        }

        Assert.Equal([.. Records("instances"), .. Records("spent")], launched);
        Assert.Equal(Records("spent"), terminated);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        Processes.KillAllOf(Data);
        await _database.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    private async Task AddAsync(string name, IReadOnlyDictionary<string, string>? environment)
    {
        var proxy = new TcpProxy(_database.Port);
        proxy.Start();
        _proxies.Add(proxy);
        var port = Ports.Next();
        var config = Path.Combine(Data, $"server-{_servers.Count}.toml");
        await File.WriteAllTextAsync(config, Config(port, proxy.Url(name)), Cancellation);
        _servers.Add(
            new(port, ["server", "--config", config], new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
            {
                ["MUSTER_STORE_PASSWORD"] = _database.Password,
            }));
    }

    private string Config(int port, string url)
    {
        // Ports of their own: each cloud promises its ports without a look at the others.
        var clouds = Enumerable.Range(0, Clouds).Select(cloud => $"""
            [[cloud]]
            name = "{Named(cloud)}"
            kind = "local"
            [cloud.options]
            port_first = {20_000 + (cloud * 2_000)}
            port_last = {21_999 + (cloud * 2_000)}
            """);
        return $"""
            data = "{Data}"
            [server]
            listen = "127.0.0.1:{port}"
            log_level = "info"
            [store]
            url = "{url}"
            [auth]
            mode = "none"
            [pulse]
            {Durations.LeaseLine}
            {_more}
            {string.Join('\n', clouds)}
            """;
    }

    /// <summary>The ids of the instances that the clouds have there.</summary>
    private HashSet<string> Records(string shelf) =>
    [
        .. Enumerable.Range(0, Clouds)
            .Select(cloud => Path.Combine(Data, "clouds", Named(cloud), shelf))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(directory => Path.GetFileName(directory)),
    ];

    private static string Named(int cloud) => string.Create(CultureInfo.InvariantCulture, $"local-{cloud}");
}
