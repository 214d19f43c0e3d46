using System.Collections.Immutable;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Instances;
using Muster.Core.Accounts;
using Muster.Core.Health;
using Muster.Core.Planning;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Reporting;
using Muster.Server.Requests;

namespace Muster.Server.Members;

/// <summary>Instances over HTTP: what the clouds show now, what is said of each, and what people want of one.</summary>
internal sealed class InstanceEndpoints(
    IGroupStore store, GroupFinder groups, InstanceFinder finder, InstanceEditor editor, InstanceMover mover,
    CloudLooks looks, ILoads? loads, TimeProvider timeProvider)
{
    /// <summary>Most bytes of what is said of an instance's health: many times what may be kept of it.</summary>
    private const int ReportBytesMax = 16 * 1024;

    /// <summary>Most groups whose instances are on one page: each of their clouds is listed for it.</summary>
    private const int GroupsMax = 100;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/groups/{id}/instances", ListAsync).WithTags("Instances")
            .Says(
                "ListInstances",
                "List a group's instances",
                "As the clouds show them now, by creation, then id. Never half a list of a cloud. Of a group on several clouds, one that "
                + "cannot be listed is named in `unlisted`; it fails when none can be.")
            .Fails(404, 502);
        var instances = api.MapGroup("/instances").WithTags("Instances");
        instances.MapGet("/", ListAllAsync)
            .Says(
                "ListAllInstances",
                "List the instances of all groups",
                "Page by page of groups, by name: `limit` counts groups, at most 100. The instances of a page are by creation, then id. A "
                + "cloud that cannot be listed is named in `unlisted`; it fails when none can be.")
            .Fails(400, 502);
        instances.MapGet("/{id}", ShowAsync)
            .Says("ShowInstance", "Show an instance", "By its id, the start of its id, or its name.").Fails(404, 409, 502);
        instances.MapPut("/{id}/health", ReportAsync).RequiresOrInstance(Role.Operate).WithMetadata(new BodyLimit(ReportBytesMax))
            .Says(
                "ReportHealth",
                "Say something of an instance's health",
                "By its id. It stands until the same source says something else; with `ttl_s` it is a heartbeat, after which silence means "
                + "unhealthy. Saying the same again is no news. An instance that got a token of its own calls itself `self`, and may speak "
                + "of no other.")
            .Takes<HealthReportInput>().Fails(400, 403, 404, 409, 413, 415, 502);
        instances.MapPut("/{id}/hooks/{name}", AnswerAsync).Requires(Role.Operate)
            .Says(
                "AnswerHook",
                "Answer a hook that an instance waits for",
                "`continue` lets it go on, `abandon` gives it up, `extend` gives it more time; `drain` is the name of the drain, "
                + "whose wait `continue` ends. By its id, the start of its id, or its name; a second time changes nothing.")
            .Takes<HookAnswerInput>().Fails(400, 403, 404, 409, 413, 415, 502);
        Action(instances, "protect", "Keep an instance whatever a check wants", "No check ends it until it is unprotected.",
            (caller, id, cloud, reason, cancel) => editor.ProtectAsync(caller, id, cloud, isProtected: true, reason, cancel));
        Action(instances, "unprotect", "End the protection of an instance", "It may end like any other.",
            (caller, id, cloud, reason, cancel) => editor.ProtectAsync(caller, id, cloud, isProtected: false, reason, cancel));
        Action(instances, "standby", "Take an instance out of its group's count and leave it alone",
            "Another is launched in its place unless the level is lowered.",
            (caller, id, cloud, reason, cancel) => editor.StandbyAsync(caller, id, cloud, isStandby: true, reason, cancel));
        Action(instances, "return", "Have an instance count again", "Where that is one too many, one ends by the group's scale-in order.",
            (caller, id, cloud, reason, cancel) => editor.StandbyAsync(caller, id, cloud, isStandby: false, reason, cancel));
        Action(instances, "replace", "Have another take an instance's place",
            "As with an unhealthy one: by the order and within the budget of the group's repair.",
            editor.ReplaceAsync);
        Action(instances, "keep", "Take back that an instance is to end",
            "As long as its end is not written down: it was to be replaced, or drains. Where there is one too many then, others end first.",
            editor.KeepAsync);
        instances.MapPost("/{id}/terminate", TerminateAsync).Requires(Role.Operate)
            .Says(
                "TerminateInstance",
                "End an instance",
                "Another is launched in its place, unless `shrink` lowers the group's desired capacity by one in the same request.")
            .Takes<InstanceTerminateInput>(isOptional: true).Fails(400, 403, 404, 409, 413, 415, 502);
        instances.MapPost("/{id}/detach", DetachAsync).Requires(Role.Operate)
            .Says(
                "DetachInstance",
                "Let an instance go, alive",
                "Muster's tags come off, and it runs on as nobody's. The group's desired capacity goes down by one with it, unless "
                + "`keep_capacity` has another launched in its place. By its id, the start of its id, or its name; only where the cloud "
                + "can tag what exists (`retag` among a kind's abilities).")
            .Takes<InstanceDetachInput>(isOptional: true).Fails(400, 403, 404, 409, 413, 415, 502);
        instances.MapPost("/{id}/attach", AttachAsync).Requires(Role.Operate)
            .Says(
                "AttachInstance",
                "Take a machine into a group",
                "One that exists on a cloud of the group's, runs, and carries nobody's mark: it gets the group's tags, and the desired "
                + "capacity goes up by one with it, never above `max`. By the cloud's own id of it. On a cloud whose credential several "
                + "accounts share this needs a token whose scope is the installation.")
            .Takes<InstanceAttachInput>().Fails(400, 403, 404, 409, 413, 415, 502);
    }

    private static void Action(
        IEndpointRouteBuilder instances, string action, string summary, string description,
        Func<Caller, string, string?, string?, CancellationToken, Task<InstanceView>> act) =>
        instances.MapPost(
            $"/{{id}}/{action}",
            async Task<Ok<InstanceView>> (HttpContext http, string id, string? cloud, CancellationToken cancellationToken) =>
            {
                var input = await JsonBody.ReadIfAnyAsync(http.Request, ApiJson.Default.InstanceActionInput, cancellationToken);
                return TypedResults.Ok(await act(http.Caller(), id, Given(cloud), input?.Reason, cancellationToken));
            })
            .Requires(Role.Operate)
            .Says(
                $"{char.ToUpperInvariant(action[0])}{action[1..]}Instance", summary,
                $"{description} By its id, the start of its id, or its name; a second time changes nothing.")
            .Takes<InstanceActionInput>(isOptional: true).Fails(400, 403, 404, 409, 413, 415, 502);

    private async Task<Ok<InstancesView>> ListAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var record = await groups.GetAsync(http.Caller().Account, id, cancellationToken);
        var seen = await looks.LookAsync(record.Group.Account, record.Group.Id, record.Clouds, cancellationToken);
        return TypedResults.Ok(View([record], seen, nextCursor: null));
    }

    private async Task<Ok<InstancesView>> ListAllAsync(
        HttpContext http, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var account = http.Caller().Account;
        var asked = Query.Page(limit, cursor);
        var page = await store.ListGroupsAsync(
            account, asked with { Limit = Math.Min(asked.Limit, GroupsMax) }, includeArchived: false, cancellationToken);

        // Listings say which groups there are; how an instance stands depends on launches that only a read of its own has.
        var records = ImmutableArray.CreateBuilder<GroupRecord>(page.Items.Length);
        foreach (var listed in page.Items)
        {
            if (await store.FindGroupAsync(listed.Group.Id, cancellationToken) is { } record)
            {
                records.Add(record);
            }
        }

        var clouds = records.SelectMany(record => record.Clouds).Distinct().Order(StringComparer.Ordinal);
        var seen = await looks.LookAsync(
            account, records is [var only] ? only.Group.Id : null, clouds, cancellationToken);
        return TypedResults.Ok(View(records, seen, page.NextCursor));
    }

    private InstancesView View(IReadOnlyList<GroupRecord> records, IReadOnlyList<CloudLook> seen, string? nextCursor)
    {
        CloudLook.ThrowIfBlind(seen);
        var now = timeProvider.GetUtcNow();
        var busy = records.SelectMany(record => LoadsOf(record, now).Select(load => (record.Group.Id, load)))
            .ToDictionary(one => (one.Id, one.load.Cloud, one.load.Instance), one => (double?)one.load.Load);
        return new()
        {
            Items =
            [
                .. records
                    .SelectMany(record => seen
                        .Where(look => record.Clouds.Contains(look.Cloud))
                        .SelectMany(look => look.Of(record, looks.Installation, now)
                            .Select(standing => (Record: record, look.Cloud, Standing: standing))))
                    .OrderBy(one => one.Standing.Instance.CreatedAt).ThenBy(one => one.Standing.Instance.Id)
                    .Select(one => InstanceViews.View(
                        one.Record, one.Cloud, one.Standing, now,
                        busy.GetValueOrDefault((one.Record.Group.Id, one.Cloud, one.Standing.Instance.Id)))),
            ],
            NextCursor = nextCursor,
            Unlisted = CloudLook.Unlisted(seen),
        };
    }

    private async Task<Ok<InstanceView>> ShowAsync(HttpContext http, string id, string? cloud, CancellationToken cancellationToken)
    {
        var found = await finder.GetAsync(http.Caller().Account, id, Given(cloud), cancellationToken);
        var now = timeProvider.GetUtcNow();
        var load = LoadsOf(found.Record, now)
            .FirstOrDefault(one => one.Cloud == found.Cloud && one.Instance == found.Standing.Instance.Id);
        return TypedResults.Ok(InstanceViews.View(found.Record, found.Cloud, found.Standing, now, load?.Load));
    }

    private async Task<Ok<FindingsView>> ReportAsync(HttpContext http, string id, string? cloud, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.HealthReportInput, cancellationToken);
        return TypedResults.Ok(await editor.ReportAsync(
            http.Caller(), http.Reporter(), id, Given(cloud), input, cancellationToken));
    }

    private async Task<Ok<InstanceView>> TerminateAsync(HttpContext http, string id, string? cloud, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadIfAnyAsync(http.Request, ApiJson.Default.InstanceTerminateInput, cancellationToken);
        return TypedResults.Ok(await editor.TerminateAsync(
            http.Caller(), id, Given(cloud), input?.Shrink is true, input?.Reason, cancellationToken));
    }

    private async Task<Ok<InstanceView>> AnswerAsync(
        HttpContext http, string id, string name, string? cloud, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.HookAnswerInput, cancellationToken);
        return TypedResults.Ok(await editor.AnswerAsync(http.Caller(), id, Given(cloud), name, input, cancellationToken));
    }

    private async Task<Ok<InstanceView>> DetachAsync(HttpContext http, string id, string? cloud, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadIfAnyAsync(http.Request, ApiJson.Default.InstanceDetachInput, cancellationToken);
        return TypedResults.Ok(await mover.DetachAsync(
            http.Caller(), id, Given(cloud), input?.KeepCapacity is true, input?.Reason, cancellationToken));
    }

    private async Task<Ok<InstanceView>> AttachAsync(HttpContext http, string id, string? cloud, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.InstanceAttachInput, cancellationToken);
        return TypedResults.Ok(await mover.AttachAsync(http.Caller(), id, Given(cloud), input, cancellationToken));
    }

    private ImmutableArray<InstanceLoad> LoadsOf(GroupRecord record, DateTimeOffset now) =>
        LoadFigures.Of(record.Group, record.Notes, loads, now);

    private static string? Given(string? cloud) => string.IsNullOrEmpty(cloud) ? null : cloud;
}
