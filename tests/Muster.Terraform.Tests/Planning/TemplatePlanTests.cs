using Muster.Terraform.Findings;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Planning;

/// <summary>What a plan for a template says, held against Terraform's own rules each time.</summary>
public sealed class TemplatePlanTests
{
    [Fact]
    public void A_new_template_is_known_but_for_its_id_and_time()
    {
        var draft = TerraformCore.Plan(Configs.Template, Value.Null, Configs.TemplateOf());

        Assert.Equal(["created_at", "id"], draft.Planned.Items.Where(item => item.Value.IsUnknown).Select(item => item.Key));
        Assert.Equal(Value.Of(false), draft.Planned.Items["firewall_enabled"]);
    }

    [Fact]
    public void The_same_configuration_again_changes_nothing() =>
        Assert.False(TerraformCore.Plan(Configs.Template, Made(Configs.TemplateOf()), Configs.TemplateOf()).IsChange);

    [Theory]
    [InlineData("name", "other")]
    [InlineData("cloud", "other")]
    [InlineData("image", "other")]
    [InlineData("size", "large")]
    [InlineData("name_prefix", "w")]
    [InlineData("user_data", "#!/bin/sh")]
    public void Whatever_changes_makes_another_template(string attribute, string value)
    {
        var draft = TerraformCore.Plan(Configs.Template, Made(Configs.TemplateOf()), Configs.TemplateOf((attribute, Value.Of(value))));

        Assert.Equal([AttributePath.Of(attribute)], draft.Replaces);
    }

    [Fact]
    public void Lists_maps_and_the_firewall_make_another_template_too()
    {
        var config = Configs.TemplateOf(
            ("networks", Value.Of((string[])["a"])),
            ("tags", Value.Object(("role", Value.Of("web")))),
            ("firewall_enabled", Value.Of(true)));

        var replaces = TerraformCore.Plan(Configs.Template, Made(Configs.TemplateOf()), config).Replaces;

        Assert.Equal(["networks", "firewall_enabled", "tags"], replaces.Select(path => path.ToString()));
    }

    // Adding networks = [] replaced the template, which its group uses.
    [Theory]
    [InlineData("networks")]
    [InlineData("metadata")]
    [InlineData("tags")]
    [InlineData("options")]
    public void An_empty_list_or_map_is_the_same_as_none(string attribute)
    {
        Value empty = attribute == "networks" ? Value.Of([]) : Value.Object();
        var (without, with) = (Configs.TemplateOf((attribute, Value.Null)), Configs.TemplateOf((attribute, empty)));

        Assert.False(TerraformCore.Plan(Configs.Template, Made(without), with).IsChange);
        Assert.False(TerraformCore.Plan(Configs.Template, Made(with), without).IsChange);

        // A state of before, or of an import, says null.
        var old = (Value.Mapping)Configs.Template.Schema.Conform(Made(without).With((attribute, Value.Null)));
        Assert.False(TerraformCore.Plan(Configs.Template, old, with).IsChange);
        Assert.False(TerraformCore.Plan(Configs.Template, old, without).IsChange);
    }

    [Theory]
    [InlineData("size")]
    [InlineData("name_prefix")]
    [InlineData("user_data")]
    public void An_empty_text_makes_no_other_template_than_none(string attribute) =>
        Assert.Empty(
            TerraformCore.Plan(Configs.Template, Made(Configs.TemplateOf()), Configs.TemplateOf((attribute, Value.Of("")))).Replaces);

    [Fact]
    public void The_check_alone_makes_no_other_template()
    {
        var draft = TerraformCore.Plan(Configs.Template, Made(Configs.TemplateOf()), Configs.TemplateOf(("check", Value.Of(false))));

        Assert.True(draft.IsChange);
        Assert.Empty(draft.Replaces);
    }

    [Fact]
    public void A_base_name_leads_to_a_name_that_is_known_after_apply_and_then_stays()
    {
        var config = Configs.TemplateOf(("name", Value.Null), ("base_name", Value.Of("web")));
        var draft = TerraformCore.Plan(Configs.Template, Value.Null, config);
        Assert.True(draft.Planned.Items["name"].IsUnknown);

        var made = Made(config).With(("name", Value.Of("web-5f0c9a1e")));
        Assert.False(TerraformCore.Plan(Configs.Template, made, config).IsChange);
        Assert.Equal(
            ["name"],
            TerraformCore.Plan(Configs.Template, made, config.With(("base_name", Value.Of("shop")))).Replaces.Select(
                path => path.ToString()));
    }

    [Fact]
    public void An_imported_template_takes_on_the_base_of_its_name_without_being_replaced()
    {
        var config = Configs.TemplateOf(("name", Value.Null), ("base_name", Value.Of("web")));
        var imported = Made(config).With(("name", Value.Of("web-5f0c9a1e")), ("base_name", Value.Null));

        Assert.Empty(TerraformCore.Plan(Configs.Template, imported, config).Replaces);
    }

    [Fact]
    public void Anything_may_be_unknown_while_planning() => TerraformCore.Plan(
        Configs.Template, Made(Configs.TemplateOf()), Configs.TemplateOf(
            ("name", Value.Unknown),
            ("cloud", Value.Unknown),
            ("networks", Value.Unknown),
            ("tags", Value.Unknown),
            ("check", Value.Unknown)));

    private static Value.Mapping Made(Value.Mapping config) =>
        Configs.Made(Configs.Template, TerraformCore.Plan(Configs.Template, Value.Null, config).Planned);
}
