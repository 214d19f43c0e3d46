using System.Net;
using System.Security.Cryptography.X509Certificates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Muster.Simulators.Kit;

/// <summary>What listens for a simulator, on the loopback address alone.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private int _disposed;

    private SimulatorHost(WebApplication app, CancellationTokenSource stopping)
    {
        (_app, _stopping) = (app, stopping);
        Url = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Starts it.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="certificate">What it proves itself with, over TLS; null for plain HTTP.</param>
    /// <param name="open">Makes what answers; gets what tells that the host stops.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorHost> StartAsync(
        int port, X509Certificate2? certificate, Func<CancellationToken, RequestDelegate> open)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, endpoint =>
            {
                if (certificate is not null)
                {
                    endpoint.UseHttps(certificate);
                }
            });
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stopping = new CancellationTokenSource();
        app.UseWebSockets();
        app.Run(open(stopping.Token));
        await app.StartAsync();
        return new(app, stopping);
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }
}
