using Muster.Terraform.Findings;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Templates;

public sealed class TemplateValidationTests
{
    public static TheoryData<string, object, string> Wrong => new()
    {
        { "name", Value.Of("no/slash"), "name" },
        { "name", Value.Null, "name" },
        { "base_name", Value.Of("web"), "name" },
        { "image", Value.Of(" "), "image" },
        { "size", Value.Of(""), "size" },
        { "name_prefix", Value.Of("a b"), "name_prefix" },
        { "networks", new Value.Sequence([Value.Of("a"), Value.Null]), "networks[1]" },
        { "networks", Value.Of((string[])["a", ""]), "networks[1]" },
        { "user_data", Value.Of(new string('x', 70_000)), "user_data" },
        { "tags", Value.Object(("muster.group", Value.Of("x"))), "tags[\"muster.group\"]" },
        { "tags", Value.Object(("role", Value.Null)), "tags[\"role\"]" },
        { "metadata", Value.Object(("role", Value.Of(new string('x', 2000)))), "metadata[\"role\"]" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_at_its_place(string name, object value, string place)
    {
        var finding = Assert.Single(Check(Configs.TemplateOf((name, (Value)value))));

        Assert.Equal(place, finding.Path!.ToString());
    }

    [Fact]
    public void A_base_name_leaves_room_for_its_end()
    {
        Assert.Empty(Check(Configs.TemplateOf(("name", Value.Null), ("base_name", Value.Of(new string('x', 173))))));
        Assert.Equal(
            "base_name",
            Assert.Single(Check(Configs.TemplateOf(("name", Value.Null), ("base_name", Value.Of(new string('x', 174)))))).Path!.ToString());
    }

    [Fact]
    public void What_is_not_known_yet_is_not_wrong() => Assert.Empty(Check(Configs.TemplateOf(
        ("name", Value.Unknown), ("cloud", Value.Unknown), ("image", Value.Unknown), ("size", Value.Unknown),
        ("networks", new Value.Sequence([Value.Unknown])), ("tags", Value.Object(("role", Value.Unknown))), ("metadata", Value.Unknown))));

    private static IReadOnlyList<Finding> Check(Value.Mapping config)
    {
        var findings = new FindingList();
        Configs.Template.Validate(new Fields(config), findings);
        return findings.All;
    }
}
