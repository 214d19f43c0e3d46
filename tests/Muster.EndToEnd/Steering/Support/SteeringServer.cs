using System.Globalization;
using System.Text.Json;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering.Support;

/// <summary>A <c>muster server</c> on SQLite whose policies are asked every second; killed, and all that it started, at the end.</summary>
internal sealed class SteeringServer : IAsyncDisposable
{
    private readonly string _metrics;
    private readonly int _port = Ports.Next();
    private ServerProcess? _process;
    private string _logBefore = "";

    private SteeringServer(string metrics) => _metrics = metrics;

    /// <summary>Its data directory.</summary>
    public string Data { get; } = DevServer.NewData();

    public string Address => Process.Address;

    /// <summary>What all its lives have written.</summary>
    public string Log => _logBefore + Process.Log;

    private ServerProcess Process => _process ?? throw new InvalidOperationException("it was never started");

    /// <summary>A server that runs.</summary>
    /// <param name="metrics">The <c>[[metrics]]</c> of its configuration.</param>
    /// <param name="environment">What it has in its environment besides the test's own.</param>
    public static async Task<SteeringServer> StartAsync(string metrics = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new SteeringServer(metrics);
        try
        {
            await server.StartAgainAsync(environment);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same data and port; it must not run.</summary>
    public async Task StartAgainAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var config = Path.Combine(Data, "muster.toml");
        await File.WriteAllTextAsync(
            config,
            string.Create(CultureInfo.InvariantCulture, $"""
                data = "{Data}"
                [server]
                listen = "127.0.0.1:{_port}"
                log_level = "debug"
                [auth]
                mode = "none"
                [steering]
                interval = "1s"
                [[cloud]]
                name = "local"
                kind = "local"
                {_metrics}
                """),
            TestContext.Current.CancellationToken);
        if (_process is not null)
        {
            _logBefore = Log;
            await _process.DisposeAsync();
        }

        _process = new(_port, ["server", "--config", config], environment);
        await _process.StartAsync();
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> TerminateAsync() => Process.TerminateAsync();

    /// <summary>Runs a muster command against it.</summary>
    public Task<ProgramRun> MusterAsync(params string[] arguments) => Process.MusterAsync(arguments);

    /// <summary>Runs a muster command, of words with spaces between, which must end well.</summary>
    public async Task<string> SayAsync(string command) => (await MusterAsync(command.Split(' '))).Good().Output;

    /// <summary>A group of that name on the local cloud, at its level.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="capacity">Its level.</param>
    /// <param name="interval">How often it is checked where nobody asks for it.</param>
    public async Task AddGroupAsync(string name, int capacity, string interval = "10m")
    {
        if ((await MusterAsync("template", "show", "hello")).ExitCode != 0)
        {
            (await MusterAsync("template", "create", "hello", "--cloud", "local", "--image", "muster hello")).Good();
        }

        await SayAsync(string.Create(
            CultureInfo.InvariantCulture, $"group create {name} --template hello --capacity {capacity} --max 10 --interval {interval}"));
        await UntilRunningAsync(name, capacity);
    }

    /// <summary>Waits until so many are wanted and up, and really run.</summary>
    public Task<JsonElement> UntilRunningAsync(string group, int count) => UntilAsync(
        group,
        show => Level(show) == count && show.GetProperty("status").GetProperty("running").GetInt32() == count && Real(group) == count,
        $"{count} are wanted and up");

    /// <summary>Waits until the group is as described; returns it.</summary>
    public async Task<JsonElement> UntilAsync(string group, Func<JsonElement, bool> condition, string what)
    {
        JsonElement show = default;
        await Patiently.UntilAsync(
            async () => condition(show = await GetAsync($"/v1/groups/{group}")),
            $"{group}: {what}", ServerProcess.Patience, TimeSpan.FromMilliseconds(50),
            async () => $"{show}\n{(await MusterAsync("group", "activity", group)).Output}\n{Log}");
        return show;
    }

    /// <summary>Waits until a policy says what is described; returns it.</summary>
    public async Task<JsonElement> UntilPolicyAsync(string group, string policy, Func<JsonElement, bool> condition, string what)
    {
        JsonElement said = default;
        await Patiently.UntilAsync(
            async () => condition(said = await GetAsync($"/v1/groups/{group}/policies/{policy}")),
            $"{policy} says {what}", ServerProcess.Patience, TimeSpan.FromMilliseconds(50), () => Task.FromResult($"{said}\n{Log}"));
        return said;
    }

    /// <summary>Waits for rounds that begin from now on: two, since one may be under way.</summary>
    public async Task UntilAskedAgainAsync(string group, string policy)
    {
        for (var round = 0; round < 2; round++)
        {
            var before = await GetAsync($"/v1/groups/{group}/policies/{policy}");
            await UntilPolicyAsync(
                group, policy, said => EvaluatedAt(said) > EvaluatedAt(before) || EvaluatedAt(before) is null, "it was asked again");
        }

        static DateTimeOffset? EvaluatedAt(JsonElement policy) =>
            policy.TryGetProperty("evaluated_at", out var at) ? at.GetDateTimeOffset() : null;
    }

    /// <summary>What the trail tells of moves by a policy, the newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> MovesAsync(string group, string policy)
    {
        var page = await GetAsync($"/v1/groups/{group}/activities?limit=200");
        return
        [
            .. page.GetProperty("items").EnumerateArray().Where(activity => activity.GetProperty("description").GetString()!
                .Contains($" by policy {policy}: ", StringComparison.Ordinal)),
        ];
    }

    /// <summary>Pushes a reading of a group.</summary>
    public async Task PushAsync(string group, string metric, double value)
    {
        using var answer = await Process.SendAsync(
            HttpMethod.Post, $"/v1/groups/{group}/readings",
            string.Create(CultureInfo.InvariantCulture, $$"""{"metric":"{{metric}}","value":{{value}}}"""));
        answer!.EnsureSuccessStatusCode();
    }

    /// <summary>Posts JSON to a path of it.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string json) =>
        await Process.SendAsync(HttpMethod.Post, path, json) ?? throw new HttpRequestException("the server does not answer");

    /// <summary>What a path of its API answers.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Process.SendAsync(HttpMethod.Get, path);
        Assert.True(answer is not null, $"the server does not answer:\n{Log}");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    public static int Level(JsonElement group) => group.GetProperty("capacity").GetProperty("desired").GetInt32();

    public static string Reason(JsonElement policy) => policy.TryGetProperty("reason", out var reason) ? reason.GetString() ?? "" : "";

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Processes.KillAllOf(Data);
        Directory.Delete(Data, recursive: true);
    }

    private int Real(string group) => Processes.InstancesOf(Data).Count(instance => instance.Group == group && !instance.IsOrderedToEnd);
}
