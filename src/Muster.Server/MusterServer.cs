using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;

using Muster.Api;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Health;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Core.Traffic;
using Muster.Server.Accounts;
using Muster.Server.Activities;
using Muster.Server.Authentication;
using Muster.Server.Checks;
using Muster.Server.Clouds;
using Muster.Server.Faces;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.Installation;
using Muster.Server.Instances;
using Muster.Server.Logging;
using Muster.Server.Members;
using Muster.Server.Metrics;
using Muster.Server.OpenApi;
using Muster.Server.Options;
using Muster.Server.Policies;
using Muster.Server.Problems;
using Muster.Server.Reporting;
using Muster.Server.Requests;
using Muster.Server.Targets;
using Muster.Server.Tasks;
using Muster.Server.Templates;
using Muster.Server.Tokens;

using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Muster.Server;

/// <summary>Puts the HTTP server together. Whoever builds it runs it, and owns the store, the pulse and the clouds given to it.</summary>
public static class MusterServer
{
    /// <summary>Prometheus gives up after ten seconds unless told otherwise, and would show nothing but that.</summary>
    private static readonly TimeSpan ScrapePatience = TimeSpan.FromSeconds(3);

    /// <summary>The server, not started yet.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="store">What is remembered.</param>
    /// <param name="pulse">What makes level checks happen.</param>
    /// <param name="clouds">The clouds.</param>
    /// <param name="feed">Announces what was recorded.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where ids come from.</param>
    /// <param name="faces">Its further faces, beside the API.</param>
    /// <param name="tasks">What it needs to hand level checks out; null where it does not.</param>
    /// <param name="prices">What instances cost; null where nobody knows.</param>
    /// <param name="rounds">What asks the policies; null where nobody does.</param>
    /// <param name="probes">What its probes come to; null where it makes none.</param>
    /// <param name="missed">Hears of whose instances a report could not be kept; null where nobody listens for silence.</param>
    /// <param name="passes">Knows instances by tokens of their own; null where none gets one.</param>
    /// <param name="sources">What takes instances in and out of service; null where nobody knows, and every name is believed.</param>
    /// <param name="traffic">What these come to; null where there are none.</param>
    /// <param name="loads">How busy instances are; null where nobody measures.</param>
    /// <exception cref="InputException">An option is wrong, such as no authentication on an address that is not loopback.</exception>
    public static WebApplication Build(
        ServerOptions options, IStore store, IPulse pulse, ICloudDirectory clouds, ActivityFeed feed,
        TimeProvider timeProvider, IRandomSource random, IReadOnlyList<IFace>? faces = null, TaskParts? tasks = null,
        IPrices? prices = null, SteeringRounds? rounds = null, IProbeFigures? probes = null,
        Action<AccountId?>? missed = null, ReportPasses? passes = null, ITrafficDirectory? sources = null,
        Func<TrafficFigures>? traffic = null, ILoads? loads = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        faces ??= [];
        prices ??= FixedPrices.None;
        ThrowIfWrong(options, faces);

        // Empty: no file in the working directory and no variable of the environment may open a second, unguarded address.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "muster" });
        ConfigureLogging(builder.Logging, options);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.BodyBytesMax;
            kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax;
            kestrel.Listen(options.Listen);
        });
        ConfigureServices(builder.Services, options, timeProvider);
        var leases = new TaskLeases(store, timeProvider);
        builder.Services.AddSingleton<IHostedService>(leases);
        var groups = new GroupFinder(store);
        var editor = new GroupEditor(store, groups, pulse, feed);
        var anybody = new DevCallers(new(store, random, timeProvider), options.Listen);
        var callers = CallersOf(options, store, anybody, timeProvider);
        var parts = new FaceParts
        {
            Options = options,
            Store = store,
            Clouds = clouds,
            Pulse = pulse,
            Feed = feed,
            Groups = editor,
            Callers = callers,
            Anybody = anybody,
            Prices = prices,
            Time = timeProvider,
            Random = random,
        };
        foreach (var face in faces)
        {
            face.AddServices(builder.Services, parts);
        }

        var app = builder.Build();
        var watch = new CallerWatch(store, timeProvider);
        app.UseMiddleware<RequestLog>();
        if (missed is not null)
        {
            app.UseMiddleware<ReportWatch>(missed);
        }

        foreach (var face in faces)
        {
            face.Use(app, parts);
        }

        UseMiddleware(app, options, callers, new ReportCallers(store, passes));
        if (probes is not null)
        {
            _ = new ProbeMetrics(app.Services.GetRequiredService<IMeterFactory>(), probes, options);
        }

        if (traffic is not null)
        {
            _ = new TrafficMetrics(app.Services.GetRequiredService<IMeterFactory>(), traffic, options);
        }

        Map(
            app, options, store, groups, editor, pulse, clouds, feed, watch, prices, rounds, passes, sources, loads, timeProvider,
            random);
        new TaskEndpoints(
            store, store, store, clouds, pulse, feed, new(callers, tasks?.Workloads, options.Authentication),
            tasks, leases, watch, prices, options.CapacityLimit, passes, timeProvider).Map(app);
        return app;
    }

    /// <summary>Starts it; when it returns, the address answers, and <c>app.Urls</c> has it with its real port.</summary>
    /// <exception cref="ListenException">Somebody else listens there, or this machine has no such address.</exception>
    public static async Task StartAsync(WebApplication app, ServerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            var by = await Listener.IsMusterAsync(options.Listen, cancellationToken)
                ? "by a Muster server: stop that one, or"
                : "by another program: stop it, or";
            throw new ListenException($"{options.Listen} is in use {by} listen on another address", error);
        }
        catch (System.Net.Sockets.SocketException error)
        {
            throw new ListenException(
                $"{options.Listen} cannot be listened on: {error.Message}; "
                + "give an address of this machine, and a port that this user may take",
                error);
        }
    }

    private static void ThrowIfWrong(ServerOptions options, IReadOnlyList<IFace> faces)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        options.Check(errors);
        foreach (var face in faces)
        {
            face.Check(options, errors);
        }

        InputException.ThrowIfAny(errors);
    }

    private static void ConfigureLogging(ILoggingBuilder logging, ServerOptions options)
    {
        // Standard output belongs to the commands' data.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.JsonLogs)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddConsole(console => console.FormatterName = TextFormatter.FormatterName);
            logging.Services.AddSingleton<ConsoleFormatter, TextFormatter>();
        }

        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Muster", options.LogLevel);

        // A start that fails is an exception to whoever started it; the host's own log of it is a page of stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        options.ConfigureLogging?.Invoke(logging);
    }

    private static void ConfigureServices(IServiceCollection services, ServerOptions options, TimeProvider timeProvider)
    {
        services.AddSingleton(timeProvider);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        services.AddRoutingCore();
        services.AddMetrics();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Encoder = ApiJson.Encoder;
        });
        services.AddOpenApi(ApiDocument.Name, ApiDocument.Configure);
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .ConfigureResource(
                resource => resource.Clear().AddService("muster", serviceVersion: options.Version, autoGenerateServiceInstanceId: false))
            .AddMeter(MusterMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
    }

    private static ICallers CallersOf(ServerOptions options, IStore store, DevCallers anybody, TimeProvider timeProvider) =>
        options.Authentication switch
        {
            AuthenticationMode.BearerTokens => new TokenCallers(store, timeProvider),
            AuthenticationMode.LoopbackWithoutAuthentication => anybody,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Authentication, null),
        };

    private static void UseMiddleware(WebApplication app, ServerOptions options, ICallers callers, IInstanceCallers instances)
    {
        app.UseMiddleware<ProblemMiddleware>();
        if (options.Authentication is AuthenticationMode.LoopbackWithoutAuthentication)
        {
            app.UseMiddleware<ForeignSiteGate>();
        }

        app.UseRouting();
        app.UseMiddleware<CallerGate>(callers, instances);
    }

    private static void Map(
        WebApplication app, ServerOptions options, IStore store,
        GroupFinder groups, GroupEditor editor, IPulse pulse, ICloudDirectory clouds,
        ActivityFeed feed, CallerWatch watch, IPrices prices, SteeringRounds? rounds, ReportPasses? passes, ITrafficDirectory? sources,
        ILoads? loads, TimeProvider timeProvider, IRandomSource random)
    {
        var templates = new TemplateFinder(store);
        var streams = new EventStreams(
            store, feed, watch, timeProvider, options, app.Lifetime, app.Services.GetRequiredService<ILogger<EventStreams>>());
        var meters = app.Services.GetRequiredService<IMeterFactory>();
        _ = new MusterMetrics(meters, pulse, streams, options, timeProvider);
        if (rounds is not null)
        {
            _ = new SteeringMetrics(meters, rounds, options, timeProvider);
        }

        var api = app.MapGroup("/v1").Requires(Role.Read).Fails(401, 503);
        new TemplateEndpoints(store, templates, clouds, timeProvider, random).Map(api);
        var layouts = new LayoutReader(templates, clouds);
        var steering = new SteeringView(store, rounds, timeProvider);
        new GroupEndpoints(
            store, store, groups, editor, layouts, clouds, pulse, watch, prices, sources, steering, timeProvider, random, options).Map(api);
        new PolicyEndpoints(new(store, groups, editor, rounds, timeProvider, random), groups, steering).Map(api);
        new ReadingEndpoints(store, groups, rounds, timeProvider).Map(api);
        new ExplainEndpoints(store, groups, steering, timeProvider).Map(api);
        new RevisionEndpoints(store, store, groups).Map(api);
        new CheckEndpoints(store, groups, pulse).Map(api);
        var looks = new CloudLooks(store.Installation, clouds, timeProvider);
        var instances = new InstanceFinder(store, looks, timeProvider);
        new InstanceEndpoints(
            store, groups, instances, new(store, instances, editor, pulse, timeProvider, random, options),
            new(store, clouds, instances, groups, editor, timeProvider, random, options), looks, loads, timeProvider).Map(api);
        new TargetEndpoints(groups, new(looks, timeProvider), feed, watch, timeProvider, options, app.Lifetime).Map(api);
        new ActivityEndpoints(store, groups, streams).Map(api);
        new CloudEndpoints(store.Installation, clouds, pulse, templates, sources, timeProvider).Map(api);
        new StatusEndpoints(store, store, store, pulse, clouds, prices, options, timeProvider).Map(api);
        new PauseEndpoints(store, clouds, pulse, timeProvider, app.Services.GetRequiredService<ILogger<PauseEndpoints>>()).Map(api);
        new AccountEndpoints(store, prices, timeProvider, random, app.Services.GetRequiredService<ILogger<AccountEndpoints>>()).Map(api);
        new TokenEndpoints(store, timeProvider, random, app.Services.GetRequiredService<ILogger<TokenEndpoints>>()).Map(api);

        if (passes is not null)
        {
            new ReportKeyEndpoints(passes, app.Services.GetRequiredService<ILogger<ReportKeyEndpoints>>()).Map(api);
        }

        new ReceiverEndpoints(store, rounds, timeProvider).Map(app);
        new HealthEndpoints(store, store, pulse, clouds, timeProvider, app.Lifetime).Map(app);
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint().Requires(Role.Read, TokenScope.Installation, ScrapePatience);
    }
}
