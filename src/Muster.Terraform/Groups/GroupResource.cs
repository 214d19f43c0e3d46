using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Core;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary><c>muster_group</c></summary>
internal sealed class GroupResource : IResource
{
    /// <summary>Changes lost in a row to others who change the same group; more means that somebody is stuck in a loop.</summary>
    private const int AttemptsMax = 10;

    private static readonly TimeSpan LevelTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DeleteTimeout = TimeSpan.FromMinutes(20);

    public string TypeName => "muster_group";

    public Schema Schema => GroupSchema.Resource;

    public AttributePath? Place(string field, Fields config) => ApiFields.Place(Schema, field switch
    {
        "interval_s" => "interval",
        "lifetime_max_s" => Lifetimes.Name,
        "desired" or "capacity.desired" => config.IsGiven("capacity") ? "capacity" : "desired",
        _ when field.StartsWith("capacity.", StringComparison.Ordinal) => field["capacity.".Length..],
        _ => HookFields.Named(PoolFields.Named(DrainFields.Named(HealthFields.Named(LayoutFields.Named(field)))), config),
    });

    public void Validate(Fields config, FindingList findings) => GroupValidation.Check(config, findings);

    public void Refine(ChangeDraft draft)
    {
        if (draft.Prior is { } prior && prior.Text("interval") is { } interval && DurationText.TryParse(interval, out var time)
            && Durations.IsSame(new Fields(draft.Planned).Text("interval"), time.TotalSeconds))
        {
            draft.Set("interval", prior["interval"]);
        }

        Lifetimes.Refine(draft);
        RefineSpread(draft);
        HealthFields.Refine(draft);
        DrainFields.Refine(draft);
        PoolFields.Refine(draft);
        HookFields.Refine(draft);
        if (draft.Prior is null && draft.Config["min"].IsNull)
        {
            draft.Set("min", Value.Of(0));
        }

        var asked = draft.Config["capacity"].IsNull ? draft.Config["desired"] : draft.Config["capacity"];
        var level = asked.IsNull && draft.Prior is null ? draft.Planned.Items["min"] : asked;
        if (!level.IsNull)
        {
            draft.Set("capacity", level);
            draft.Set("desired", level);
        }
        else if (draft.IsChange)
        {
            // Something else scales it: it stays where it is, as far as the new bounds allow, and may be moved until this is applied.
            var kept = Within(new Fields(draft.Planned));
            draft.Set("capacity", kept);
            draft.Set("desired", kept);
        }
    }

    /// <summary>What follows from where it lives: the first placement's template, and what holds where nothing is said.</summary>
    private static void RefineSpread(ChangeDraft draft)
    {
        var form = SpreadForms.Of(draft.Config);
        if (draft.Config["template_id"].IsNull && form is not SpreadForm.Alone)
        {
            draft.Set("template_id", form is SpreadForm.Placements
                ? PlacementFields.BlocksOf(draft.Config).First().Block["template_id"]
                : Value.Unknown);
        }

        foreach (var field in LayoutFields.All)
        {
            var written = draft.Config[field.Name];
            var wanted = !written.IsNull ? written : form switch
            {
                SpreadForm.Alone => Value.Null,
                SpreadForm.Unknown => Value.Unknown,
                _ => field.Default(form),
            };
            draft.Set(field.Name, draft.Prior is { } prior ? field.Spelled(prior[field.Name], wanted) : wanted);
        }
    }

    private static Value Within(Fields planned) =>
        planned.IsUnknown("min") || planned.IsUnknown("max") || planned.Whole("desired") is not { } desired ? Value.Unknown
        : planned.Whole("min") is { } min && desired < min ? Value.Of(min)
        : planned.Whole("max") is { } max && desired > max ? Value.Of(max)
        : Value.Of(desired);

    public async Task CheckAsync(ChangeDraft draft, Connection connection, FindingList findings)
    {
        var known = draft.Prior is { } prior ? Templates(prior).Select(template => template.Id).ToHashSet() : [];
        foreach (var (path, id) in Templates(draft.Config).Where(template => known.Add(template.Id)))
        {
            await CheckTemplateAsync(path, id, connection, findings);
        }
    }

