using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Server.Tokens;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Settings;
using Muster.Storage.Memory;

namespace Muster.Cli.Tests.Tsg;

/// <summary>A simulated CloudAPI with account <c>joyent</c>, and servers on one store whose facade asks it who callers are.</summary>
internal sealed class SignedWorld : IAsyncDisposable
{
    public const string Login = "joyent";
    public const string KeyName = "TSG_Management_us-east-1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly SystemRandomSource Random = new();

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(Installation Installation, Task Running)> _servers = [];
    private readonly ConcurrentQueue<SimulatedRequest> _requests = new();
    private string _token = "";

    private SignedWorld(TritonSimulator simulator, TritonSimulatorOptions options)
    {
        Simulator = simulator;
        options.Faults = request =>
        {
            _requests.Enqueue(request);
            return Faults(request);
        };
        Account = simulator.AddAccount(Login);
        Caller = new(Account);
    }

    public TritonSimulator Simulator { get; }

    public SimulatedAccount Account { get; }

    /// <summary>Somebody with an SSH key of the account.</summary>
    public SigningCaller Caller { get; }

    public MemoryStore Store { get; } = new(new(Random.NextId()), TimeProvider.System);

    public Func<SimulatedRequest, Fault?> Faults { get; set; } = _ => null;

    public IReadOnlyCollection<SimulatedRequest> Requests => _requests;

    /// <summary>The service key that the account has now; null when it has none.</summary>
    public SimulatedKey? ServiceKey => Account.Keys.Values.SingleOrDefault(key => key.Name == KeyName);

    public static async Task<SignedWorld> StartAsync(int servers = 1, Action<MusterConfig>? configure = null, bool isAllowed = true)
    {
        var options = new TritonSimulatorOptions { PerSecond = 0 };
        var world = new SignedWorld(await TritonSimulator.StartAsync(options, TimeProvider.System), options);
        world._token = await world.AddTokenAsync(Core.Accounts.Account.DefaultName, "boss", "admin");
        if (isAllowed)
        {
            await world.Store.EnsureAccountAsync(
                new()
                {
                    Id = new(Random.NextId()),
                    Name = Login,
                    CreatedAt = TimeProvider.System.GetUtcNow(),
                    Access = AccountAccess.Allowed,
                },
                CancellationToken.None);
        }

        for (var server = 0; server < servers; server++)
        {
            await world.AddServerAsync(configure);
        }

        return world;
    }

    /// <summary>Sends a request to a server's facade.</summary>
    public async Task<(int Status, string Body)> SendAsync(
        HttpMethod method, string path, string? body = null, int server = 0, SigningCaller? caller = null)
    {
        using var http = new HttpClient { BaseAddress = new(_servers[server].Installation.Address) };
        using var request = new HttpRequestMessage(method, $"/v1/tsg{path}");
        (caller ?? Caller).Sign(request);
        if (body is not null)
        {
            request.Content = new StringContent(body);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Sends a request for the groups over a socket of its own, each header as it is in the request and as often.</summary>
    public async Task<(int Status, string Body)> SendRawAsync(HttpRequestMessage request)
    {
        var address = new Uri(_servers[0].Installation.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var headers = request.Headers.NonValidated.SelectMany(header => header.Value, (header, value) => $"{header.Key}: {value}\r\n");
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /v1/tsg/groups HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{string.Concat(headers)}\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (
            int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture),
            answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    public Task<(int Status, string Body)> GetAsync(string path = "/groups", int server = 0, SigningCaller? caller = null) =>
        SendAsync(HttpMethod.Get, path, server: server, caller: caller);

    /// <summary>Makes a token beside the store.</summary>
    /// <returns>Its secret.</returns>
    public async Task<string> AddTokenAsync(string account, string name, string role)
    {
        var now = TimeProvider.System.GetUtcNow();
        var own = await Store.EnsureAccountAsync(
            new() { Id = new(Random.NextId()), Name = account, CreatedAt = now }, CancellationToken.None);
        var (made, secret) = TokenRules.Create(
            new() { Name = name, Role = role }, new(Random.NextId()), own.Id, TokenRules.ScopeOf(own), now);
        await Store.AddTokenAsync(made, CancellationToken.None);
        return secret;
    }

    /// <summary>Runs a command as the bearer of a token.</summary>
    public Task<CliRun> RunAsAsync(string bearer, params string[] args) => CliRun.Of(
        new Dictionary<string, string> { ["MUSTER_ADDR"] = _servers[0].Installation.Address, ["MUSTER_TOKEN"] = bearer }, args);

    /// <summary>Runs a command as the installation's admin.</summary>
    public async Task<CliRun> RunAsync(params string[] args)
    {
        var run = await RunAsAsync(_token, args);
        Assert.True(run.Code is ExitCode.Ok, $"muster {string.Join(' ', args)}: {run.Code}\n{run.Out}\n{run.Error}");
        return run;
    }

    /// <summary>The account's one group, once it is as wanted.</summary>
    public async Task<GroupRecord> GroupWhenAsync(string name, Func<GroupRecord, bool> isSo)
    {
        var account = await Store.FindAccountAsync(Login, CancellationToken.None);
        GroupRecord? group = null;
        await Patiently.UntilAsync(
            async () => (group = await Store.FindGroupAsync(account!.Id, name, CancellationToken.None)) is not null && isSo(group),
            $"group {name} is as wanted", Patience, more: () => Task.FromResult($"{group?.State}"));
        return group!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // All of them end before any is disposed of: they share the store, and the first that goes closes it.
        await Task.WhenAll(_servers.Select(server => server.Running));
        foreach (var (installation, _) in _servers)
        {
            await installation.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        Caller.Dispose();
        _stop.Dispose();
        _directory.Dispose();
    }

    private async Task AddServerAsync(Action<MusterConfig>? configure)
    {
        var config = new MusterConfig { Path = "", Data = _directory.Path };
        config.Server.Listen = new IPEndPoint(IPAddress.Loopback, 0);
        config.Server.LogLevel = Microsoft.Extensions.Logging.LogLevel.None;
        config.Secrets.Keyring = Path.Combine(_directory.Path, "keyring");
        config.Clouds.Add(new()
        {
            Name = "triton",
            Kind = "triton",
            Options = { ["url"] = Simulator.Url.ToString(), ["credential"] = "account", ["key_type"] = "ed25519" },
        });
        config.Tsg.Enabled = true;
        configure?.Invoke(config);
        var installation = await Installation.BuildAsync(config, Store, TimeProvider.System, Random);
        var started = new TaskCompletionSource();
        var running = installation.RunAsync(started.SetResult, _stop.Token);
        _servers.Add((installation, running));
        await Task.WhenAny(started.Task, running);
    }
}
