using Muster.Terraform.Findings;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Findings;

public sealed class ApiFieldsTests
{
    [Theory]
    [InlineData("capacity.desired", "desired")]
    [InlineData("capacity.min", "min")]
    [InlineData("desired", "desired")]
    [InlineData("interval_s", "interval")]
    [InlineData("template", "template_id")]
    [InlineData("brakes.launches_per_hour_max", "brakes.launches_per_hour_max")]
    [InlineData("reason", null)]
    public void A_field_of_a_group_is_found_where_the_user_wrote_it(string field, string? place) =>
        Assert.Equal(place, Configs.Group.Place(field, new(Configs.GroupOf(("capacity", Value.Null))))?.ToString());

    [Fact]
    public void The_number_of_instances_is_found_under_the_word_that_the_user_took() =>
        Assert.Equal("capacity", Configs.Group.Place("capacity.desired", new(Configs.GroupOf()))?.ToString());

    [Theory]
    [InlineData("tags.muster.group", "tags[\"muster.group\"]")]
    [InlineData("networks[3]", "networks[3]")]
    [InlineData("network", "networks")]
    [InlineData("image", "image")]
    [InlineData("Idempotency-Key", null)]
    public void A_field_of_a_template_is_found_where_the_user_wrote_it(string field, string? place) =>
        Assert.Equal(place, Configs.Template.Place(field, new(Configs.TemplateOf()))?.ToString());

    [Fact]
    public void A_path_goes_over_the_wire_step_by_step()
    {
        var steps = WireFindings.Write(new Terraform.Findings.AttributePath(["a", 3, new Terraform.Findings.AttributePath.Key("k")])).Steps;

        Assert.Equal(("a", 3L, "k"), (steps[0].AttributeName, steps[1].ElementKeyInt, steps[2].ElementKeyString));
    }
}
