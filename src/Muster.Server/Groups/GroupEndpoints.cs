using System.Collections.Immutable;
using System.Text.Json;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Groups;
using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Core.Traffic;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Options;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Groups;

/// <summary>Groups over HTTP.</summary>
internal sealed class GroupEndpoints(
    IGroupStore store, ITrailStore trail, GroupFinder finder,
    GroupEditor editor, LayoutReader layouts, ICloudDirectory clouds, IPulse pulse,
    CallerWatch watch, IPrices prices, ITrafficDirectory? sources, IPolicyViews policies,
    TimeProvider timeProvider, IRandomSource random, ServerOptions options)
{
    private const string Kind = "group";
    private const string ActivityKind = "group activity";

    public void Map(IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/groups").WithTags("Groups");
        groups.MapPost("/", CreateAsync).Requires(Role.Operate)
            .Says("CreateGroup", "Make a group", "From then on it is kept at its level.")
            .Takes<GroupInput>().Takes(TakenHeader.IdempotencyKey).Fails(400, 403, 409, 413, 415, 422, 502);
        groups.MapGet("/", ListAsync)
            .Says("ListGroups", "List groups", "By name, then id.").Fails(400);
        groups.MapGet("/{id}", ShowAsync)
            .Says("ShowGroup", "Show a group",
                "By id, by the start of an id, or a living one by name; "
                + "with `include_archived`, else the one that had the name last. `ETag` is its version.")
            .Fails(400, 404);
        groups.MapPatch("/{id}", UpdateAsync).Requires(Role.Operate)
            .Says(
                "UpdateGroup",
                "Change name, template, placements, interval, scale-in order, brakes, health check, repair, drain, hooks or warm pool",
                "What is left out stays. Another template, or other placements, change new launches only, and are a new revision.")
            .Takes<GroupUpdate>().Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412, 413, 415, 502);
        groups.MapPut("/{id}/capacity", SetCapacityAsync).Requires(Role.Operate)
            .Says("SetCapacity", "Change how many instances there must be", "Acted on at once. What is left out stays.")
            .Takes<CapacityInput>().Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412, 413, 415);
        groups.MapPost("/{id}/suspend", SuspendAsync).Requires(Role.Operate)
            .Says("SuspendGroup", "Switch launching, terminating or replacing off by hand", "Nothing named means all three.")
            .Takes<SuspendInput>(isOptional: true).Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412, 413, 415);
        groups.MapPost("/{id}/resume", ResumeAsync).Requires(Role.Operate)
            .Says("ResumeGroup", "Switch on again what was switched off", "Nothing named means all three.")
            .Takes<SuspendInput>(isOptional: true).Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412, 413, 415);
        groups.MapPost("/{id}/evacuate", EvacuateAsync).Requires(Role.Operate)
            .Says(
                "EvacuateGroup",
                "Empty a placement that a person knows to be bad",
                "Its members are launched elsewhere first, in batches of the surge, and nothing is launched there until it is restored.")
            .Takes<EvacuateInput>().Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412, 413, 415);
        groups.MapPost("/{id}/restore", RestoreAsync).Requires(Role.Operate)
            .Says("RestoreGroup", "Use an evacuated placement again", "Members move back as after any stock-out.")
            .Takes<RestoreInput>().Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412, 413, 415);
        groups.MapDelete("/{id}", DeleteAsync).Requires(Role.Operate)
            .Says("DeleteGroup", "Delete a group",
                "`instances=terminate` (when left out): its instances are terminated, and it is archived when the last is gone. "
                + "`instances=keep`: they are left as they are, and it is archived at once. A second time changes nothing.")
            .Takes(TakenHeader.IfMatch).Fails(400, 403, 404, 409, 412);
        groups.MapPost("/{id}/check", CheckAsync).Requires(Role.Operate)
            .Says("CheckGroup", "Check a group now", "Answers when the level check has ended.").Fails(403, 404, 409, 502);
        groups.MapPost("/plan", PlanNewAsync)
            .Says(
                "PlanNewGroup",
                "Show what would be launched for a new group, and why",
                "It is checked as if it were made, and is not made. What its account may spend is not asked.")
            .Takes<GroupInput>().Fails(400, 409, 413, 415, 502);
        groups.MapGet("/{id}/plan", PlanAsync)
            .Says("PlanGroup", "Show what the next level check would do, and why", "Looks at the cloud, and does nothing.")
            .Fails(404, 409, 502);
        groups.MapPost("/{id}/plan", PlanChangeAsync)
            .Says(
                "PlanChange",
                "Show what would be done after a change, and why",
                "The change is checked as if it were made, and is not made.")
            .Takes<PlanInput>().Takes(TakenHeader.IfMatch).Fails(400, 404, 409, 412, 413, 415, 502);
    }

    private async Task<Created<GroupView>> CreateAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var key = IdempotencyKey.Of(http.Request);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.GroupInput, cancellationToken);
        var id = new GroupId(key?.IdFor(caller.Account, Kind) ?? random.NextId());

        // The first activity's id tells what was asked for, so that a repeat can be told from another request with the same key.
        var activity = new ActivityId(
            key?.IdFor(caller.Account, ActivityKind, JsonSerializer.SerializeToUtf8Bytes(input, ApiJson.Default.GroupInput))
            ?? random.NextId());
        if (key is not null && await FindReplayedAsync(id, activity, key, cancellationToken) is { } made)
        {
            IdempotencyKey.MarkReplayed(http.Response);
            return Created(http, made);
        }

        var (change, _) = await BuildAsync(input, id, activity, caller, cancellationToken);
        bool isNew;
        try
        {
            isNew = await store.AddGroupAsync(change.Group, change.Activity, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            throw GroupEditor.DuplicateName(change.Group);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw ArchivedMeanwhile(input.Template, input.Placements);
        }

        // Two requests with one key may have come at once: the store kept the first, and says of which it was.
        if (!isNew && key is not null && await FindReplayedAsync(id, activity, key, CancellationToken.None) is { } kept)
        {
            IdempotencyKey.MarkReplayed(http.Response);
            return Created(http, kept);
        }

        editor.Tell(change.Activity);
        return Created(http, await finder.GetAsync(caller.Account, id.ToString(), CancellationToken.None));
    }

    private async Task<Ok<PageView<GroupView>>> ListAsync(
        HttpContext http, string? limit, string? cursor, string? include_archived, CancellationToken cancellationToken)
    {
        var page = await store.ListGroupsAsync(
            http.Caller().Account, Query.Page(limit, cursor),
            Query.Flag("include_archived", include_archived, otherwise: false), cancellationToken);
        return TypedResults.Ok(new PageView<GroupView> { Items = [.. page.Items.Select(View)], NextCursor = page.NextCursor });
    }

    private async Task<Ok<GroupView>> ShowAsync(
        HttpContext http, string id, string? include_archived, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(
            http.Caller().Account, id, Query.Flag("include_archived", include_archived, otherwise: false), cancellationToken);
        http.Response.Headers.ETag = IfMatch.ETagOf(record.Group.Version);
        return TypedResults.Ok(
            record.Policies.IsEmpty ? View(record) : View(record) with { Policies = await policies.ViewAsync(record, cancellationToken) });
    }

    private async Task<Ok<GroupView>> UpdateAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var ifMatch = IfMatch.Of(http.Request);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.GroupUpdate, cancellationToken);
        if (input == new GroupUpdate())
        {
            throw new InputException(
                "body", null, "at least one of capacity, name, template, placements, zones, distribution, on_demand_percent_above_base, "
                + "spill_after_s, return_after_s, surge, interval_s, scale_in, brakes, health, repair, drain, hooks, traffic, "
                + "lifetime_max_s and pool");
        }

        var layout = await ReadAsync(http, id, input, cancellationToken);
        var origin = Origin(caller, input.Capacity?.Reason);
        var edit = Edit(input, input.Capacity, layout, origin);
        return await ChangeAsync(http, id, ifMatch, record =>
        {
            GroupEditor.CheckPhase(record.Group, mayDrain: false);
            var meant = HealthReader.Meant(edit, record.Group);
            return Explained(layout.Wrong, errors =>
            {
                LifeReader.Check(input.Hooks, options.HookCommands, errors);
                return GroupChanges.Update(record.Group, Templates(record), meant, NewActivity(), errors);
            });
        }, input, cancellationToken);
    }

    private async Task<Ok<GroupView>> SetCapacityAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var ifMatch = IfMatch.Of(http.Request);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.CapacityInput, cancellationToken);
        var change = Capacity(input, Origin(http.Caller(), input.Reason));
        return await ChangeAsync(http, id, ifMatch, record =>
        {
            GroupEditor.CheckPhase(record.Group, mayDrain: false);
            return GroupChanges.SetCapacity(record.Group, change, options.CapacityLimit, NewActivity());
        }, update: null, cancellationToken);
    }

    private Task<Ok<GroupView>> SuspendAsync(HttpContext http, string id, CancellationToken cancellationToken) =>
        SwitchAsync(http, id, GroupChanges.Suspend, cancellationToken);

    private Task<Ok<GroupView>> ResumeAsync(HttpContext http, string id, CancellationToken cancellationToken) =>
        SwitchAsync(http, id, GroupChanges.Resume, cancellationToken);

    private async Task<Ok<GroupView>> SwitchAsync(
        HttpContext http, string id, Func<Group, Suspension, ChangeOrigin, ActivityId, GroupChange> change,
        CancellationToken cancellationToken)
    {
        var ifMatch = IfMatch.Of(http.Request);
        var input = await JsonBody.ReadIfAnyAsync(http.Request, ApiJson.Default.SuspendInput, cancellationToken) ?? new();
        var what = (input.Launch is true ? Suspension.Launch : 0)
            | (input.Terminate is true ? Suspension.Terminate : 0)
            | (input.Replace is true ? Suspension.Replace : 0);
        var origin = Origin(http.Caller(), input.Reason);
        return await ChangeAsync(http, id, ifMatch, record =>
        {
            GroupEditor.CheckPhase(record.Group, mayDrain: true);
            return change(record.Group, what == Suspension.None ? Suspension.All : what, origin, NewActivity());
        }, update: null, cancellationToken);
    }

    private Task<Ok<GroupView>> DeleteAsync(HttpContext http, string id, string? instances, CancellationToken cancellationToken)
    {
        var ifMatch = IfMatch.Of(http.Request);
        var keeps = instances switch
        {
            null or "terminate" => false,
            "keep" => true,
            _ => throw new InputException("instances", instances, "terminate or keep"),
        };
        var origin = Origin(http.Caller(), reason: null);
        return ChangeAsync(http, id, ifMatch, record =>
            record.Group.Phase is GroupPhase.Archived || (record.Group.Phase is GroupPhase.Draining && !keeps)
                ? null
                : GroupChanges.Delete(record.Group, keeps, origin, NewActivity()), update: null, cancellationToken);
    }

    private async Task<Ok<GroupView>> EvacuateAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var ifMatch = IfMatch.Of(http.Request);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.EvacuateInput, cancellationToken);
        var origin = Origin(http.Caller(), input.Reason);
        return await ChangeAsync(http, id, ifMatch, record =>
        {
            GroupEditor.CheckPhase(record.Group, mayDrain: false);
            return GroupChanges.Evacuate(record.Group, input.Placement, input.IgnoreDead is true, origin, NewActivity());
        }, update: null, cancellationToken);
    }

    private async Task<Ok<GroupView>> RestoreAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var ifMatch = IfMatch.Of(http.Request);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.RestoreInput, cancellationToken);
        var origin = Origin(http.Caller(), input.Reason);
        return await ChangeAsync(http, id, ifMatch, record =>
        {
            GroupEditor.CheckPhase(record.Group, mayDrain: false);
            return GroupChanges.Restore(record.Group, input.Placement, origin, NewActivity());
        }, update: null, cancellationToken);
    }

    private async Task<Ok<CheckView>> CheckAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (record, report) = await AskPulseAsync(http, id, pulse.CheckAsync, cancellationToken);
        return TypedResults.Ok(GroupViews.View(record, report, timeProvider.GetUtcNow()));
    }

    private async Task<Ok<PlanView>> PlanAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var (_, plan) = await AskPulseAsync(http, id, (group, cancel) => pulse.PlanAsync(group, assumed: null, cancel), cancellationToken);
        return TypedResults.Ok(GroupViews.View(plan));
    }

    private async Task<Ok<PlanView>> PlanNewAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.GroupInput, cancellationToken);
        var (change, layout) = await BuildAsync(input, new(random.NextId()), NewActivity(), caller, cancellationToken);
        var group = change.Group;
        if (await store.FindGroupAsync(caller.Account, group.Name, cancellationToken) is not null)
        {
            throw GroupEditor.DuplicateName(group);
        }

        var home = layout.Templates.First(template => template.Id == group.Template);
        var record = After(new(group, home, new() { Group = group.Id }, []), group, layout);
        RefuseWhenSilent(record);
        var plan = await watch.WhileAsync(caller, token => pulse.PlanAsync(record, token), cancellationToken);
        return TypedResults.Ok(GroupViews.View(plan));
    }

    private async Task<Ok<PlanView>> PlanChangeAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var ifMatch = IfMatch.Of(http.Request);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.PlanInput, cancellationToken);
        if (input is { Capacity: not null, Update.Capacity: not null })
        {
            throw new InputException("update.capacity", null, "none beside capacity: a plan is for one");
        }

        if (input.Policy is { } policy)
        {
            return await PlanPolicyAsync(http, id, ifMatch, input, policy, cancellationToken);
        }

        var (capacity, update) = (input.Capacity ?? input.Update?.Capacity, input.Update);
        var deletes = input.Delete is true;
        if (deletes == (capacity is not null || update is not null))
        {
            throw deletes
                ? new InputException("delete", "true", "alone: delete cannot be combined with capacity or update")
                : new InputException("body", null, "at least one of capacity, update, policy and delete");
        }

        var caller = http.Caller();
        var origin = Origin(caller, capacity?.Reason);
        var layout = update is null ? ReadLayout.Nothing : await ReadAsync(http, id, update, cancellationToken);

        // The same doors as for the real change, in the same order, so that what is planned for is what would be written.
        GroupRecord Assumed(GroupRecord record)
        {
            ifMatch.Check(record.Group);
            GroupEditor.CheckPhase(record.Group, mayDrain: deletes);
            if (deletes)
            {
                return record with { Group = GroupChanges.Delete(record.Group, keepInstances: false, origin, NewActivity()).Group };
            }

            return update is null
                ? record with
                {
                    Group = GroupChanges.SetCapacity(
                        record.Group, Capacity(capacity!, origin), options.CapacityLimit, NewActivity(), isAlone: false).Group,
                }
                : After(
                    record,
                    Explained(
                        layout.Wrong,
                        errors =>
                        {
                            LifeReader.Check(update.Hooks, options.HookCommands, errors);
                            return GroupChanges.Update(
                                record.Group, Templates(record), HealthReader.Meant(Edit(update, capacity, layout, origin), record.Group),
                                NewActivity(), errors);
                        }).Group,
                    layout);
        }

        var (_, plan) = await AskPulseAsync(http, id, (group, cancel) => pulse.PlanAsync(group, Assumed, cancel), cancellationToken);
        return TypedResults.Ok(GroupViews.View(plan));
    }

    private async Task<Ok<PlanView>> PlanPolicyAsync(
        HttpContext http, string id, IfMatch ifMatch, PlanInput input, PolicyInput policy, CancellationToken cancellationToken)
    {
        if (input with { Policy = null } != new PlanInput())
        {
            throw new InputException("policy", policy.Name, "alone: policy cannot be combined with capacity, update or delete");
        }

        var record = await LivingAsync(http, id, cancellationToken);
        ifMatch.Check(record.Group);
        GroupEditor.CheckPhase(record.Group, mayDrain: false);
        var assume = await policies.AssumeAsync(record, policy, cancellationToken);
        var (_, plan) = await AskPulseAsync(http, id, (group, cancel) => pulse.PlanAsync(group, assume.Apply, cancel), cancellationToken);
        var view = GroupViews.View(plan);
        return TypedResults.Ok(assume.Silence is { } why ? view with { Explanation = $"{view.Explanation}; {why}" } : view);
    }

    private async Task<(GroupRecord Record, T Answer)> AskPulseAsync<T>(
        HttpContext http, string id, Func<GroupId, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var record = await LivingAsync(http, id, cancellationToken);
        RefuseWhenSilent(record);
        try
        {
            return (record, await watch.WhileAsync(http.Caller(), token => ask(record.Group.Id, token), cancellationToken));
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            // The last instance of a draining group went meanwhile, and the group with it: this look says so.
            await LivingAsync(http, record.Group.Id.ToString(), cancellationToken);
            throw;
        }
    }

    private void RefuseWhenSilent(GroupRecord record)
    {
        // Of a group on several clouds the others can still be looked at.
        if (!record.IsSpread && clouds.Find(record.Group.Account, record.Template.Cloud) is { } cloud)
        {
            Listing.RefuseWhenSilent(cloud);
        }
    }

    private async Task<GroupRecord> LivingAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        GroupEditor.CheckPhase(record.Group, mayDrain: true);
        return record;
    }

    private async Task<Ok<GroupView>> ChangeAsync(
        HttpContext http, string id, IfMatch ifMatch, Func<GroupRecord, GroupChange?> change, GroupUpdate? update,
        CancellationToken cancellationToken)
    {
        try
        {
            return Shown(http, await editor.ChangeAsync(http.Caller().Account, id, ifMatch, change, cancellationToken));
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound
            && update is not ({ Template: null, Placements: null } or null))
        {
            throw ArchivedMeanwhile(update.Template, update.Placements);
        }
    }

    private async Task<(GroupChange Change, ReadLayout Layout)> BuildAsync(
        GroupInput input, GroupId id, ActivityId activity, Caller caller, CancellationToken cancellationToken)
    {
        var layout = await layouts.ReadAsync(caller.Account, LayoutAsked.Of(input), cancellationToken);
        var capacity = input.Capacity ?? new();
        var asked = new NewGroup
        {
            Id = id,
            Account = caller.Account,
            Name = input.Name,
            Template = layout.Template,
            Layout = layout.Edit,
            Capacity = Capacity(capacity, Origin(caller, capacity.Reason)),
            IntervalSeconds = input.IntervalS,
            ScaleIn = input.ScaleIn,
            Brakes = Edit(input.Brakes),
            Health = HealthReader.Read(input.Health),
            Repair = HealthReader.Read(input.Repair),
            Traffic = TrafficViews.Read(input.Traffic),
            TrafficSources = sources,
            Drain = LifeReader.Read(input.Drain),
            Hooks = LifeReader.Read(input.Hooks),
            LifetimeMaxSeconds = input.LifetimeMaxS,
            Pool = LifeReader.Read(input.Pool, isMoved: false, layout.TraitsOf),
            Prices = prices.Current,
        };
        var meant = HealthReader.Meant(asked);
        return (Explained(layout.Wrong, errors =>
        {
            LifeReader.Check(input.Hooks, options.HookCommands, errors);
            return GroupChanges.Create(meant, options.CapacityLimit, activity, errors);
        }), layout);
    }

    /// <summary>What was made with this key before; null when nothing was.</summary>
    /// <exception cref="ProblemException">Something else was.</exception>
    private async Task<GroupRecord?> FindReplayedAsync(
        GroupId id, ActivityId activity, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await store.FindGroupAsync(id, cancellationToken) is not { } made)
        {
            return null;
        }

        return (await trail.FirstActivityAsync(id, cancellationToken))?.Id == activity
            ? made
            : throw ProblemException.Said(
                ProblemKinds.IdempotencyKeyReused, $"another group was made with the {IdempotencyKey.Header} '{key.Key}': use a fresh key",
                IdempotencyKey.Header, key.Key, "a fresh key: another group was made with this one");
    }

    /// <summary>
    /// Lets the rules speak with a wrong reference among the errors, or gives it its own code when it is all that is wrong.
    /// </summary>
    private static GroupChange Explained(ImmutableArray<WrongReference> wrong, Func<ImmutableArray<InputError>.Builder, GroupChange> change)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        errors.AddRange(wrong.Select(one => one.Error));

        try
        {
            return change(errors);
        }
        catch (InputException error) when (wrong is [var only] && only.IsAllOf(error))
        {
            throw wrong[0].ToException();
        }
    }

    private static ProblemException ArchivedMeanwhile(string? template, IReadOnlyList<PlacementInput>? placements) => placements is null
        ? ProblemException.About(
            ProblemKinds.ArchivedTemplate, "template", template, "this template was archived a moment ago: name another one")
        : ProblemException.About(
            ProblemKinds.ArchivedTemplate,
            "placements",
            string.Join(", ", placements.Select(placement => placement.Template)),
            "one of these templates was archived a moment ago: name another one");

    /// <summary>Reads how a group is to be spread after a change; zones without a template are those of the group's own.</summary>
    private async Task<ReadLayout> ReadAsync(HttpContext http, string id, GroupUpdate update, CancellationToken cancellationToken)
    {
        var account = http.Caller().Account;
        var home = update is { Zones: not null, Template: null }
            ? (await finder.GetAsync(account, id, cancellationToken)).Template.Cloud
            : null;
        return await layouts.ReadAsync(account, LayoutAsked.Of(update, home), cancellationToken);
    }

    private static ImmutableArray<Template> Templates(GroupRecord record) => [record.Template, .. record.PlacementTemplates];

    /// <summary>The record as the store would give it after a change of template or placements.</summary>
    private static GroupRecord After(GroupRecord record, Group changed, ReadLayout layout)
    {
        var known = Templates(record).Concat(layout.Templates).DistinctBy(template => template.Id).ToDictionary(template => template.Id);
        var template = known[changed.Template];
        ImmutableArray<Template> placements =
            [.. (changed.Layout?.Placements ?? []).Select(placement => known[placement.Template]).DistinctBy(one => one.Id)];
        var clouds = placements.Append(template).Select(one => one.Cloud).ToHashSet();
        return record with
        {
            Group = changed,
            Template = template,
            PlacementTemplates = placements,
            EarlierTemplates =
            [
                .. Templates(record).Concat(record.EarlierTemplates).Where(one => !clouds.Contains(one.Cloud)).DistinctBy(one => one.Cloud),
            ],
        };
    }

    private ChangeOrigin Origin(Caller caller, string? reason) => new(caller.Author, timeProvider.GetUtcNow(), reason);

    private ActivityId NewActivity() => new(random.NextId());

    private static CapacityChange Capacity(CapacityInput input, ChangeOrigin origin) =>
        new() { Desired = input.Desired, Min = input.Min, Max = input.Max, HoldFor = HoldOf(input.HoldS), Origin = origin };

    /// <summary>
    /// How long a level is to be held; what is out of all bounds is left just outside of them, for the rule that refuses it.
    /// </summary>
    private static TimeSpan? HoldOf(double? seconds) => seconds is { } asked
        ? TimeSpan.FromSeconds(Math.Clamp(asked, -1, GroupRules.HoldMax.TotalSeconds + 1))
        : null;

    private GroupEdit Edit(GroupUpdate input, CapacityInput? capacity, ReadLayout layout, ChangeOrigin origin) => new()
    {
        Prices = prices.Current,
        Capacity = capacity is null ? null : Capacity(capacity, origin),
        CapacityLimit = options.CapacityLimit,
        Name = input.Name,
        Template = layout.Template,
        Layout = layout.Edit,
        IntervalSeconds = input.IntervalS,
        ScaleIn = input.ScaleIn,
        Brakes = Edit(input.Brakes),
        Health = HealthReader.Read(input.Health),
        Repair = HealthReader.Read(input.Repair),
        Traffic = TrafficViews.Read(input.Traffic),
        TrafficSources = sources,
        Drain = LifeReader.Read(input.Drain),
        Hooks = LifeReader.Read(input.Hooks),
        LifetimeMaxSeconds = input.LifetimeMaxS,
        Pool = LifeReader.Read(input.Pool, isMoved: layout.Templates.Any(), layout.TraitsOf),
        Origin = origin,
    };

    private static BrakesEdit Edit(BrakesInput? input) => new()
    {
        LaunchesInFlightMax = input?.LaunchesInFlightMax,
        LaunchesPerCheckMax = input?.LaunchesPerCheckMax,
        TerminationsPerCheckMax = input?.TerminationsPerCheckMax,
        LaunchesPerHourMax = input?.LaunchesPerHourMax,
        TerminationsPerHourMax = input?.TerminationsPerHourMax,
        SpendPerHourMax = input?.SpendPerHourMax,
    };

    private GroupView View(GroupRecord record) => GroupViews.View(
        record, prices.Current, timeProvider.GetUtcNow(), pulse.Obstacle(record.Group.Id));

    private Ok<GroupView> Shown(HttpContext http, GroupRecord record)
    {
        http.Response.Headers.ETag = IfMatch.ETagOf(record.Group.Version);
        return TypedResults.Ok(View(record));
    }

    private Created<GroupView> Created(HttpContext http, GroupRecord record)
    {
        http.Response.Headers.ETag = IfMatch.ETagOf(record.Group.Version);
        return TypedResults.Created($"/v1/groups/{record.Group.Id}", View(record));
    }
}
