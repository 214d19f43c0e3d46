using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Muster.Api.Client;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Launches;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Storage.Memory;
using Muster.Server;
using Muster.Simulation.Clouds;

namespace Muster.Terraform.Tests.Support;

/// <summary>The real server over the real engine, with a store and a cloud in memory. Its pulse beats.</summary>
internal sealed class RunningServer : ICloudDirectory, IPulseObserver, IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ServerOptions options = new() { Authentication = AuthenticationMode.LoopbackWithoutAuthentication };
    private readonly SystemRandomSource random = new();
    private readonly Pulse pulse;
    private readonly Task beating;
    private readonly WebApplication app;

    private RunningServer()
    {
        options.Listen = new(IPAddress.Loopback, 0);
        options.LogLevel = LogLevel.None;
        var cloud = new SimulatedCloud(
            "sim",
            new() { PageSize = 100, LaunchTokens = true, GroupFilter = true, Watches = true, ListingLagMax = TimeSpan.Zero, ReadsPerSecond = 1000, WritesPerSecond = 1000, Burst = 1000 },
            new FairWeather(),
            TimeProvider.System);
        Entries = [new("sim", "simulated", GovernedCloud.Over("sim", cloud, TimeProvider.System))];
        var (store, feed) = (new MemoryStore(new(random.NextId()), TimeProvider.System), new ActivityFeed());
        var reconciler = new Reconciler(store, TimeProvider.System, random, new RandomLaunchIdentities(random), new(), "test");
        pulse = new(store, this, reconciler, feed, new StoreTime(TimeProvider.System), random, new() { WakeGap = TimeSpan.FromMilliseconds(1) }, this);
        app = MusterServer.Build(options, store, pulse, this, feed, TimeProvider.System, random);
        app.Use(async (context, next) =>
        {
            if (Gate is not { } gate || await gate(context))
            {
                await next(context);
            }
        });
        beating = Task.Run(() => pulse.RunAsync(new("127.0.0.1:0", "0.1.0"), stop.Token));
    }

    public IReadOnlyList<CloudEntry> Entries { get; }

    public MusterClient Client { get; private set; } = null!;

    /// <summary>What happens before a request is handled; says whether it is handled at all. Null for nothing.</summary>
    public Func<HttpContext, Task<bool>>? Gate { get; set; }

    public static async Task<RunningServer> StartAsync()
    {
        var server = new RunningServer();
        await MusterServer.StartAsync(server.app, server.options, TestContext.Current.CancellationToken);
        server.Client = new(new(server.app.Urls.Single()));
        return server;
    }

    public CloudEntry? Find(AccountId account, string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    public void OnSwept(SweepReport report)
    {
    }

    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await stop.CancelAsync();
        await beating;
        pulse.Dispose();
        stop.Dispose();
    }
}
