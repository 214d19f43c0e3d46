using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Muster.Cli.Composition.Clouds;
using Muster.Cli.Composition.Metrics;
using Muster.Cli.Composition.Prices;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Tables;
using Muster.Cli.Executables;
using Muster.Clouds;
using Muster.Clouds.Kit.Programs;
using Muster.Core.Activities;
using Muster.Core.Credentials;
using Muster.Core.Governing;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Orphans;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Health.Keeping;
using Muster.Health.Loads;
using Muster.Health.Probes;
using Muster.Metrics.Board;
using Muster.Server;
using Muster.Server.Members;
using Muster.Server.Options;
using Muster.Server.Reporting;
using Muster.Server.Telling;
using Muster.Traffic.Keeping;
using Muster.Triton;

namespace Muster.Cli.Composition;

/// <summary>A whole Muster in one process: store, clouds, pulse and server, put together and taken apart in the right order.</summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>How long groups wait at the start for clouds that tell what instances cost.</summary>
    private static readonly TimeSpan FirstPricesMax = TimeSpan.FromSeconds(30);

    /// <summary>Of all open files, connections that are kept between probes may be one in this many; others are opened anew.</summary>
    private const int ProbedShare = 4;

    private readonly IStore _store;
    private readonly CloudDirectory _clouds;
    private readonly MetricBoard _metrics;
    private readonly SteeringRounds _rounds;
    private readonly LazySealer _sealer;
    private readonly Pulse _engine;
    private readonly NomadParts? _nomad;
    private readonly HealthKeeper _health;
    private readonly HealthLooks? _looks;
    private readonly TrafficSources _sources;
    private readonly TrafficKeeper _traffic;
    private readonly HookKeeper _hooks;
    private readonly UsageKeeper _usage;
    private readonly MoveKeeper _moves;
    private readonly WebApplication _app;
    private readonly ServerOptions _options;
    private readonly StartLook _start;
    private readonly CloudPrices _prices;
    private readonly bool _isPaused;

    private Installation(
        IStore store, CloudDirectory clouds, MetricBoard metrics, LazySealer sealer, Pulse engine, NomadParts? nomad, SteeringRounds rounds,
        HealthKeeper health, HealthLooks? looks, TrafficSources sources, TrafficKeeper traffic, HookKeeper hooks, UsageKeeper usage,
        MoveKeeper moves, WebApplication app, ServerOptions options, StartLook start, CloudPrices prices, bool isPaused)
    {
        (_health, _looks, _usage, _moves) = (health, looks, usage, moves);
        (_sources, _traffic, _hooks) = (sources, traffic, hooks);
        (_metrics, _rounds) = (metrics, rounds);
        _prices = prices;
        _start = start;
        _isPaused = isPaused;
        _store = store;
        _clouds = clouds;
        _sealer = sealer;
        _engine = engine;
        _nomad = nomad;
        _app = app;
        _options = options;
    }

    /// <summary>Where it answers, once <see cref="StartAsync"/> has returned; with its real port.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Puts it together over a store that is given away with the call. Nothing runs yet.</summary>
    /// <exception cref="Core.Clouds.CloudException">A cloud cannot be opened; the store is closed.</exception>
    /// <exception cref="StoreException">The store's clock cannot be read; the store is closed.</exception>
    public static async Task<Installation> BuildAsync(
        MusterConfig config, IStore store, TimeProvider timeProvider, Core.IRandomSource random)
    {
        CloudDirectory? clouds = null;
        MetricBoard? metrics = null;
        TrafficSources? sources = null;
        var sealer = new LazySealer(config.Secrets);
        var cloudLog = new CloudLog();
        try
        {
            // All who share a store go by its clock: nothing is judged by this machine's before it is known.
            var storeTime = new StoreTime(timeProvider);
            await storeTime.SynchronizeAsync(store, CancellationToken.None);
            var safe = new CredentialSafe(store, sealer, TsgFace.CredentialRemedy);
            clouds = await CloudDirectory.OpenAsync(config, store, safe, storeTime, random, cloudLog.Say);
            var metricLog = new MetricLog();
            metrics = await Sources.OpenAsync(config, clouds, store.Installation, storeTime, random, metricLog.OnFault);
            sources = TrafficSetups.Open(config, clouds.FindShared, storeTime);
            var installation = Build(config, store, clouds, metrics, sources, sealer, safe, storeTime, random);
            metricLog.Attach(installation._app.Services.GetRequiredService<ILogger<MetricLog>>());
            cloudLog.Attach(installation._app.Services.GetRequiredService<ILogger<CloudLog>>());
            StartLog.OnConnections(ConnectionLimit.Of(config.Limits), installation._app.Services.GetRequiredService<ILogger<StartLog>>());
            return installation;
        }
        catch
        {
            if (sources is not null)
            {
                await sources.DisposeAsync();
            }

            if (metrics is not null)
            {
                await metrics.DisposeAsync();
            }

            if (clouds is not null)
            {
                await clouds.DisposeAsync();
            }

            sealer.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers requests and keeps groups until <paramref name="stopping"/>; then finishes what is in flight.</summary>
    /// <param name="started">Called once it answers.</param>
    /// <param name="stopping">Ends it.</param>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    public async Task RunAsync(Action started, CancellationToken stopping)
    {
        if (_isPaused)
        {
            // Before anybody can ask for anything.
            await _start.PauseAsync("the server at its start", "--paused, or 'paused = true' in its configuration", stopping);
        }

        await MusterServer.StartAsync(_app, _options, stopping);
        // The web framework handles signals too: the first of the two that hears one stops both.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _app.Lifetime.ApplicationStopping);
        started();
        await Task.WhenAll(
            _start.RunAsync(stop.Token),
            _prices.RunAsync(stop.Token),
            RunPulseAsync(new(Address, MusterVersion.Text), stop.Token),
            _rounds.RunAsync(stop.Token),
            _health.RunAsync(stop.Token),
            _traffic.RunAsync(stop.Token),
            _hooks.RunAsync(stop.Token),
            _usage.RunAsync(stop.Token),
            _moves.RunAsync(stop.Token),
            _looks is null ? Task.CompletedTask : _looks.RunAsync(_nomad!.Pulse, stop.Token),
            StopServerAsync(stop.Token));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rounds.Dispose();
        _health.Dispose();
        _traffic.Dispose();
        await _sources.DisposeAsync();
        _hooks.Dispose();
        _usage.Dispose();
        await _metrics.DisposeAsync();
        _engine.Dispose();
        _nomad?.Dispose();
        _start.Dispose();
        await _clouds.DisposeAsync();
        _sealer.Dispose();
        await _store.DisposeAsync();
    }

    private static Installation Build(
        MusterConfig config, IStore store, CloudDirectory clouds, MetricBoard metrics, TrafficSources sources, LazySealer sealer,
        CredentialSafe safe, StoreTime timeProvider, Core.IRandomSource random)
    {
        WebApplication? app = null;
        var log = new Lazy<ILogger<PulseLog>>(() => app!.Services.GetRequiredService<ILogger<PulseLog>>());
        var feed = new ActivityFeed();
        var start = new StartLook(
            store, clouds, timeProvider, new StartLog(new(() => app!.Services.GetRequiredService<ILogger<StartLog>>())));
        var priceLog = new PriceLog(new(() => app!.Services.GetRequiredService<ILogger<PriceLog>>()));
        var prices = new CloudPrices(
            new PriceFile(config.Prices, PricesReader.CloudsOf(config), timeProvider, priceLog.Say), clouds, timeProvider, priceLog.Say);
        var reconcilerOptions = ReconcilerOptionsOf(config.Pulse);
        var holder = $"server-{random.NextId():N}";
        IPulse? pulse = null;
        var healthLog = new HealthLog(new(() => app!.Services.GetRequiredService<ILogger<HealthLog>>()));
        var health = new HealthKeeper(
            store, new Prober(timeProvider, OpenFiles.Limit / ProbedShare), group => pulse!.Wake(group), timeProvider, random,
            HealthOptionsOf(), healthLog);

        var traffic = new TrafficKeeper(
            sources, store, store, store, feed, group => pulse!.Wake(group), timeProvider, random, new(),
            new TrafficLog(new(() => app!.Services.GetRequiredService<ILogger<TrafficLog>>())));
        var hooks = new HookKeeper(
            store,
            new HookVoices(
                new WebHooks(config.Hooks.Signature, timeProvider), new CommandHooks([.. config.Hooks.Commands], timeProvider)),
            timeProvider, random, new(), new HookLog(new(() => app!.Services.GetRequiredService<ILogger<HookLog>>())));
        var sightings = new SharedSightings(health, traffic, hooks);

        var passes = new ReportPasses(
            store, sealer, store.Installation, timeProvider, () => config.Server.Url ?? AddressOf(config.Server.Listen, app!));

        // A task of Nomad's that makes its check itself shows nobody here what it saw.
        var looks = config.Pulse.Kind is PulseKind.Nomad
            ? new HealthLooks(sightings, store, store, holder, timeProvider, healthLog)
            : null;
        var usage = new UsageKeeper(clouds, store.Installation, timeProvider, healthLog);
        var loads = new AllLoads(health, usage);
        var options = ServerOptionsOf(config);
        var moves = new MoveKeeper(
            store, clouds, () => pulse!, feed, options.CapacityLimit, timeProvider, random, healthLog.OnLookFailed);
        var reconciler = new Reconciler(
            store,
            timeProvider,
            random,
            new RandomLaunchIdentities(random, passes),
            reconcilerOptions,
            holder,
            start,
            prices,
            new SharedSightings(looks is null ? sightings : looks, usage, moves),
            loads,
            traffic);
        var observer = new StoreTroubleWatch(new PulseLog(log), () => health.Missed(account: null));
        var engine = new Pulse(store, clouds, reconciler, feed, timeProvider, random, PulseOptionsOf(config.Pulse), observer);
        var nomad = config.Pulse.Kind is PulseKind.Nomad
            ? NomadParts.Make(
                config.Nomad, engine, store, timeProvider, random, reconciler,
                reconcilerOptions, new CloudGrants(config, clouds, safe), clouds, feed,
                observer, new JobLog(new(() => app!.Services.GetRequiredService<ILogger<JobLog>>())), start)
            : null;
        pulse = nomad is null ? engine : nomad.Pulse;
        var rounds = new SteeringRounds(
            store, store, store, metrics, pulse, feed, timeProvider, random, SteeringOptionsOf(config.Steering),
            new SteeringLog(new(() => app!.Services.GetRequiredService<ILogger<SteeringLog>>())), reconciler.Holder);
        options.Holder = reconciler.Holder;
        app = MusterServer.Build(
            options, store, pulse, clouds, feed, timeProvider, random, [TsgOf(config, clouds, sealer)], nomad?.Tasks, prices, rounds,
            health, health.Missed, passes, sources, () => traffic.Figures, loads);
        return new(
            store, clouds, metrics, sealer, engine, nomad, rounds, health, looks, sources, traffic, hooks, usage, moves, app, options,
            start, prices, config.Paused);
    }

    private static TsgFace TsgOf(MusterConfig config, CloudDirectory clouds, LazySealer sealer)
    {
        var options = new TsgOptions
        {
            Cloud = config.Tsg.CloudOf(config.Clouds),
            SkipsAuthentication = config.Tsg.DevMode,
            Whitelist = config.Accounts.Whitelist,
        };
        options.VerdictFor = config.Accounts.VerdictFor ?? options.VerdictFor;
        options.RefusalFor = config.Accounts.RefusalFor ?? options.RefusalFor;

        // The facade's own cloud knows its callers, when it is spoken to as each account.
        return new(options, options.Cloud is { } name && clouds.FindByAccount(name) is { } cloud ? new(cloud.Authority, sealer) : null);
    }

    /// <summary>Where it answers; null where it listens on every address: nobody has said which of them reaches it.</summary>
    private static string? AddressOf(System.Net.IPEndPoint listen, WebApplication app) =>
        listen.Address.Equals(System.Net.IPAddress.Any) || listen.Address.Equals(System.Net.IPAddress.IPv6Any) ? null : app.Urls.First();

    /// <summary>Keeps groups, once it is known what instances cost.</summary>
    private async Task RunPulseAsync(ServerIdentity server, CancellationToken stopping)
    {
        await _prices.WaitAsync(FirstPricesMax, stopping);
        await (_nomad is null ? _engine.RunAsync(server, stopping) : _nomad.Pulse.RunAsync(server, stopping));
    }

    private async Task StopServerAsync(CancellationToken stopping)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(stopped.SetResult);
        await stopped.Task;
        await _app.StopAsync(CancellationToken.None);
    }

    private static ReconcilerOptions ReconcilerOptionsOf(PulseConfig config)
    {
        var options = new ReconcilerOptions();
        options.LaunchExpiry = config.LaunchExpiry ?? options.LaunchExpiry;
        options.LeaseDuration = config.Lease ?? options.LeaseDuration;
        return options;
    }

    private static PulseOptions PulseOptionsOf(PulseConfig config)
    {
        var options = new PulseOptions();
        options.ActingMax = config.ActingMax ?? options.ActingMax;
        options.StopTimeout = config.StopTimeout ?? options.StopTimeout;
        return options;
    }

    private static SteeringOptions SteeringOptionsOf(SteeringConfig config)
    {
        var options = new SteeringOptions();
        options.Interval = config.Interval ?? options.Interval;
        return options;
    }

    private static HealthOptions HealthOptionsOf()
    {
        var options = new HealthOptions();
        options.ProbesMax = Math.Clamp(OpenFiles.Limit / ProbedShare / 2, 8, options.ProbesMax);
        return options;
    }

    private static ServerOptions ServerOptionsOf(MusterConfig config) => new()
    {
        Listen = config.Server.Listen,
        Authentication = config.Auth.Mode is AuthMode.None
            ? AuthenticationMode.LoopbackWithoutAuthentication
            : AuthenticationMode.BearerTokens,
        CapacityLimit = config.Limits.CapacityMax,
        ConnectionsMax = ConnectionLimit.Of(config.Limits).Taken,
        EventStreamsMax = config.Limits.EventStreamsMax,
        HookCommands = [.. config.Hooks.Commands.Select(command => command.Name)],
        JsonLogs = config.Server.LogFormat is LogFormat.Json,
        LogLevel = config.Server.LogLevel,
        Version = MusterVersion.Text,
    };
}
