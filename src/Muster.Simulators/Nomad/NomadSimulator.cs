using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

using Muster.Simulators.Nomad.Settings;

namespace Muster.Simulators.Nomad;

/// <summary>A Nomad on this machine: the real protocol over a real socket, and allocations that are real processes.</summary>
/// <remarks>
/// Made after Nomad 1.0.18. What it does not have is what Muster does not ask for: parsing HCL (501), the event stream, following logs,
/// searches, carrying artifacts and templates out, and a state that outlives it.
/// </remarks>
public sealed class NomadSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NomadServer _server;

    private NomadSimulator(WebApplication app, NomadServer server, NomadCluster cluster)
    {
        (_app, _server, Cluster) = (app, server, cluster);
        Url = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Requests so far.</summary>
    public int Requests => _server.Requests;

    /// <summary>Jobs and allocations, for those who look from within.</summary>
    public NomadCluster Cluster { get; }

    /// <summary>Starts it.</summary>
    /// <param name="options">What it is like.</param>
    /// <param name="timeProvider">The clock of its timers and of everything that it says.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<NomadSimulator> StartAsync(NomadSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Directory);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{options.Port}").ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var cluster = new NomadCluster(options, timeProvider);
        var server = new NomadServer(options, cluster, timeProvider);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return new(app, server, cluster);
    }

    /// <summary>Stops it, and ends what its allocations run.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
