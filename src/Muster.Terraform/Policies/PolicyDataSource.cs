using Muster.Core;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary>The data source <c>muster_policy</c></summary>
internal sealed class PolicyDataSource : IDataSource
{
    public string TypeName => "muster_policy";

    public Schema Schema => PolicySchema.DataSource;

    public void Validate(Fields config, FindingList findings)
    {
        if (config.Text("group") is "")
        {
            findings.Invalid(AttributePath.Of("group"), null, "the id or name of a group");
        }

        if (config.Text("name") is { } name && !EntityName.IsValid(name))
        {
            findings.Invalid(AttributePath.Of("name"), name, EntityName.Rule);
        }
    }

    public async Task<Value> ReadAsync(Fields config, Connection connection)
    {
        var (group, name) = (config.Required("group"), config.Required("name"));
        var owner = await connection.AskAsync((server, token) => server.GetGroupAsync(group, token));
        var view = await connection.AskAsync((server, token) => server.GetPolicyAsync(owner.Id.ToString(), name, token));
        var rule = view.Rule with { Name = view.Name, Kind = view.Kind, Mode = view.Mode };
        return Schema.Fill(
            [
                .. PolicyFields.All.Select(field => (field.Name, field.Read(rule))),
                ("group", Value.Of(group)),
                ("name", Value.Of(view.Name)),
                ("kind", Value.Of(view.Kind)),
                ("id", Value.Of(PolicyState.Id(owner.Id.ToString(), view.Name))),
                ("version", Value.Of(view.Version)),
                ("path", Value.Of(view.Path)),
            ]);
    }
}
