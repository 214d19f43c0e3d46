using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Installation;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Orphans;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Problems;

namespace Muster.Server.Installation;

/// <summary>The installation's pause, and the instances that nobody owns, over HTTP.</summary>
internal sealed partial class PauseEndpoints(
    IPulseStore store, ICloudDirectory clouds, IPulse pulse, TimeProvider timeProvider, ILogger<PauseEndpoints> logger)
{
    /// <summary>Clouds listed at once.</summary>
    private const int LooksInFlightMax = 8;

    private readonly OrphanSearch _search = new(store, timeProvider);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/resume", ResumeAsync).Requires(Role.Admin, TokenScope.Installation).WithTags("Installation")
            .Says("ResumeInstallation", "End the installation's pause",
                "Every server launches and terminates again. The instances that the store does not know now do not pause it again. "
                + "A second time changes nothing.")
            .Fails(403);
        api.MapGet("/orphans", ListAsync).WithTags("Installation")
            .Says("ListOrphans", "List the instances that no living group owns",
                "As the clouds show them now, by creation: those with this installation's tags whose group the store does not know "
                + "or has archived, and those of whose launch it knows nothing. `cloud` names one cloud. Admins of scope `installation` "
                + "see those of every account that has groups, and of accounts that the store does not know; others see their account's. "
                + "A cloud that fails is told in `not_looked_at`; it is an error when none could be looked at.")
            .Fails(404, 502);
    }

    private async Task<Ok<ResumedView>> ResumeAsync(HttpContext http, CancellationToken cancellationToken)
    {
        InstallationPause? ended = null;
        await store.ChangePauseAsync(
            state =>
            {
                ended = state.Pause;
                return state.Resumed();
            },
            cancellationToken);
        if (ended is not null)
        {
            LogResumed(http.Caller().Author, ended.Since, ended.Reason);
        }

        pulse.WakeAll();
        return TypedResults.Ok(new ResumedView { Ended = PauseViews.View(ended) });
    }

    private async Task<Ok<OrphansView>> ListAsync(HttpContext http, string? cloud, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var seesAll = caller is { Role: Role.Admin, Scope: TokenScope.Installation };
        var entries = (seesAll ? await EntriesOfAllAsync(cancellationToken) : clouds.EntriesOf(caller.Account))
            .Where(entry => cloud is null || entry.Name == cloud).ToList();
        if (cloud is not null && entries.Count == 0 && clouds.EntriesOf(caller.Account).All(entry => entry.Name != cloud))
        {
            throw new ProblemException(ProblemKinds.CloudNotFound, $"there is no cloud '{cloud}'");
        }

        var (orphans, failures) = (new ConcurrentBag<Orphan>(), new ConcurrentDictionary<CloudEntry, Exception>());
        await Parallel.ForEachAsync(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = LooksInFlightMax, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                try
                {
                    Listing.RefuseWhenSilent(entry);

                    // An instance outlives its account's id when the store is lost: then it is for the installation's admins to see.
                    foreach (var orphan in await _search.FindAsync(entry, seesAll ? entry.Account : caller.Account, token))
                    {
                        orphans.Add(orphan);
                    }
                }
                catch (Exception error) when (error is CloudException or ProblemException)
                {
                    failures[entry] = error;
                }
            });
        if (entries.Count > 0 && failures.Count == entries.Count)
        {
            // Nothing could be looked at: no list is better than an empty one.
            ExceptionDispatchInfo.Throw(failures[entries[0]]);
        }

        return TypedResults.Ok(new OrphansView
        {
            Items =
            [
                .. orphans.OrderBy(orphan => orphan.Instance.CreatedAt)
                    .ThenBy(orphan => orphan.Key, StringComparer.Ordinal)
                    .Select(PauseViews.View),
            ],
            NotLookedAt =
            [
                .. entries.Where(failures.ContainsKey)
                    .Select(entry =>
                        new UnseenCloudView { Cloud = entry.Name, AccountId = entry.Account?.Value, Message = failures[entry].Message }),
            ],
        });
    }

    /// <summary>Every connection by which groups are kept: those that serve all, and each account's own.</summary>
    private async Task<IEnumerable<CloudEntry>> EntriesOfAllAsync(CancellationToken cancellationToken)
    {
        var sweeps = await store.ListSweepsAsync(cancellationToken);
        return clouds.Entries.Where(entry => entry.Account is null).Concat(
            sweeps.Select(share => clouds.Find(share.Sweep.Account, share.Sweep.Cloud)).OfType<CloudEntry>().Where(
                entry => entry.Account is not null));
    }

    [LoggerMessage(1341, LogLevel.Warning, "{Author} resumed the installation, which was paused since {Since:u}: {Reason}")]
    private partial void LogResumed(string author, DateTimeOffset since, string reason);
}