    /// <summary>The templates that are named, and where.</summary>
    private static IEnumerable<(AttributePath Path, string Id)> Templates(Fields group)
    {
        if (group.Text("template_id") is { } template)
        {
            yield return (AttributePath.Of("template_id"), template);
        }

        foreach (var (path, block) in PlacementFields.BlocksOf(group))
        {
            if (block.Text("template_id") is { } own)
            {
                yield return (path.At("template_id"), own);
            }
        }
    }

    private static async Task CheckTemplateAsync(AttributePath path, string id, Connection connection, FindingList findings)
    {
        try
        {
            var template = await connection.AskAsync((server, token) => server.GetTemplateAsync(id, token));
            if (template.ArchivedAt is { } at)
            {
                findings.Invalid(path, id, $"a living template; {template.Name} was archived at {MomentText.Format(at)}");
            }
        }
        catch (ApiException error) when (error.Problem.Code == "template_not_found")
        {
            findings.Invalid(path, id, "the id of a living template");
        }
    }

    public async Task<Value> ReadAsync(Fields state, Connection connection)
    {
        try
        {
            var view = await GetAsync(state.Required("id"), connection);
            // Of a group that drains nothing can be changed any more: to Terraform it is gone.
            return view.Phase == "active" ? GroupState.Of(view, state) : Value.Null;
        }
        catch (ApiException error) when (error.Problem.Code == "group_not_found")
        {
            return Value.Null;
        }
    }

    public async Task<Value> CreateAsync(Fields planned, Connection connection, FindingList findings)
    {
        var view = await MakeAsync(planned, connection);
        return await SettleAsync(planned, view, "create", connection, findings);
    }

