using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Clouds;

/// <summary>The data source <c>muster_cloud</c></summary>
internal sealed class CloudDataSource : IDataSource
{
    public string TypeName => "muster_cloud";

    public Schema Schema { get; } = new(
        "A cloud that the server is configured for.",
        [
            SchemaAttribute.Required("name", AttributeType.Text, "What templates call it."),
            SchemaAttribute.Computed("kind", AttributeType.Text, "What drives it: `local`, for example."),
            SchemaAttribute.Computed(
                "watches", AttributeType.Flag, "Whether it tells of changes by itself, so that a dead instance is replaced at once."),
            SchemaAttribute.Computed("launch_tokens", AttributeType.Flag, "Whether a repeated launch can never make a second instance."),
            SchemaAttribute.Computed(
                "listing_lag_max", AttributeType.Text, "How long its listings may lag behind the truth, as a time such as `5s`."),
        ]);

    public void Validate(Fields config, FindingList findings)
    {
        if (config.Text("name") is "")
        {
            findings.Invalid(AttributePath.Of("name"), null, "the name of a configured cloud");
        }
    }

    public async Task<Value> ReadAsync(Fields config, Connection connection)
    {
        var name = config.Required("name");
        var known = await connection.CloudsAsync();
        var cloud = known.FirstOrDefault(entry => entry.Name == name) ?? throw new ValueException(
            $"there is no cloud '{name}'; configured: {string.Join(", ", known.Select(entry => entry.Name))}");
        return Schema.Fill(
            ("name", Value.Of(cloud.Name)),
            ("kind", Value.Of(cloud.Kind)),
            ("watches", Value.Of(cloud.Watches)),
            ("launch_tokens", Value.Of(cloud.LaunchTokens)),
            ("listing_lag_max", Value.Of(Durations.Write(cloud.ListingLagMaxS))));
    }
}
