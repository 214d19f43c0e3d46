using Muster.Api.Instances;
using Muster.Core;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Instances;

/// <summary>The data source <c>muster_instances</c></summary>
internal sealed class InstancesDataSource : IDataSource
{
    private static readonly AttributeType.ObjectType InstanceType = new(
        [
            SchemaAttribute.Computed("id", AttributeType.Text, "The cloud's own id."),
            SchemaAttribute.Computed("name", AttributeType.Text, "The name that it was launched with."),
            SchemaAttribute.Computed(
                "state", AttributeType.Text, "`provisioning`, `running`, `stopped`, `failed`, `terminating` or `unknown`."),
            SchemaAttribute.Computed("state_detail", AttributeType.Text, "The cloud's own word for the state, and why, where it says so."),
            SchemaAttribute.Computed(
                "phase", AttributeType.Text,
                "`launching`, `booting`, `in-service`, `out-of-service`, `standby`, `warming`, `warm`, `draining`, `terminating`, `dead` "
                + "or `unknown`."),
            SchemaAttribute.Computed(
                "health", AttributeType.Text, "`healthy`, `unhealthy` or `unknown`: what all sources of health come to."),
            SchemaAttribute.Computed("addresses", AttributeType.Texts, "Where it is reached, best first."),
            SchemaAttribute.Computed("template_id", AttributeType.Text, "The template that it was made from."),
            SchemaAttribute.Computed("created_at", AttributeType.Text, "When the cloud made it, in UTC."),
            SchemaAttribute.Computed(
                "attributes", AttributeType.Entries, "What only this kind of cloud tells; of a `local` one `pid` and `port`."),
            SchemaAttribute.Computed("tags", AttributeType.Entries, "Every tag it carries."),
        ],
        IsList: true);

    public string TypeName => "muster_instances";

    public Schema Schema { get; } = new(
        "A group's instances as their cloud shows them when this is read. "
        + "Terraform reads it while it plans, unless `depends_on` names something that this plan changes: then after that.",
        [
            SchemaAttribute.Required("group", AttributeType.Text, "The group's id or name."),
            SchemaAttribute.Computed(
                "instances", InstanceType, "The instances by creation, then id; the dead and the dying too: see `state`."),
        ]);

    public void Validate(Fields config, FindingList findings)
    {
        if (config.Text("group") is "")
        {
            findings.Invalid(AttributePath.Of("group"), null, "the id or name of a group");
        }
    }

    public async Task<Value> ReadAsync(Fields config, Connection connection)
    {
        var group = config.Required("group");
        var page = await connection.AskAsync((server, token) => server.ListInstancesAsync(group, token));
        return Schema.Fill(("group", Value.Of(group)), ("instances", new Value.Sequence([.. page.Items.Select(Write)])));
    }

    private static Value Write(InstanceView instance) => Value.Object(
        ("id", Value.Of(instance.Id)),
        ("name", Value.Of(instance.Name)),
        ("state", Value.Of(instance.State)),
        ("state_detail", Value.Of(instance.StateDetail)),
        ("phase", Value.Of(instance.Phase)),
        ("health", Value.Of(instance.Health)),
        ("addresses", Value.Of(instance.Addresses)),
        ("template_id", Value.Of(instance.TemplateId?.ToString())),
        ("created_at", Value.Of(MomentText.Format(instance.CreatedAt))),
        ("attributes", Value.Of(instance.Attributes)),
        ("tags", Value.Of(instance.Tags)));
}
