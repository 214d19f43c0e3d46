using Muster.Core;
using Muster.Terraform.Schemas;

namespace Muster.Terraform.Policies;

/// <summary>What a policy says, as attributes. The API's words.</summary>
internal static class PolicySchema
{
    public static Schema Resource { get; } = new(
        "A policy of a group: it moves the group's level by the clock, a metric, a queue, a forecast, or an outside voice. "
        + "Each kind takes its own attributes, named at each, and refuses the others. Times are written as `5m` or `300s`.",
        [
            SchemaAttribute.Required("group", AttributeType.Text,
                "The group's id or name, best `muster_group.NAME.id`: it survives a new name. Another group makes another policy.")
                with { Replaces = true },
            SchemaAttribute.Required("name", AttributeType.Text, $"Unique among the group's policies; {EntityName.Rule}.")
                with { Replaces = true },
            SchemaAttribute.Required("kind", AttributeType.Text,
                "`schedule`, `step`, `target`, `backlog`, `predictive` or `receiver`. Another kind makes another policy.")
                with { Replaces = true },
            .. PolicyFields.All.Select(field => field.Attribute),
            SchemaAttribute.Computed("id", AttributeType.Text, "The group's id and the policy's name, with a slash between them."),
            SchemaAttribute.Computed("version", AttributeType.Number, "Counts its changes from 1.") with { IsStatus = true },
            SchemaAttribute.Computed("path", AttributeType.Text,
                "`receiver`: where on the server it is called, without its secret. Null for other kinds."),
            SchemaAttribute.Computed("secret", AttributeType.Text,
                "`receiver`: its secret, for whoever is to call it. The server keeps a hash alone, so it is known only where "
                + "Terraform made "
                + "the receiver, and lies in the state; null after an import. `terraform apply -replace` with the resource's address makes "
                + "another.")
                with { IsSensitive = true },
        ]);

    public static Schema DataSource { get; } = new(
        "A policy that somebody else keeps. What its kind does not take is null.",
        [
            SchemaAttribute.Required("group", AttributeType.Text, "The group's id or name."),
            SchemaAttribute.Required("name", AttributeType.Text, "The policy's name."),
            SchemaAttribute.Computed(
                "kind", AttributeType.Text, "`schedule`, `step`, `target`, `backlog`, `predictive` or `receiver`."),
            .. PolicyFields.All.Select(field => field.Attribute with
            {
                IsRequired = false, IsOptional = false, IsComputed = true, IsBlock = false, Default = null,
            }),
            SchemaAttribute.Computed("id", AttributeType.Text, "The group's id and the policy's name, with a slash between them."),
            SchemaAttribute.Computed("version", AttributeType.Number, "Counts its changes from 1."),
            SchemaAttribute.Computed("path", AttributeType.Text,
                "`receiver`: where on the server it is called, without its secret. Null for other kinds."),
        ]);

    /// <summary>Whether a kind is called from outside; null where it is not known yet.</summary>
    public static bool? IsReceiver(string? kind) => kind is null ? null : kind == "receiver";
}
