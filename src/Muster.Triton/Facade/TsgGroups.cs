using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Server.Authentication;
using Muster.Server.Groups;
using Muster.Server.Requests;
using Muster.Triton.Errors;
using Muster.Triton.Wire;

namespace Muster.Triton.Facade;

/// <summary>Groups of the facade's cloud, as the original's: a number from 0 to 100, and no more to them.</summary>
internal sealed class TsgGroups(
    IStore store, TsgFinder finder, NameWait names, GroupEditor editor, int capacityLimit, IPrices prices, TsgClock clock,
    IRandomSource random)
{
    private readonly TsgTurns _turns = new();

    public async Task ListAsync(HttpContext http, Caller caller)
    {
        var records = await finder.ListGroupsAsync(caller.Account, http.RequestAborted);
        await TsgAnswers.WriteAsync(
            http, StatusCodes.Status200OK, TsgAnswers.List(records, (json, record) => TsgAnswers.Write(json, record.Group)));
    }

    public async Task ShowAsync(HttpContext http, Caller caller, string id) =>
        await ShowAsync(http, StatusCodes.Status200OK, (await finder.GetGroupAsync(caller.Account, id, http.RequestAborted)).Group);

    public async Task CreateAsync(HttpContext http, Caller caller)
    {
        var asked = await TsgGroupBody.ReadAsync(http.Request, capacityLimit, http.RequestAborted);
        // Before the name, which may be waited for: a request that cannot succeed holds no place in that line.
        var template = await GetTemplateAsync(caller.Account, asked.Template, http.RequestAborted);
        if (await names.FindHolderAsync(caller.Account, asked.Name, http.RequestAborted) is { } holder)
        {
            throw holder.Phase is GroupPhase.Draining ? StillEnding(asked.Name) : Taken(asked.Name);
        }

        var change = GroupChanges.Create(
            new()
            {
                Id = new(random.NextId()),
                Account = caller.Account,
                Name = asked.Name,
                Template = template,
                Capacity = new()
                {
                    Desired = asked.Capacity,
                    Min = 0,
                    Max = Math.Min(capacityLimit, TsgGroupBody.CapacityMax),
                    Origin = Origin(caller),
                },
            },
            capacityLimit,
            new(random.NextId()));
        try
        {
            await store.AddGroupAsync(change.Group, change.Activity, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            throw Taken(asked.Name);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw TsgException.Invalid(TsgTexts.UnknownTemplate);
        }

        editor.Tell(change.Activity);
        http.Response.Headers.Location = $"{TsgServer.Root}/groups/{change.Group.Id}";
        await ShowAsync(http, StatusCodes.Status201Created, change.Group);
    }

    public async Task ReplaceAsync(HttpContext http, Caller caller, string id)
    {
        var asked = await TsgGroupBody.ReadAsync(http.Request, capacityLimit, http.RequestAborted);
        await ReplaceAsync(http, caller, asked, await finder.GetGroupAsync(caller.Account, id, http.RequestAborted));
    }

    /// <summary>Every released Terraform provider leaves the id out when it changes a group.</summary>
    public async Task ReplaceByNameAsync(HttpContext http, Caller caller)
    {
        var asked = await TsgGroupBody.ReadAsync(http.Request, capacityLimit, http.RequestAborted);
        await ReplaceAsync(http, caller, asked, await finder.GetGroupByNameAsync(caller.Account, asked.Name, http.RequestAborted));
    }

    public async Task DeleteAsync(HttpContext http, Caller caller, string id)
    {
        var found = await finder.GetGroupAsync(caller.Account, id, http.RequestAborted);
        await ChangeAsync(http, caller, found.Group.Id, record =>
            GroupChanges.Delete(record.Group, keepInstances: false, Origin(caller), new(random.NextId())));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task IncrementAsync(HttpContext http, Caller caller, string id) => StepAsync(http, caller, id, (step, now) => step.Up(now));

    public Task DecrementAsync(HttpContext http, Caller caller, string id) => StepAsync(http, caller, id, (step, now) => step.Down(now));

    private async Task StepAsync(HttpContext http, Caller caller, string id, Func<TsgStep, Capacity, int> capacity)
    {
        var found = await finder.GetGroupAsync(caller.Account, id, http.RequestAborted);
        var step = await TsgStep.ReadAsync(http.Request, http.RequestAborted);

        // Computed anew from what the group is at each attempt: of steps at the same moment none is lost.
        await ChangeAsync(http, caller, found.Group.Id, record => GroupChanges.SetCapacity(
            record.Group,
            new() { Desired = capacity(step, record.Group.Capacity), Origin = Origin(caller) },
            capacityLimit,
            new(random.NextId())));
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task ReplaceAsync(HttpContext http, Caller caller, TsgGroupBody asked, GroupRecord found)
    {
        if (found.Group.Name != asked.Name)
        {
            throw new TsgException(
                StatusCodes.Status400BadRequest, $"The group name \"{asked.Name}\" does not match the name on the record.");
        }

        var template = await GetTemplateAsync(caller.Account, asked.Template, http.RequestAborted);
        GroupRecord changed;
        try
        {
            changed = await ChangeAsync(http, caller, found.Group.Id, record => GroupChanges.Replace(
                record.Group,
                record.Template,
                template,
                new() { Desired = Within(record.Group.Capacity, asked.Capacity), Origin = Origin(caller) },
                capacityLimit,
                prices.Current,
                new(random.NextId())));
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw TsgException.Invalid(TsgTexts.UnknownTemplate);
        }

        await ShowAsync(http, StatusCodes.Status200OK, changed.Group);
    }

    /// <summary>One change of a group at a time here, so that many clients at once do not outrun each other for ever.</summary>
    private async Task<GroupRecord> ChangeAsync(HttpContext http, Caller caller, GroupId group, Func<GroupRecord, GroupChange> change)
    {
        using var turn = await _turns.EnterAsync(group, http.RequestAborted);
        return await editor.ChangeAsync(
            caller.Account, group.ToString(), IfMatch.None,
            record => finder.IsShown(record, caller.Account) ? change(record) : throw TsgException.NotFound(),
            http.RequestAborted);
    }

    private async Task<Template> GetTemplateAsync(AccountId account, string id, CancellationToken cancellationToken) =>
        await finder.FindTemplateAsync(account, id, cancellationToken) ?? throw TsgException.Invalid(TsgTexts.UnknownTemplate);

    /// <summary>A group that was given narrower bounds by other ways keeps them.</summary>
    private static int Within(Capacity bounds, int capacity) => capacity >= bounds.Min && capacity <= bounds.Max
        ? capacity
        : throw TsgException.Invalid($"group capacity must be {bounds.Min} to {bounds.Max}, the group's own bounds");

    private static TsgException Taken(string name) =>
        TsgException.Conflict($"Cannot create group \"{name}\", group name conflicts with existing group.");

    private static TsgException StillEnding(string name) => TsgException.Conflict(
        $"Cannot create group \"{name}\", group name conflicts with existing group. "
        + "It was deleted, and its last machines have not ended yet; try again.");

    private ChangeOrigin Origin(Caller caller) => new(caller.Author, clock.Now());

    private static Task ShowAsync(HttpContext http, int status, Group group) =>
        TsgAnswers.WriteAsync(http, status, TsgAnswers.One(group, TsgAnswers.Write));
}
