using Muster.Api.Client;
using Muster.Api.Templates;
using Muster.Core;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Templates;

/// <summary><c>muster_template</c></summary>
internal sealed class TemplateResource : IResource
{
    public string TypeName => "muster_template";

    public Schema Schema => TemplateSchema.Resource;

    // The cloud speaks of one network where the configuration has the list.
    public AttributePath? Place(string field, Fields config) => ApiFields.Place(Schema, field == "network" ? "networks" : field);

    public void Validate(Fields config, FindingList findings) => TemplateValidation.Check(config, findings);

    public void Refine(ChangeDraft draft)
    {
        if (draft.Prior is not { } prior || draft.Config["base_name"] is { IsNull: true })
        {
            return;
        }

        // A name that the base already leads to is as good as any other; else only a new template can have one.
        if (!UniqueName.IsOf(draft.Config.Text("base_name"), prior.Text("name")))
        {
            draft.Set("name", Value.Unknown);
        }
    }

    public async Task CheckAsync(ChangeDraft draft, Connection connection, FindingList findings)
    {
        if (!draft.Makes)
        {
            return;
        }

        if (draft.Config.Text("cloud") is { } cloud)
        {
            var known = await connection.CloudsAsync();
            if (!known.Any(entry => entry.Name == cloud))
            {
                findings.Invalid(
                    AttributePath.Of("cloud"),
                    cloud,
                    $"one of the configured clouds: {string.Join(", ", known.Select(entry => entry.Name))}");
            }
        }

        if (draft.Prior is { } prior && draft.Config.Text("name") is { } name && name == prior.Text("name")
            && await UserOfAsync(prior.Required("id"), connection) is { } group)
        {
            findings.Error(
                $"Template {name} is used by group {group}",
                "This plan would make another template of the same name. A template that a group uses cannot be archived, and a new one "
                + "cannot have its name while it lives. Write base_name instead of name, and lifecycle { create_before_destroy = true }: "
                + "the group moves to the new template, and then the old one goes. If the group is to go too, destroy it first.",
                AttributePath.Of("name"));
        }
    }

    public async Task<Value> ReadAsync(Fields state, Connection connection)
    {
        try
        {
            var view = await connection.AskAsync((server, token) => server.GetTemplateAsync(state.Required("id"), token));
            return view.ArchivedAt is null ? State(view, state) : Value.Null;
        }
        catch (ApiException error) when (error.Problem.Code == "template_not_found")
        {
            return Value.Null;
        }
    }

    public async Task<Value> CreateAsync(Fields planned, Connection connection, FindingList findings)
    {
        var name = planned.Text("name") ?? UniqueName.From(planned.Required("base_name"), connection.Random);
        var key = connection.NewKey();
        var view = await connection.AskAsync((server, token) =>
            server.CreateTemplateAsync(Input(planned, name), planned.Flag("check") is not false, key, token));
        return Settling.Settle(planned.Object, State(view, planned));
    }

    // What can change without a new template says nothing to the server.
    public Task<Value> UpdateAsync(Fields prior, Fields planned, Fields config, Connection connection, FindingList findings) =>
        Task.FromResult<Value>(planned.Object);

    public async Task DeleteAsync(Fields prior, Connection connection)
    {
        try
        {
            await connection.AskAsync((server, token) => server.ArchiveTemplateAsync(prior.Required("id"), token));
        }
        catch (ApiException error) when (error.Problem.Code == "template_not_found")
        {
            // Gone is what was wanted.
            connection.Log("template was gone already", prior.Required("id"));
        }
    }

    public async Task<Value> ImportAsync(string idOrName, Connection connection)
    {
        var view = await connection.AskAsync((server, token) => server.GetTemplateAsync(idOrName, token));
        return view.ArchivedAt is null
            ? Schema.Fill(("id", Value.Of(view.Id.ToString())))
            : throw new ValueException($"it was archived at {MomentText.Format(view.ArchivedAt.Value)}");
    }

    private Value.Mapping State(TemplateView view, Fields before) => Schema.Fill(
        [
            .. TemplateSchema.Contained(view, before),
            ("base_name", before["base_name"]),
            ("check", before["check"].IsNull ? Value.Of(true) : before["check"]),
        ]);

    private static TemplateInput Input(Fields planned, string name) => new()
    {
        Name = name,
        Cloud = planned.Text("cloud"),
        NamePrefix = planned.Text("name_prefix"),
        Image = planned.Text("image"),
        Size = planned.Text("size"),
        Networks = planned.Texts("networks"),
        FirewallEnabled = planned.Flag("firewall_enabled"),
        UserData = planned.Text("user_data"),
        Metadata = planned.Entries("metadata"),
        Tags = planned.Entries("tags"),
        Options = planned.Entries("options"),
    };

    /// <summary>A living group that launches from the template; null when there is none.</summary>
    private static async Task<string?> UserOfAsync(string template, Connection connection)
    {
        var groups = MusterClient.AllAsync(
            page => connection.AskAsync((server, token) => server.ListGroupsAsync(page, cancellationToken: token)));
        return (await groups.FirstOrDefaultAsync(group =>
            group.TemplateId.ToString() == template
            || group.Placements?.Any(placement => placement.TemplateId?.ToString() == template) is true))?.Name;
    }
}
