using System.Collections.Concurrent;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Muster.Health.Tests.Support;

/// <summary>A real web server that counts its connections.</summary>
internal sealed class WebSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;

    private WebSite(IPAddress address, HttpProtocols protocols, Action<WebApplicationBuilder> services, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port: 0, listen =>
        {
            listen.Protocols = protocols;
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref _connections);
                return next(connection);
            });
        }));
        services(builder);
        _app = builder.Build();
        map(_app);
    }

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The requests, as they came.</summary>
    public ConcurrentQueue<(string Line, Dictionary<string, string> Headers)> Requests { get; } = [];

    /// <summary>One that answers over HTTP/1.1.</summary>
    public static async Task<WebSite> StartAsync(RequestDelegate answer, IPAddress? address = null)
    {
        WebSite? site = null;
        site = new(address ?? IPAddress.Loopback, HttpProtocols.Http1, _ => { }, app => app.Run(context =>
        {
            var request = context.Request;
            site!.Requests.Enqueue((
                $"{request.Method} {request.Path}{request.QueryString} {request.Protocol}",
                request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return answer(context);
        }));
        await site._app.StartAsync();
        return site;
    }

    /// <summary>One that tells of its health by gRPC, without TLS: by Grpc.AspNetCore's own service.</summary>
    /// <param name="checks">Its services by name, and whether they serve.</param>
    public static async Task<WebSite> StartGrpcAsync(params (string Service, Func<bool> Serves)[] checks)
    {
        var site = new WebSite(IPAddress.Loopback, HttpProtocols.Http2, builder =>
        {
            builder.Services.AddGrpc();
            var health = builder.Services.AddGrpcHealthChecks(options =>
            {
                options.Services.Clear();
                foreach (var (service, _) in checks)
                {
                    options.Services.Map(service, check => check.Name == $"check of '{service}'");
                }
            });
            foreach (var (service, serves) in checks)
            {
                health.AddCheck($"check of '{service}'", () => serves() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
            }
        }, app => app.MapGrpcHealthChecksService());
        await site._app.StartAsync();
        return site;
    }

    /// <summary>One that speaks HTTP/2 without TLS, and no gRPC.</summary>
    public static async Task<WebSite> StartHttp2Async(RequestDelegate answer)
    {
        var site = new WebSite(IPAddress.Loopback, HttpProtocols.Http2, _ => { }, app => app.Run(answer));
        await site._app.StartAsync();
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
