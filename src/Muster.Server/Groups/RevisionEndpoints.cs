using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.OpenApi;
using Muster.Server.Requests;

namespace Muster.Server.Groups;

/// <summary>What groups were to be made of, over HTTP.</summary>
internal sealed class RevisionEndpoints(IRevisionStore store, ITemplateStore templates, GroupFinder groups)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/groups/{id}/revisions", ListAsync).WithTags("Groups")
            .Says(
                "ListRevisions",
                "List what a group was to be made of",
                "Newest first: each change of template or placements is a revision, and all are kept.")
            .Fails(400, 404);

    private async Task<Ok<PageView<RevisionView>>> ListAsync(
        HttpContext http, string id, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var page = Query.Page(limit, cursor);
        var record = await groups.GetAsync(http.Caller().Account, id, cancellationToken);
        var listed = await store.ListRevisionsAsync(record.Group.Id, page, cancellationToken);
        var names = new Dictionary<TemplateId, string?>();
        foreach (var template in listed.Items.SelectMany(TemplatesOf).Distinct().ToList())
        {
            names[template] = (await templates.FindTemplateAsync(template, cancellationToken))?.Name;
        }

        return TypedResults.Ok(new PageView<RevisionView>
        {
            Items = [.. listed.Items.Select(revision => LayoutViews.View(revision, names.GetValueOrDefault))],
            NextCursor = listed.NextCursor,
        });
    }

    private static IEnumerable<TemplateId> TemplatesOf(GroupRevision revision) =>
        (revision.Layout?.Placements ?? []).Select(placement => placement.Template).Append(revision.Template);
}
