using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Api.Policies;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary><c>muster_policy</c></summary>
internal sealed class PolicyResource : IResource
{
    public string TypeName => "muster_policy";

    public Schema Schema => PolicySchema.Resource;

    public AttributePath? Place(string field, Fields config) => PolicyValidation.Place(field);

    public void Validate(Fields config, FindingList findings) => PolicyValidation.Check(config, findings);

    public void Refine(ChangeDraft draft)
    {
        // A group has two names: the one that it was imported by may not be the one that is written.
        if (draft.Prior is { } known && PolicyState.Parts(known.Text("id") ?? "") is var (group, _) && draft.Config.Text("group") == group)
        {
            draft.Set("group", known["group"]);
        }

        var kind = draft.Config.Text("kind");
        foreach (var field in PolicyFields.All)
        {
            draft.Set(field.Name, field.Planned(draft.Config[field.Name], kind, draft.Prior?[field.Name]));
        }

        if (draft.Prior is null && PolicySchema.IsReceiver(kind) is false)
        {
            draft.Set("path", Value.Null);
            draft.Set("secret", Value.Null);
        }
    }

    public async Task CheckAsync(ChangeDraft draft, Connection connection, FindingList findings)
    {
        // One that is named may be made by this very apply; an id is known only once the group is there.
        if (!draft.Makes || draft.Config.Text("group") is not { } group || !Guid.TryParseExact(group, "D", out _))
        {
            return;
        }

        try
        {
            var view = await GetGroupAsync(group, connection);
            if (view.Phase != "active")
            {
                findings.Invalid(AttributePath.Of("group"), group, $"the id or name of a living group; {view.Name} is {view.Phase}");
            }
        }
        catch (ApiException error) when (error.Problem.Code == "group_not_found")
        {
            findings.Invalid(AttributePath.Of("group"), group, "the id or name of a living group");
        }
    }

    public async Task<Value> ReadAsync(Fields state, Connection connection)
    {
        var (group, name) = Parts(state);
        try
        {
            var view = await GetGroupAsync(group, connection);
            // Of a group that drains nothing can be changed any more: to Terraform its policies are gone with it.
            return view.Phase == "active" && view.Policies?.FirstOrDefault(policy => policy.Name == name) is { } found
                ? PolicyState.Of(group, found, state)
                : Value.Null;
        }
        catch (ApiException error) when (error.Problem.Code == "group_not_found")
        {
            return Value.Null;
        }
    }

    public async Task<Value> CreateAsync(Fields planned, Connection connection, FindingList findings)
    {
        // By its id from here on: between two requests, another group may have the name.
        var group = (await GetGroupAsync(planned.Required("group"), connection)).Id.ToString();
        return Settling.Settle(planned.Object, PolicyState.Of(group, await MakeAsync(group, planned, connection), planned));
    }

    public async Task<Value> UpdateAsync(Fields prior, Fields planned, Fields config, Connection connection, FindingList findings)
    {
        var (group, name) = Parts(prior);
        var input = PolicyFields.Input(planned);
        var view = await connection.AskAsync((server, token) => server.ReplacePolicyAsync(group, name, input, token));
        return Settling.Settle(planned.Object, PolicyState.Of(group, view, planned));
    }

    public async Task DeleteAsync(Fields prior, Connection connection)
    {
        var (group, name) = Parts(prior);
        try
        {
            await connection.AskAsync((server, token) => server.DeletePolicyAsync(group, name, token));
        }
        catch (ApiException error) when (
            error.Problem.Code is "policy_not_found" or "group_not_found" or "group_archived" or "group_draining")
        {
            // Gone is what was wanted.
            connection.Log("policy was gone already", prior.Required("id"));
        }
    }

    public async Task<Value> ImportAsync(string idOrName, Connection connection)
    {
        var (group, name) = PolicyState.Parts(idOrName)
            ?? throw new ValueException("give the group's id or name and the policy's name, with a slash between them: web/alarm");
        var view = await GetGroupAsync(group, connection);
        if (view.Phase != "active")
        {
            throw new ValueException($"group {view.Name} is deleted already ({view.Phase})");
        }

        var policy = await connection.AskAsync((server, token) => server.GetPolicyAsync(view.Id.ToString(), name, token));
        // The name, since the id is known beside it: whichever is written is no change then.
        return Schema.Fill(
            ("id", Value.Of(PolicyState.Id(view.Id.ToString(), policy.Name))), ("group", Value.Of(view.Name)),
                ("name", Value.Of(policy.Name)));
    }

    /// <summary>Makes it, also where the answer to a first attempt was lost on its way.</summary>
    private static async Task<PolicyView> MakeAsync(string group, Fields planned, Connection connection)
    {
        var (input, attempts) = (PolicyFields.Input(planned), 0);
        try
        {
            return await connection.AskAsync((server, token) =>
            {
                attempts++;
                return server.CreatePolicyAsync(group, input, token);
            });
        }
        catch (ApiException error) when (error.Problem.Code == "duplicate_name" && attempts > 1)
        {
            // No key tells an attempt that is made again; that what is there is to the letter what was asked for does.
            var name = planned.Required("name");
            var view = await connection.AskAsync((server, token) => server.GetPolicyAsync(group, name, token));
            if (!IsWanted(group, view, planned))
            {
                throw;
            }

            // The secret was in the answer that was lost.
            return view.Path is null
                ? view
                : await connection.AskAsync((server, token) => server.RenewSecretAsync(group, name, token));
        }
    }

    private static bool IsWanted(string group, PolicyView view, Fields planned)
    {
        var there = new Fields(PolicyState.Of(group, view, planned));
        return view is { Version: 1 } && view.Kind == planned.Text("kind")
            && PolicyFields.All.All(field => planned.IsUnknown(field.Name) || there[field.Name] == planned[field.Name]);
    }

    private static (string Group, string Name) Parts(Fields state) => PolicyState.Parts(state.Required("id"))
        ?? throw new ValueException($"the state's id is '{state.Required("id")}': the group's id and the policy's name, as ID/NAME");

    private static Task<GroupView> GetGroupAsync(string idOrName, Connection connection) =>
        connection.AskAsync((server, token) => server.GetGroupAsync(idOrName, token));
}
