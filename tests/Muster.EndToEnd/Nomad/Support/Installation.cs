using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.EndToEnd.Support;
using Muster.Postgres.Testing;

namespace Muster.EndToEnd.Nomad.Support;

/// <summary>Real servers whose pulse is Nomad, and whose jobs' tasks are the real executable: as <c>docs/nomad.md</c> sets it up.</summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>What every group's template is called.</summary>
    public const string Template = "web-1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>To look for processes is to read of all of them: many that look often would leave no time to what they look for.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly List<ServerProcess> _servers = [];
    private readonly List<MusterClient> _clients = [];
    private readonly INomadAgent _agent;
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>();

    private Installation(INomadAgent agent) => _agent = agent;

    private string TaskTokenFile => Path.Combine(Data, "task.token");

    /// <summary>Where configurations and instances are.</summary>
    public string Data { get; } = DevServer.NewData();

    public IReadOnlyList<ServerProcess> Servers => _servers;

    public ServerProcess Server => _servers[0];

    /// <summary>What asks the first server.</summary>
    public MusterClient Client => _clients[0];

    /// <summary>The jobs of groups, without children.</summary>
    public async Task<IReadOnlyList<string>> JobsAsync() =>
        [.. (await _agent.JobIdsAsync()).Where(id => !id.Contains("/periodic-", StringComparison.Ordinal))];

    /// <summary>One server with its store in a file.</summary>
    /// <param name="agent">Nomad; not ended with it.</param>
    /// <param name="command">What a task runs, the executable unless given.</param>
    /// <param name="kind">What makes level checks happen.</param>
    /// <param name="task">
    /// What a task does: <c>scale</c>, the engine itself, which proves its job by what Nomad signs; or <c>ask</c>, by a token.
    /// </param>
    public static async Task<Installation> StartAsync(
        INomadAgent agent, string? command = null, string kind = "nomad", string task = "scale")
    {
        var installation = new Installation(agent);
        var port = Ports.Next();
        installation.Add(port, "", $"http://127.0.0.1:{port}", command, kind, task, new Dictionary<string, string>());
        await installation.BeginAsync();
        return installation;
    }

    /// <summary>Several servers on one database.</summary>
    /// <param name="agent">Nomad; not ended with it.</param>
    /// <param name="database">Their store; not ended with it.</param>
    /// <param name="ports">Where they listen.</param>
    /// <param name="address">Where tasks find one of them.</param>
    public static async Task<Installation> StartAsync(INomadAgent agent, PostgresServer database, IReadOnlyList<int> ports, string address)
    {
        var installation = new Installation(agent);
        var name = await database.CreateDatabaseAsync(template: null, TestContext.Current.CancellationToken);
        foreach (var port in ports)
        {
            installation.Add(
                port, $"[store]\nurl = \"{database.TcpUrl(name)}\"", address, command: null, "nomad", "scale",
                new Dictionary<string, string> { ["MUSTER_STORE_PASSWORD"] = database.Password });
        }

        await installation.BeginAsync();
        return installation;
    }

    public MusterClient ClientOf(ServerProcess server) => _clients[_servers.IndexOf(server)];

    public async Task<GroupView> AddGroupAsync(string name, int level, int intervalSeconds = 5) => await Client.CreateGroupAsync(new()
    {
        Name = name,
        Template = Template,
        Capacity = new() { Desired = level },
        IntervalS = intervalSeconds,
    });

    public Task<GroupView> ScaleAsync(string group, int level) => Client.SetCapacityAsync(group, new() { Desired = level });

    /// <summary>The instances of a group that really run.</summary>
    public IReadOnlyList<int> RealPids(string group) => Processes.WithEnvironment($"\0MUSTER_GROUP_NAME={group}\0", Data);

    /// <summary>Every instance that really runs.</summary>
    public IReadOnlyList<int> RealPids() => Processes.WithEnvironment("\0MUSTER_LAUNCH=", Data);

    /// <summary>The instances that really run.</summary>
    public IReadOnlyList<RealInstance> RealInstances() => Processes.InstancesOf(Data);

    /// <summary>Waits until a group is at its level, as the server says and as it is.</summary>
    public Task UntilAtLevelAsync(string group, int level) => UntilAsync(
        async () => await Client.GetGroupAsync(group) is { Status.Condition: "healthy" } view
            && view.Status.Running == level
            && RealPids(group).Count == level,
        $"{group} is healthy with {level}");

    /// <summary>Waits until an instance runs no more and another has taken its place.</summary>
    public async Task UntilReplacedAsync(string group, int level)
    {
        var victim = RealPids(group)[0];
        Processes.Kill(victim);
        await UntilAsync(
            () => Task.FromResult(RealPids(group) is var now && now.Count == level && !now.Contains(victim)),
            $"{group} has another instead of {victim}");
    }

    /// <summary>Waits for a check of a group that begins after now.</summary>
    public async Task UntilCheckedAgainAsync(string group)
    {
        // Two, since the first may have begun already.
        for (var check = 0; check < 2; check++)
        {
            var last = (await Client.GetGroupAsync(group)).Status.CheckedAt;
            await UntilAsync(async () => (await Client.GetGroupAsync(group)).Status.CheckedAt != last, $"{group} is checked again");
        }
    }

    /// <summary>Waits until deleted groups are gone: no instance, no job.</summary>
    public Task UntilNothingIsLeftAsync() =>
        UntilAsync(async () => (await JobsAsync()).Count == 0 && RealPids().Count == 0, "no instance and no job is left");

    /// <summary>Waits for something that the test describes.</summary>
    public Task UntilAsync(Func<Task<bool>> condition, string what) => Patiently.UntilAsync(
        () => HoldsAsync(condition), what, Patience, Pause,
        async () => string.Join(
            "\n---\n", [string.Join('\n', (await _agent.JobIdsAsync()).Take(30)), .. _servers.Select(server => server.Log)]));

    /// <summary>Stops the server, has something else make its level checks happen, and starts it.</summary>
    public async Task SwitchAsync(string kind)
    {
        Assert.Equal(0, await Server.TerminateAsync());
        var path = Path.Combine(Data, "server-0.toml");
        var lines = await File.ReadAllLinesAsync(path);
        await File.WriteAllLinesAsync(path, lines.Select((line, at) => at > 0 && lines[at - 1] == "[pulse]" ? $"kind = \"{kind}\"" : line));
        await Server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        Processes.KillAllOf(Data);

        // Nomad goes after its installation, and until then may start a check that writes here.
        await _agent.DisposeAsync();
        Processes.KillAllOf(Data);
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>A server that was killed answers later.</summary>
    private static async Task<bool> HoldsAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (ServerUnreachableException)
        {
            return false;
        }
    }

    private void Add(
        int port, string store, string address, string? command, string kind, string task, IReadOnlyDictionary<string, string> environment)
    {
        var config = Path.Combine(Data, $"server-{_servers.Count}.toml");
        File.WriteAllText(config, $"""
            data = "{Data}"
            [server]
            listen = "127.0.0.1:{port}"
            {store}
            [pulse]
            kind = "{kind}"
            [nomad]
            addresses = ["{_agent.Url.AbsoluteUri}"]
            server = "{address}"
            task = "{task}"
            {(task == "ask" ? $"task_token_file = \"{TaskTokenFile}\"" : "")}
            command = "{command ?? MusterExe.Path}"
            check_timeout = "10s"
            {Durations.RoundsLine}
            [[cloud]]
            name = "local"
            kind = "local"
            """);
        _servers.Add(new(port, ["server", "--config", config], environment));
        _environment = environment;
    }

    private async Task BeginAsync()
    {
        try
        {
            var token = await NewTokenAsync("admin", "admin");
            await File.WriteAllTextAsync(TaskTokenFile, await NewTokenAsync("nomad", "operate"));
            _clients.AddRange(_servers.Select(server => new MusterClient(new Uri(server.Address), token)));
            await Task.WhenAll(_servers.Select(server => server.StartAsync()));
            await Client.CreateTemplateAsync(new() { Name = Template, Cloud = "local", Image = "sleep 1000" });
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<string> NewTokenAsync(string name, string role) => (await ProgramRun.OfAsync(
        MusterExe.Path,
        ["token", "create", name, "--role", role, "--config", Path.Combine(Data, "server-0.toml")],
        _environment)).Good().Output.Trim();
}
