using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Muster.Terraform.Logs;
using Muster.Terraform.Providers;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Plugin;

/// <summary>
/// The gRPC server that Terraform talks to. One command of Terraform's starts it several times, so it builds nothing else.
/// </summary>
internal sealed class PluginHost : IAsyncDisposable
{
    /// <summary>Open streams would hold a stop; two seconds after its goodbye, Terraform kills.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(500);

    private readonly TerraformPluginContext _context;
    private readonly PluginLog _log;
    private readonly PluginLifetime _lifetime = new();
    private readonly PluginSocket _socket;
    private readonly Task<X509Certificate2>? _certificate;
    private readonly MusterProvider _provider;
    private readonly WebApplication _app;

    public PluginHost(TerraformPluginContext context, Handshake handshake, PluginLog log)
    {
        _context = context;
        _log = log;
        _socket = new(handshake.SocketDirectory);
        // Beside everything else, since the first use of cryptography takes its time.
        _certificate = handshake.ClientCertificate is null ? null : Task.Run(() => PluginCertificate.Create(context.Time.GetUtcNow()));
        _provider = new(context.Environment, log, context.Time, context.Random);
        _app = Build(handshake.ClientCertificate);
    }

    /// <summary>Serves until it is over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Ctrl-C reaches the whole process group. Terraform answers it by asking to stop, and a provider that were gone by then
        // would leave objects behind that no state knows.
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            _lifetime.End();
        });
        using var cancelled = cancellationToken.Register(_lifetime.End);
        await _app.StartAsync(CancellationToken.None);
        await _context.Out.WriteLineAsync(Handshake.Line(_socket.Path, _certificate is null ? null : await _certificate));
        await _context.Out.FlushAsync(CancellationToken.None);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _lifetime.Over)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _log.Write(PluginLogLevel.Debug, "stopping");
        _provider.Stop();
        await _app.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _provider.Dispose();
        if (_certificate is not null)
        {
            (await _certificate).Dispose();
        }

        _socket.Dispose();
        _lifetime.Dispose();
    }

    private WebApplication Build(X509Certificate2? client)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "muster" });
        // TF_LOG decides for the web server too: what a handshake fails of, it says at debug.
        builder.Logging.AddProvider(new PluginLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            // The one connection is idle while a person reads a plan.
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
            kestrel.ListenUnixSocket(_socket.Path, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (_certificate is not null && client is not null)
                {
                    listen.UseHttps(PluginCertificate.Secure(_certificate, client));
                }
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton<IHostLifetime>(_lifetime);
        var built = builder.Build();
        built.Run(PluginMethods.Make(new ProviderService(_provider), _lifetime, _log).ServeAsync);
        return built;
    }
}
