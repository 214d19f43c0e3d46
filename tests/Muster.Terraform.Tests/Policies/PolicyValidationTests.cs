using Muster.Terraform.Findings;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Policies;

public sealed class PolicyValidationTests
{
    public static TheoryData<string, object, string> WrongAlarm => new()
    {
        { "group", Value.Of(""), "group" },
        { "name", Value.Of("no/slash"), "name" },
        { "kind", Value.Of("magic"), "kind" },
        { "mode", Value.Of("maybe"), "mode" },
        { "metric", Value.Null, "metric" },
        { "above", Value.Null, "above" },
        { "below", Value.Of(3), "above below" },
        { "for", Value.Of("soon"), "for" },
        { "for", Value.Of("2h"), "for" },
        { "add", Value.Null, "add" },
        { "add", Value.Of("2000%"), "add" },
        { "set", Value.Of(7), "add set" },
        { "cooldown", Value.Of("5"), "cooldown" },
        { "max_age", Value.Of("1s"), "max_age" },
        { "steps", Value.Of(["0..10: +1"]), "add steps" },
        { "zone", Value.Of("UTC"), "zone" },
        { "total", Value.Of(true), "total" },
        { "inside", Configs.FrameOf(min: 1), "inside.min" },
    };

    public static TheoryData<string, object, string> WrongOffice => new()
    {
        { "windows", Value.Null, "windows" },
        { "windows", Value.Of([]), "windows" },
        { "windows", Value.Of(["Mon-Fri 08:00"]), "windows" },
        { "windows", Value.Of(["0 8 30 2 * for 1h"]), "windows" },
        { "zone", Value.Of("Mars/Olympus"), "zone" },
        { "inside", Configs.FrameOf(min: 3, max: 2), "inside.min" },
        { "inside", Configs.FrameOf(min: -1), "inside.min" },
        { "outside", Configs.FrameOf(max: 1, floor: 2), "outside.floor" },
        { "metric", Value.Of("cpu"), "metric" },
    };

    [Theory, MemberData(nameof(WrongAlarm))]
    public void A_wrong_value_of_an_alarm_is_told_at_its_attribute(string name, object value, string path) =>
        Assert.Equal(path, Paths(Configs.AlarmOf((name, (Value)value))));

    [Theory, MemberData(nameof(WrongOffice))]
    public void A_wrong_value_of_a_schedule_is_told_at_its_attribute(string name, object value, string path) =>
        Assert.Equal(path, Paths(Configs.OfficeOf((name, (Value)value))));

    [Fact]
    public void A_target_of_nothing_is_refused_with_what_is_allowed() => Assert.Equal(
        "target is '0': a number above 0.",
        Assert.Single(Check(Configs.PolicyOf("level", "target", ("metric", Value.Of("cpu")), ("target", Value.Of(0))))).Detail);

    [Fact]
    public void A_count_that_is_no_whole_number_is_refused() =>
        Assert.Equal("add set", Paths(Configs.AlarmOf(("set", new Value.Number("1.5")), ("add", Value.Null))));

    [Fact]
    public void Windows_that_are_over_may_be_those_of_a_policy_that_is_kept() =>
        Assert.Empty(Check(Configs.OfficeOf(("windows", Value.Of(["2020-12-24 18:00 to 2020-12-27 08:00"])))));

    [Theory]
    [InlineData("metric")]
    [InlineData("above")]
    [InlineData("add")]
    [InlineData("kind")]
    [InlineData("name")]
    [InlineData("group")]
    [InlineData("steps")]
    [InlineData("below")]
    [InlineData("zone")]
    public void What_is_not_known_yet_is_no_fault(string name) => Assert.Empty(Check(Configs.AlarmOf((name, Value.Unknown))));

    [Fact]
    public void What_is_not_known_yet_in_a_list_or_an_object_is_no_fault()
    {
        Assert.Empty(Check(Configs.OfficeOf(("windows", new Value.Sequence([Value.Unknown])))));
        Assert.Empty(Check(Configs.OfficeOf(
            ("inside", Configs.FrameOf(max: 3).With(("min", Value.Unknown))), ("outside", Value.Null))));
        Assert.Empty(Check(Configs.OfficeOf(("inside", Value.Unknown), ("outside", Value.Null))));
    }

    private static string Paths(Value.Mapping config) => string.Join(
        ' ',
        Check(config).Select(finding => finding.Path?.ToString()).Distinct().Order(StringComparer.Ordinal));

    private static IReadOnlyList<Finding> Check(Value.Mapping config)
    {
        var findings = new FindingList();
        Configs.Policy.Validate(new(config), findings);
        return findings.All;
    }
}