    public async Task<Value> UpdateAsync(Fields prior, Fields planned, Fields config, Connection connection, FindingList findings)
    {
        // What the plan said of a level that the user does not write is only where it was: whoever moved it since keeps their word.
        var wanted = config["capacity"].IsNull && config["desired"].IsNull
            ? new Fields(planned.Object.With([("desired", Value.Unknown)]))
            : planned;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var view = await GetAsync(prior.Required("id"), connection);
                var (capacity, update) = (GroupInputs.Change(view.Capacity, wanted), GroupInputs.Change(view, planned));

                // One change, all of it or nothing. It names the version it was decided on, so that nothing is written over what somebody
                // else wrote meanwhile without a look at it.
                return await SettleAsync(planned, await ChangeAsync(view, capacity, update), "update", connection, findings);
            }
            catch (ApiException error) when (error.Problem.Code == "stale_version" && attempt < AttemptsMax)
            {
                connection.Log("somebody else changed the group meanwhile; looking again", prior.Required("id"));
            }
        }

        async Task<GroupView> ChangeAsync(GroupView view, CapacityInput? capacity, GroupUpdate? update) => update is not null
            ? await connection.AskAsync(
                (server, token) => server.UpdateGroupAsync(view.Id.ToString(), update with { Capacity = capacity }, view.Version, token))
            : capacity is not null ? await connection.AskAsync(
                (server, token) => server.SetCapacityAsync(view.Id.ToString(), capacity, view.Version, token))
            : view;
    }

    public async Task DeleteAsync(Fields prior, Connection connection)
    {
        var keeps = prior.Text("on_destroy") == GroupSchema.Keep;
        GroupView view;
        try
        {
            view = await connection.AskAsync(
                (server, token) => server.DeleteGroupAsync(prior.Required("id"), keeps, cancellationToken: token));
        }
        catch (ApiException error) when (error.Problem.Code == "group_not_found")
        {
            // Gone is what was wanted.
            connection.Log("group was gone already", prior.Required("id"));
            return;
        }

        var most = GroupValidation.Timeout(prior, "delete", DeleteTimeout);
        var look = await LevelWait.UntilAsync(view, group => group.Phase == "archived", most, connection);
        if (look.Group.Phase != "archived")
        {
            throw new ValueException(
                $"{(connection.Stopping.IsCancellationRequested ? "stopped" : $"after {DurationText.Format(most)}")} while its instances "
                + $"are being terminated ({look.Words}). Muster goes on with it; the next plan shows it as gone");
        }
    }

    public async Task<Value> ImportAsync(string idOrName, Connection connection)
    {
        var view = await GetAsync(idOrName, connection);
        return view.Phase == "active"
            ? Schema.Fill(("id", Value.Of(view.Id.ToString())))
            : throw new ValueException($"group {view.Name} is deleted already ({view.Phase})");
    }

    private static async Task<GroupView> MakeAsync(Fields planned, Connection connection)
    {
        var key = connection.NewKey();
        var input = GroupInputs.New(planned);
        try
        {
            return await connection.AskAsync((server, token) => server.CreateGroupAsync(input, key, token));
        }
        catch (ApiException error) when (error.Problem.Code == "duplicate_name")
        {
            if (await HolderAsync(planned.Required("name"), connection) is { } holder)
            {
                if (holder.Phase != "draining")
                {
                    throw;
                }

                // It is on its way out, most likely by this very configuration: its name is free in a moment.
                await LevelWait.UntilAsync(
                    holder, group => group.Phase == "archived", GroupValidation.Timeout(planned, "create", LevelTimeout), connection);
            }

            return await connection.AskAsync((server, token) => server.CreateGroupAsync(input, key, token));
        }
    }

    /// <summary>Who has a name that is taken; null when nobody has it any more.</summary>
    private static async Task<GroupView?> HolderAsync(string name, Connection connection)
    {
        try
        {
            return await GetAsync(name, connection);
        }
        catch (ApiException error) when (error.Problem.Code == "group_not_found")
        {
            // Its last instance went between the refusal and this look.
            return null;
        }
    }

    /// <summary>
    /// The state after a change that is made, and after the wait for it if one is wanted. The object is there whatever goes wrong now.
    /// </summary>
    private static async Task<Value> SettleAsync(Fields planned, GroupView view, string step, Connection connection, FindingList findings)
    {
        // What was planned is what was done; what others change during the wait is for the next plan to show.
        var done = Settling.Settle(planned.Object, GroupState.Of(view, planned));
        if (planned.Flag("wait_for_level") is not true)
        {
            return done;
        }

        var most = GroupValidation.Timeout(planned, step, LevelTimeout);
        var wrong = new FindingList();
        try
        {
            var look = await LevelWait.UntilAsync(view, group => group.IsAtLevel(), most, connection);
            view = look.Group;
            if (!view.IsAtLevel())
            {
                var what = connection.Stopping.IsCancellationRequested
                    ? $"Stopped waiting for group {view.Name}"
                    : $"Group {view.Name} is not at its level after {DurationText.Format(most)}";
                wrong.Error(what, $"It is at {look.Words}. Muster goes on.");
            }
        }
        catch (ApiException error)
        {
            Translation.Add(wrong, error, $"Cannot wait for group {view.Name}", _ => null);
        }

        foreach (var finding in wrong.All)
        {
            findings.Add(Advised(finding, step, connection));
        }

        return ((Value.Mapping)done).With([("status", new Fields(GroupState.Of(view, planned))["status"])]);
    }

    /// <summary>What went wrong with a wait, with what Terraform makes of it.</summary>
    private static Finding Advised(Finding wrong, string step, Connection connection)
    {
        if (connection.Stopping.IsCancellationRequested)
        {
            // No error: a new group would be marked as broken and replaced, though it is only not waited for any more.
            return wrong with { IsError = false };
        }

        return step != "create" ? wrong : wrong with
        {
            Detail = $"{wrong.Detail} Terraform marks a new group as tainted for it and would replace it with the next apply; "
                + "'terraform untaint' with its address keeps it.",
        };
    }

    private static Task<GroupView> GetAsync(string idOrName, Connection connection) =>
        connection.AskAsync((server, token) => server.GetGroupAsync(idOrName, token));
}
