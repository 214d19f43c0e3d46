using System.Globalization;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Installation;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.OpenApi;

namespace Muster.Server.Installation;

/// <summary>What a supervisor or a load balancer asks; open to all, and so says no more than whether.</summary>
internal sealed class HealthEndpoints(
    IStoreStatus store, IPauseStore pauses, IPulse pulse, ICloudDirectory clouds, TimeProvider timeProvider,
    IHostApplicationLifetime lifetime)
{
    /// <summary>How long the store may take: below the usual probe's own timeout of several seconds.</summary>
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", Alive).WithTags("Installation")
            .Says("Alive", "Whether the process is alive", "A supervisor restarts it when this fails.");
        app.MapGet("/readyz", ReadyAsync).WithTags("Installation")
            .Says(
                "Ready",
                "Whether the server can serve",
                "503 while the store does not answer, or the server is stopping. "
                + "The parts say how many servers share the store and the sweeps, and whether a cloud works less well than it should.")
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<HealthView> Alive() => TypedResults.Ok(new HealthView { Ready = true, Parts = [] });

    private async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> ReadyAsync(
        HttpContext http, CancellationToken cancellationToken)
    {
        var status = pulse.Status;
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        var (storePart, pausePart) = await StoreAsync(cancellationToken);
        HealthPartView[] parts =
        [
            new() { Name = "server", Ready = !isStopping, Message = isStopping ? "stopping" : null },
            storePart,
            pausePart,
            new() { Name = "servers", Ready = true, Message = string.Create(CultureInfo.InvariantCulture, $"{status.Servers} alive") },
            new()
            {
                Name = "sweeps",
                Ready = true,
                Message = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{status.SweepsHeld} of {status.SweepsKnown} held, {status.SweepsDue} due, {status.SweepsLate} late since the start"),
            },
            new()
            {
                Name = "clouds",
                Ready = true,
                Message = clouds.Entries.Any(entry => entry.Cloud.Impairment is not null)
                    ? "impaired: GET /v1/clouds says which and how"
                    : null,
            },
        ];
        var view = new HealthView { Ready = parts.All(part => part.Ready), Parts = parts };
        return view.Ready
            ? TypedResults.Ok(view)
            : TypedResults.Json(view, ApiJson.Readable.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Ready all the same: whoever is paused answers, shows and takes changes.</summary>
    private async Task<(HealthPartView Store, HealthPartView Pause)> StoreAsync(CancellationToken cancellationToken)
    {
        var store = await PingAsync(cancellationToken);
        return (store.Part, new()
        {
            Name = "pause",
            Ready = true,
            Message = store.Pause is { } pause
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"paused since {pause.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: nothing is launched or terminated")
                : "not paused",
        });
    }

    private async Task<(HealthPartView Part, InstallationPause? Pause)> PingAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StoreTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await store.PingAsync(either.Token);
            var pause = (await pauses.ReadPauseAsync(either.Token)).Pause;
            return (new() { Name = "store", Ready = true, Message = $"{store.Facts.Kind}, schema {store.Facts.Schema}" }, pause);
        }
        catch (StoreException error)
        {
            return (new() { Name = "store", Ready = false, Message = error.Kind.ToString().ToLowerInvariant() }, null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (new() { Name = "store", Ready = false, Message = "no answer in time" }, null);
        }
    }
}
