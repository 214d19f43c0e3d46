using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Muster.Api.Client;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Metrics;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server;
using Muster.Server.Options;
using Muster.Simulation.Clouds;
using Muster.Storage.Memory;

namespace Muster.Terraform.Tests.Support;

/// <summary>
/// The real server over the real engine, with a store and two clouds in memory. Its pulse beats, and its policies are asked; no metric is
/// known but those that are pushed.
/// </summary>
internal sealed class RunningServer : ICloudDirectory, IPrices, IMetricBoard, IPulseObserver, ISteeringObserver, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServerOptions _options = new() { Authentication = AuthenticationMode.LoopbackWithoutAuthentication };
    private readonly SystemRandomSource _random = new();
    private readonly Pulse _pulse;
    private readonly SteeringRounds _rounds;
    private readonly Task _beating;
    private readonly WebApplication _app;

    private RunningServer()
    {
        _options.Listen = new(IPAddress.Loopback, 0);
        _options.LogLevel = LogLevel.None;
        Entries = [Entry("sim", isInterruptible: false, "a", "b", "c"), Entry("spare", isInterruptible: true)];
        var (store, feed) = (new MemoryStore(new(_random.NextId()), TimeProvider.System), new ActivityFeed());
        var reconciler = new Reconciler(
            store, TimeProvider.System, _random, new RandomLaunchIdentities(_random), new(), "test", prices: this);
        _pulse = new(
            store,
            this,
            reconciler,
            feed,
            new StoreTime(TimeProvider.System),
            _random,
            new() { WakeGap = TimeSpan.FromMilliseconds(1) },
            this);
        _rounds = new(
            store, store, store, this, _pulse, feed, TimeProvider.System, _random, new(), this, reconciler.Holder);
        _options.Holder = reconciler.Holder;
        _app = MusterServer.Build(_options, store, _pulse, this, feed, TimeProvider.System, _random, prices: this, rounds: _rounds);
        _app.Use(async (context, next) =>
        {
            if (Gate is not { } gate || await gate(context))
            {
                await next(context);
            }
        });
        _beating = Task.Run(() => Task.WhenAll(
            _pulse.RunAsync(new("127.0.0.1:0", "0.1.0"), _stop.Token), _rounds.RunAsync(_stop.Token)));
    }

    public IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>What instances cost; nobody knows unless a test says so, and a test may change it.</summary>
    public PriceBook Current { get; set; } = PriceBook.Empty;

    public ImmutableArray<string> Troubles => [];

    public ImmutableArray<string> Metrics => [];

    public MusterClient Client { get; private set; } = null!;

    /// <summary>What happens before a request is handled; says whether it is handled at all. Null for nothing.</summary>
    public Func<HttpContext, Task<bool>>? Gate { get; set; }

    public static async Task<RunningServer> StartAsync()
    {
        var server = new RunningServer();
        await MusterServer.StartAsync(server._app, server._options, TestContext.Current.CancellationToken);
        server.Client = new(new(server._app.Urls.Single()));
        return server;
    }

    public CloudEntry? Find(AccountId account, string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    public Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken) =>
        Task.FromResult(FrozenDictionary<string, ImmutableArray<MetricAnswer>>.Empty);

    public void OnRound(RoundReport report)
    {
    }

    public void OnFailed(Exception error)
    {
    }

    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    public void OnSwept(SweepReport report)
    {
    }

    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
    }

    private static CloudEntry Entry(string name, bool isInterruptible, params ReadOnlySpan<string> zones)
    {
        var cloud = new SimulatedCloud(
            name,
            new()
            {
                PageSize = 100, LaunchTokens = true, GroupFilter = true, Watches = true, ListingLagMax = TimeSpan.Zero,
                ReadsPerSecond = 1000, WritesPerSecond = 1000, Burst = 1000, Interruptible = isInterruptible,
                Stops = true,
            },
            new FairWeather(),
            TimeProvider.System,
            witness: null,
            zones);
        return new(name, "simulated", GovernedCloud.Over(name, cloud, TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _stop.CancelAsync();
        await _beating;
        _rounds.Dispose();
        _pulse.Dispose();
        _stop.Dispose();
    }
}
