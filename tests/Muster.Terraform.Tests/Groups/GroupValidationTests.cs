using Muster.Terraform.Findings;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Groups;

public sealed class GroupValidationTests
{
    public static TheoryData<string, object, string> Wrong => new()
    {
        { "name", Value.Of("no/slash"), "name" },
        { "name", Value.Of(""), "name" },
        { "template_id", Value.Of("web-1"), "template_id" },
        { "capacity", Value.Of(-1), "capacity" },
        { "capacity", new Value.Number("1.5"), "capacity" },
        { "capacity", new Value.Number("1e40"), "capacity" },
        { "min", Value.Of(4), "capacity" },
        { "max", Value.Of(2), "capacity" },
        { "desired", Value.Of(3), "capacity" },
        { "interval", Value.Of("1s"), "interval" },
        { "interval", Value.Of("60"), "interval" },
        { "scale_in", Value.Of("random"), "scale_in" },
        { "on_destroy", Value.Of("leave"), "on_destroy" },
        { "brakes", Value.Object(("launches_per_hour_max", Value.Of(0))), "brakes.launches_per_hour_max" },
        { "timeouts", Value.Object(("create", Value.Of("soon"))), "timeouts.create" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_at_its_place(string name, object value, string place)
    {
        var finding = Assert.Single(Check(Configs.GroupOf((name, (Value)value))));

        Assert.Equal(place, finding.Path!.ToString());
    }

    [Fact]
    public void Everything_wrong_is_told_at_once() => Assert.Equal(
        ["template_id", "interval", "min", "name"],
        Check(Configs.GroupOf(
            ("name", Value.Of("no/slash")),
            ("template_id", Value.Of("x")),
            ("interval", Value.Of("1s")),
            ("min", Value.Of(9)),
            ("max", Value.Of(8))))
            .Select(finding => finding.Path!.ToString()));

    [Fact]
    public void A_group_without_any_capacity_is_refused_and_one_with_a_min_alone_is_not()
    {
        Assert.Contains("Give capacity", Assert.Single(Check(Configs.GroupOf(("capacity", Value.Null)))).Detail, StringComparison.Ordinal);
        Assert.Empty(Check(Configs.GroupOf(("capacity", Value.Null), ("min", Value.Of(1)))));
    }

    [Fact]
    public void What_is_not_known_yet_is_not_wrong() => Assert.Empty(Check(Configs.GroupOf(
        ("name", Value.Unknown), ("template_id", Value.Unknown), ("capacity", Value.Unknown), ("min", Value.Unknown), ("max", Value.Of(1)),
        ("interval", Value.Unknown), ("scale_in", Value.Unknown), ("brakes", Value.Unknown), ("timeouts", Value.Unknown),
        ("wait_for_level", Value.Unknown), ("on_destroy", Value.Unknown))));

    private static IReadOnlyList<Finding> Check(Value.Mapping config)
    {
        var findings = new FindingList();
        Configs.Group.Validate(new Fields(config), findings);
        return findings.All;
    }
}
