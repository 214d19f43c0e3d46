using System.Globalization;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Activities;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Activities;

/// <summary>The audit trail over HTTP: page by page, or as it grows.</summary>
internal sealed class ActivityEndpoints(ITrailStore store, GroupFinder groups, EventStreams streams)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/groups/{id}/activities", ListAsync)
            .WithTags("Activities")
            .Says("ListActivities", "List a group's activities", "Newest first. Consecutive repeats are one entry with a count.")
            .Fails(400, 404);
        api.MapGet("/events", FollowAsync).WithTags("Activities")
            .Says("FollowEvents", "Follow the audit trail",
                "Server-sent events of type `activity`, oldest first, whose id is the activity's position. Without `Last-Event-ID` it "
                + "begins with what happens from now on; with it, after that position: nothing is lost. Silence is broken by heartbeats.")
            .Takes(TakenHeader.LastEventId).Streams().Fails(400, 404);
    }

    private async Task<Ok<PageView<ActivityView>>> ListAsync(
        HttpContext http, string id, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var page = Query.Page(limit, cursor);
        var record = await groups.GetAsync(http.Caller().Account, id, cancellationToken);
        var listed = await store.ListActivitiesAsync(record.Group.Id, page, cancellationToken);
        return TypedResults.Ok(new PageView<ActivityView>
        {
            Items = [.. listed.Items.Select(ActivityViews.View)],
            NextCursor = listed.NextCursor,
        });
    }

    private async Task FollowAsync(HttpContext http, string? group, CancellationToken cancellationToken)
    {
        var account = http.Caller().Account;
        var only = group is null ? null : (await groups.GetAsync(account, group, cancellationToken)).Group;
        var after = LastEventId(http.Request) ?? await store.LastPositionAsync(account, cancellationToken);
        await streams.RunAsync(http, account, only?.Id, after);
    }

    /// <returns>The position after which to begin; null for the trail's end.</returns>
    private static long? LastEventId(HttpRequest request)
    {
        const string Header = "Last-Event-ID";
        var text = request.Headers[Header].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position
            : throw ProblemException.About(ProblemKinds.MalformedHeader, Header, text.Length <= 60 ? text : $"{text.Length} characters",
                "the id of the last event received: a position, 0 or more");
    }
}
