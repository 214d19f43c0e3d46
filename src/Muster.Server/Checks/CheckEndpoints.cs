using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Groups;
using Muster.Core.Checks;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.OpenApi;
using Muster.Server.Requests;

namespace Muster.Server.Checks;

/// <summary>The history of checks over HTTP: those that ran elsewhere and reported, and those that this server made itself.</summary>
internal sealed class CheckEndpoints(IRunStore store, GroupFinder groups, IPulse pulse)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/groups/{id}/checks", ListAsync).WithTags("Groups")
            .Says("ListChecks", "List a group's last level checks",
                $"Newest first, on one page: the last {CheckRun.KeptMax} that Nomad ran, "
                + $"and the last {CheckHistory.RunsOfGroupMax} that the server which answers made itself since its start.")
            .Fails(400, 404);

    private async Task<Ok<PageView<CheckRunView>>> ListAsync(
        HttpContext http, string id, string? limit, CancellationToken cancellationToken)
    {
        var most = Query.Page(limit, cursor: null).Limit;
        var group = (await groups.GetAsync(http.Caller().Account, id, cancellationToken)).Group.Id;
        var runs = (await store.ListChecksAsync(group, most, cancellationToken)).Concat(pulse.History.Of(group, most));
        return TypedResults.Ok(new PageView<CheckRunView> { Items = [.. CheckRun.NewestOf(runs, most).Select(CheckRunViews.View)] });
    }
}
