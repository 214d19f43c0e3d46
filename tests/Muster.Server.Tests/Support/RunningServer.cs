using System.Collections.Concurrent;
using System.Net;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

using Muster.Api.Client;
using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Faces;
using Muster.Server.Options;
using Muster.Server.Reporting;
using Muster.Server.Tasks;
using Muster.Server.Tests.Tasks;
using Muster.Server.Tokens;
using Muster.Simulation.Clouds;
using Muster.Storage.Memory;
using Muster.Triton;

namespace Muster.Server.Tests.Support;

/// <summary>The real server on a real port, over the real engine, a store in memory and a cloud in memory.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _pulseStop = new();
    private readonly Task _pulseRun;
    private readonly WebApplication _app;

    private RunningServer(
        ServerOptions options, bool beats, TaskParts? tasks, TimeProvider? governorTime, IReadOnlyList<IFace> faces, TimeSpan? bootGrace)
    {
        Options = options;
        options.Listen = new(IPAddress.Loopback, 0);
        options.LogLevel = LogLevel.Trace;
        options.ConfigureLogging = logging =>
        {
            logging.ClearProviders();
            logging.SetMinimumLevel(LogLevel.Trace);
            logging.AddProvider(Logs);
        };
        var random = new SystemRandomSource();
        Store = FaultyStore.Over(Memory, Faults);
        Cloud = new(
            "sim",
            new()
            {
                PageSize = 3, LaunchTokens = true, GroupFilter = true, Watches = true, Stops = true, ListingLagMax = TimeSpan.Zero,
                ReadsPerSecond = 1000, WritesPerSecond = 1000, Burst = 1000, BootGrace = bootGrace ?? TimeSpan.FromMinutes(2),
            },
            Weather,
            Clock);
        Clouds = new(
            new CloudEntry("sim", "simulated", Govern(governorTime)),
            new CloudEntry(
                "other",
                "simulated",
                GovernedCloud.Over(
                    "other",
                    new SimulatedCloud("other", Cloud.Traits with { Stops = false }, Weather, Clock, null, "z1", "z2", "z3"),
                    Clock)));
        var passes = new ReportPasses(Store, Sealer, Store.Installation, Clock, () => "https://muster.example.com/");
        var reconciler = new Reconciler(Store, Clock, random, new RandomLaunchIdentities(random, passes), new(), "test", prices: Prices);
        Pulse = new(
            Store,
            Clouds,
            reconciler,
            Feed,
            new StoreTime(Clock),
            random,
            new() { WakeGap = TimeSpan.FromMilliseconds(1) },
            new QuietObserver());
        Rounds = new(Store, Store, Store, Metrics, Pulse, Feed, Clock, random, new(), Metrics, "test");
        _app = MusterServer.Build(
            options, Store, Pulse, Clouds, Feed, Clock, random, faces, tasks, Prices, Rounds, Probes, Missed.Add, passes);
        _pulseRun = beats ? Task.Run(() => Pulse.RunAsync(new("127.0.0.1:0", "0.1.0"), _pulseStop.Token)) : Task.CompletedTask;
    }

    public ServerOptions Options { get; }

    /// <summary>What instances cost; nobody knows, unless a test says so.</summary>
    public ChangingPrices Prices { get; } = new();

    /// <summary>Seals the keys of instances' own tokens.</summary>
    public PlainSealer Sealer { get; } = new();

    /// <summary>What probes come to; nothing, unless a test says so.</summary>
    public SetProbes Probes { get; } = new();

    /// <summary>Whose reports of health could not be kept.</summary>
    public ConcurrentBag<AccountId?> Missed { get; } = [];

    /// <summary>What the sources of metrics say.</summary>
    public SetMetrics Metrics { get; } = new();

    /// <summary>Steering rounds; none is made unless a test makes one (<see cref="RoundAsync"/>).</summary>
    public SteeringRounds Rounds { get; }

    public ShiftedClock Clock { get; } = new();

    public MemoryStore Memory { get; } = new(new(new SystemRandomSource().NextId()), TimeProvider.System);

    public FaultSwitch Faults { get; } = new();

    public IStore Store { get; }

    public TurningWeather Weather { get; } = new();

    public SimulatedCloud Cloud { get; }

    public CloudShelf Clouds { get; }

    public ActivityFeed Feed { get; } = new();

    public Pulse Pulse { get; }

    public LogCapture Logs { get; } = new();

    public Uri Address { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public MusterClient Client { get; private set; } = null!;

    /// <summary>A server without authentication; its pulse beats only if asked to.</summary>
    public static Task<RunningServer> StartDevAsync(
        Action<ServerOptions>? configure = null, bool beats = false, params IReadOnlyList<IFace> faces)
    {
        var options = new ServerOptions { Authentication = AuthenticationMode.LoopbackWithoutAuthentication };
        configure?.Invoke(options);
        return StartAsync(options, beats, faces: faces);
    }

    /// <summary>Makes one steering round.</summary>
    public async Task<RoundReport> RoundAsync(CancellationToken cancellationToken)
    {
        var now = Clock.GetUtcNow();
        await Store.ReportServerAsync(
            new() { Holder = "test", Address = "here", Version = "1", StartedAt = now, SeenAt = now, EndsAt = now.AddHours(1) },
            cancellationToken);
        return await Rounds.RoundAsync(TimeSpan.Zero, cancellationToken);
    }

    /// <summary>A server that wants tokens.</summary>
    /// <param name="bootGrace">The age at which launches on the cloud <c>sim</c> are over; null for the usual one.</param>
    public static Task<RunningServer> StartWithTokensAsync(TimeSpan? bootGrace = null) =>
        StartAsync(new(), beats: false, bootGrace: bootGrace);

    /// <summary>
    /// A server that hands level checks out, to bearers of tokens and to programs that <paramref name="workloads"/> knows.
    /// </summary>
    /// <remarks>Its followers hear of what it recorded itself, or a minute later.</remarks>
    /// <param name="access">What it hands out.</param>
    /// <param name="workloads">Knows programs; null when they come with tokens.</param>
    /// <param name="governorTime">
    /// The clock of the governor of cloud <c>sim</c>, which then has a budget of one call a second; null for plenty.
    /// </param>
    public static async Task<RunningServer> StartWithTasksAsync(
        ICloudAccess? access = null, IWorkloads? workloads = null, TimeProvider? governorTime = null)
    {
        var server = await StartAsync(
            new() { EventPollInterval = TimeSpan.FromMinutes(1) }, beats: false, TasksWith(access, workloads, referee: null), governorTime);

        // The moment at which everything happens in the tests: what is told of another one is not believed.
        server.Clock.Shift = Some.Start - TimeProvider.System.GetUtcNow();
        return server;
    }

    /// <summary>A server without authentication that hands level checks out, and believes whatever they say.</summary>
    public static Task<RunningServer> StartDevWithTasksAsync() => StartAsync(
        new() { Authentication = AuthenticationMode.LoopbackWithoutAuthentication },
        beats: false,
        TasksWith(access: null, workloads: null, new Credulous()));

    /// <summary>
    /// A server without authentication that has everything: the facade of the original over cloud <c>sim</c>, and level checks for others.
    /// </summary>
    public static Task<RunningServer> StartForAnythingAsync()
    {
        var options = new ServerOptions { Authentication = AuthenticationMode.LoopbackWithoutAuthentication };
        return StartAsync(
            options, beats: false, TasksWith(access: null, workloads: null, referee: null), faces: new TsgFace(new() { Cloud = "sim" }));
    }

    /// <summary>A token made beside the store, as the first one is.</summary>
    public async Task<string> AddTokenAsync(
        string name, string role, string account = Account.DefaultName, long? expiresInS = null, string? scope = null)
    {
        var random = new SystemRandomSource();
        var kept = await Memory.EnsureAccountAsync(
            new() { Id = new(random.NextId()), Name = account, CreatedAt = Clock.GetUtcNow() }, CancellationToken.None);
        var (token, secret) = TokenRules.Create(
            new() { Name = name, Role = role, ExpiresInS = expiresInS, Scope = scope },
            new(random.NextId()),
            kept.Id,
            TokenRules.ScopeOf(kept),
            Clock.GetUtcNow());
        await Memory.AddTokenAsync(token, CancellationToken.None);
        return secret;
    }

    public MusterClient ClientWith(string? token) => new(Address, token);

    /// <summary>Sends a request as it stands.</summary>
    public async Task<Answer> SendAsync(
        string method,
        string path,
        string? body = null,
        string? contentType = "application/json",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, response.Headers, response.Content.Headers);
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string path, string body) => SendAsync("POST", path, body);

    /// <summary>A template called <paramref name="name"/> on cloud <c>sim</c>.</summary>
    public async Task<Answer> AddTemplateAsync(string name = "web") =>
        (await PostAsync("/v1/templates", $$"""{"name":"{{name}}","cloud":"sim","image":"hello"}""")).Good(201);

    /// <summary>A group called <paramref name="name"/> of the template <c>web</c>, which is made first if need be.</summary>
    public async Task<Answer> AddGroupAsync(string name = "shop", int desired = 3)
    {
        if ((await GetAsync("/v1/templates/web")).Status == 404)
        {
            await AddTemplateAsync();
        }

        return (await PostAsync("/v1/groups", $$"""{"name":"{{name}}","template":"web","capacity":{"desired":{{desired}} } }""")).Good(201);
    }

    /// <summary>Stops it as a signal would.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _pulseStop.CancelAsync();
        await _pulseRun;
        Rounds.Dispose();
        Pulse.Dispose();
        _pulseStop.Dispose();
    }

    public static async Task<RunningServer> StartAsync(
        ServerOptions options, bool beats, TaskParts? tasks = null, TimeProvider? governorTime = null, TimeSpan? bootGrace = null,
        params IReadOnlyList<IFace> faces)
    {
        var server = new RunningServer(options, beats, tasks, governorTime, faces, bootGrace);
        await MusterServer.StartAsync(server._app, options, TestContext.Current.CancellationToken);
        server.Address = new(server._app.Urls.Single());
        server.Http = new() { BaseAddress = server.Address };
        server.Client = new(server.Address);
        return server;
    }

    private static TaskParts TasksWith(ICloudAccess? access, IWorkloads? workloads, ITaskReferee? referee) =>
        new(access ?? new GrantedAccess(), workloads, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10)) { Referee = referee };

    private GovernedCloud Govern(TimeProvider? governorTime) => governorTime is null
        ? GovernedCloud.Over("sim", Cloud, Clock)
        : new(Cloud, new CallGovernor("sim", new(PerSecond: 1, Burst: 1), new(PerSecond: 1, Burst: 1), governorTime));
}
