using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api.Installation;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Clouds;
using Muster.Server.OpenApi;
using Muster.Server.Options;

namespace Muster.Server.Installation;

/// <summary>How the server is, and whom it takes the caller for.</summary>
internal sealed class StatusEndpoints(
    IStoreStatus kept, IPulseStore store, ITrailStore trail, IPulse pulse, ICloudDirectory clouds, IPrices prices, ServerOptions options,
    TimeProvider timeProvider)
{
    private readonly DateTimeOffset _startedAt = timeProvider.GetUtcNow();

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/status", StatusAsync).WithTags("Installation").Says("ShowStatus", "Show how the server is",
            "Live figures. Servers, sweeps and calls that others make, too, are for tokens of scope `installation`.");
        api.MapGet("/whoami", WhoAmI)
            .WithTags("Installation")
            .Says("WhoAmI", "Show whom the server takes the caller for", "Author, account, role, scope.");
    }

    private async Task<Ok<StatusView>> StatusAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var status = pulse.Status;
        var isConfined = caller.Scope is not TokenScope.Installation;
        var own = isConfined ? CloudViews.OwnFigures(clouds, caller.Account) : [];
        return TypedResults.Ok(new StatusView
        {
            Version = options.Version,
            InstallationId = store.Installation.Value,
            StartedAt = _startedAt,
            Position = await trail.LastPositionAsync(caller.Account, cancellationToken),
            Paused = PauseViews.View((await store.ReadPauseAsync(cancellationToken)).Pause, isConfined),
            Store = new()
            {
                Kind = kept.Facts.Kind,
                Schema = kept.Facts.Schema,
                MachineClockAheadS = status.MachineAhead.TotalSeconds,
            },
            Scope = RequiredRole.Word(caller.Scope),
            Servers = isConfined ? [] : await ServersAsync(cancellationToken),
            Pulse = isConfined ? null : new()
            {
                Groups = status.Groups,
                ChecksInFlight = status.ChecksInFlight,
                Checks = status.Checks,
                Sweeps = status.Sweeps,
                ChecksLate = status.ChecksLate,
                SweepsKnown = status.SweepsKnown,
                SweepsHeld = status.SweepsHeld,
                SweepsDue = status.SweepsDue,
                SweepsLate = status.SweepsLate,
                LastSweepAt = status.LastSweepAt,
            },
            Prices = isConfined ? null : View(prices),
            Clouds = [.. status.Clouds.Where(figures => !isConfined || own.Contains(figures.Cloud)).Select(CloudViews.View)],
        });
    }

    /// <summary>Null where nobody says or tells any, and nothing is wrong with them.</summary>
    private static PricesView? View(IPrices prices)
    {
        var (book, troubles) = (prices.Current, prices.Troubles);
        return book.IsEmpty && troubles.IsEmpty
            ? null
            : new() { Count = book.Said.Length + book.Told.Length, Currency = book.Currency, Troubles = [.. troubles] };
    }

    private async Task<ServerView[]> ServersAsync(CancellationToken cancellationToken)
    {
        var servers = await store.ListServersAsync(timeProvider.GetUtcNow(), cancellationToken);
        var sweeps = (await store.ListSweepsAsync(cancellationToken)).ToLookup(share => share.Holder);
        return [.. servers.Select(server => View(server, sweeps[server.Holder].Count()))];
    }

    private ServerView View(ServerRecord server, int sweepsHeld) => new()
    {
        Holder = server.Holder,
        Address = server.Address,
        Version = server.Version,
        StartedAt = server.StartedAt,
        SeenAt = server.SeenAt,
        SweepsHeld = sweepsHeld,
        Self = server.Holder == options.Holder,
    };

    private static Ok<WhoAmIView> WhoAmI(HttpContext http)
    {
        var caller = http.Caller();
        return TypedResults.Ok(new WhoAmIView
        {
            Author = caller.Author,
            AccountId = caller.Account.Value,
            Role = RequiredRole.Word(caller.Role),
            Scope = RequiredRole.Word(caller.Scope),
            TokenId = caller.Token?.Id.Value,
            ExpiresAt = caller.Token?.ExpiresAt,
        });
    }
}
