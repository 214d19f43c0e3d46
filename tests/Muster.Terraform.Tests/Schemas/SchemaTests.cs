using System.Text.Json;

using Google.Protobuf.Collections;

using Muster.Terraform.Providers;
using Muster.Terraform.Schemas;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Schemas;

/// <summary>A mistake in a schema ends Terraform itself, so every one is looked at.</summary>
public sealed class SchemaTests
{
    private static IEnumerable<(string Name, Terraform.Schemas.Schema Schema)> All =>
    [
        ("provider", ProviderSettings.Schema),
        .. MusterProvider.Resources.Select(resource => (resource.TypeName, resource.Schema)),
        .. MusterProvider.DataSources.Select(source => ($"data {source.TypeName}", source.Schema)),
    ];

    [Fact]
    public void Every_attribute_is_exactly_what_Terraform_allows()
    {
        foreach (var (name, attribute) in All.SelectMany(one => Deep(one.Name, one.Schema.Attributes)))
        {
            Assert.True(
                attribute.IsRequired ? !attribute.IsOptional && !attribute.IsComputed : attribute.IsOptional || attribute.IsComputed,
                $"{name} is neither required, nor optional, nor computed, or too many of them");
            Assert.Matches("^[a-z][a-z0-9_]*$", attribute.Name);
            Assert.True(attribute.Default is null || attribute.IsComputed, $"{name} has a default and is not computed");
            Assert.False(string.IsNullOrWhiteSpace(attribute.Description), $"{name} has no description");
        }
    }

    [Fact]
    public void No_attribute_has_a_name_that_Terraform_keeps_for_itself()
    {
        string[] kept = ["count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"];
        string[] keptOfProviders = ["alias", "version"];

        Assert.All(All.SelectMany(one => one.Schema.Attributes), attribute => Assert.DoesNotContain(attribute.Name, kept));
        Assert.All(ProviderSettings.Schema.Attributes, attribute => Assert.DoesNotContain(attribute.Name, keptOfProviders));
    }

    [Fact]
    public void Every_type_is_JSON_on_the_wire_and_every_name_stands_there_once()
    {
        foreach (var (_, schema) in All)
        {
            var block = WireSchemas.Write(schema).Block;
            CheckAttributes(block.Attributes);
            Assert.All(block.BlockTypes, nested => CheckAttributes(nested.Block.Attributes));
        }
    }

    [Fact]
    public void A_state_that_lacks_a_newer_attribute_gets_it_as_null() => Assert.Equal(
        Configs.GroupOf(("on_destroy", Value.Null)),
        Configs.Group.Schema.Conform(new Value.Mapping(Configs.GroupOf().Items.Remove("on_destroy"))));

    [Fact]
    public void A_state_with_an_older_attribute_loses_it() => Assert.Equal(
        Configs.GroupOf(),
        Configs.Group.Schema.Conform(new Value.Mapping(Configs.GroupOf().Items.Add("health_check_interval", Value.Of(60)))));

    [Fact]
    public void A_state_of_another_shape_is_refused_by_the_place()
    {
        var brakes = Value.Object(("launches_per_hour_max", Value.Of("many")));

        var error = Assert.Throws<ValueException>(() => Configs.Group.Schema.Conform(Configs.GroupOf(("brakes", brakes))));

        Assert.Equal("brakes.launches_per_hour_max is not a number", error.Message);
    }

    [Fact]
    public void No_state_stays_none() => Assert.Equal(Value.Null, Configs.Group.Schema.Conform(Value.Null));

    private static IEnumerable<(string Name, SchemaAttribute Attribute)> Deep(string name, IEnumerable<SchemaAttribute> attributes) =>
        attributes.SelectMany(attribute => attribute.Type is AttributeType.ObjectType nested
            ? Deep($"{name}.{attribute.Name}", nested.Attributes).Prepend(($"{name}.{attribute.Name}", attribute))
            : [($"{name}.{attribute.Name}", attribute)]);

    private static void CheckAttributes(RepeatedField<Wire.Schema.Types.Attribute> attributes)
    {
        Assert.Equal(attributes.Count, attributes.Select(attribute => attribute.Name).Distinct().Count());
        foreach (var attribute in attributes)
        {
            if (attribute.NestedType is { } nested)
            {
                Assert.True(attribute.Type.IsEmpty, $"{attribute.Name} has two types");
                CheckAttributes(nested.Attributes);
            }
            else
            {
                using var type = JsonDocument.Parse(attribute.Type.ToStringUtf8());
                Assert.True(type.RootElement.ValueKind is JsonValueKind.String or JsonValueKind.Array, attribute.Name);
            }
        }
    }
}
