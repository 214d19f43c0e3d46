using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Installation;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Instances;
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
    IStore store, ICloudDirectory clouds, IPulse pulse, TimeProvider timeProvider, ILogger<PauseEndpoints> logger)
{
    private readonly OrphanSearch search = new(store, timeProvider);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/resume", ResumeAsync).Requires(Role.Admin, TokenScope.Installation).WithTags("Installation")
            .Says("ResumeInstallation", "End the installation's pause",
                "Every server launches and terminates again. The instances that the store does not know now do not pause it again. A second time changes nothing.")
            .Fails(403);
        api.MapGet("/orphans", ListAsync).WithTags("Installation")
            .Says("ListOrphans", "List the instances that no living group owns",
                "As the clouds show them now, by creation: those with this installation's tags whose group the store does not know or has archived, and those "
                + "of whose launch it knows nothing. `cloud` names one cloud. Those of an account that the store does not know are shown to admins of scope `installation`.")
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

    private async Task<Ok<PageView<OrphanView>>> ListAsync(HttpContext http, string? cloud, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var isConfined = caller.Scope is not TokenScope.Installation;
        var entries = clouds.EntriesOf(caller.Account).Where(entry => cloud is null || entry.Name == cloud).ToList();
        if (cloud is not null && entries.Count == 0)
        {
            throw new ProblemException(ProblemKinds.CloudNotFound, $"there is no cloud '{cloud}'");
        }

        var orphans = new List<Orphan>();
        foreach (var entry in entries)
        {
            Listing.RefuseWhenSilent(entry);
            orphans.AddRange(await search.FindAsync(entry, isConfined ? caller.Account : entry.Account, cancellationToken));
        }

        // An instance outlives its account's id when the store is lost: then it is for the installation's admins to see.
        var accounts = (await store.ListAccountsAsync(cancellationToken)).Select(account => account.Id).ToHashSet();
        return TypedResults.Ok(new PageView<OrphanView>
        {
            Items =
            [
                .. orphans
                    .Where(orphan => orphan.Instance.Read<AccountId>(MusterTags.Account) is not { } owner || !accounts.Contains(owner)
                        ? caller is { Role: Role.Admin, Scope: TokenScope.Installation }
                        : owner == caller.Account)
                    .OrderBy(orphan => orphan.Instance.CreatedAt).ThenBy(orphan => orphan.Key, StringComparer.Ordinal)
                    .Select(PauseViews.View),
            ],
        });
    }

    [LoggerMessage(1341, LogLevel.Warning, "{Author} resumed the installation, which was paused since {Since:u}: {Reason}")]
    private partial void LogResumed(string author, DateTimeOffset since, string reason);
}
