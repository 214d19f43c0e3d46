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
        { "lifetime_max", Value.Of("59m"), "lifetime_max" },
        { "lifetime_max", Value.Of("never"), "lifetime_max" },
        { "on_destroy", Value.Of("leave"), "on_destroy" },
        { "brakes", Value.Object(("launches_per_hour_max", Value.Of(0))), "brakes.launches_per_hour_max" },
        { "brakes", Value.Object(("spend_per_hour_max", new Value.Number("-0.5"))), "brakes.spend_per_hour_max" },
        { "brakes", Value.Object(("spend_per_hour_max", new Value.Number("0.1234567"))), "brakes.spend_per_hour_max" },
        { "brakes", Value.Object(("spend_per_hour_max", new Value.Number("1000000000.5"))), "brakes.spend_per_hour_max" },
        { "timeouts", Value.Object(("create", Value.Of("soon"))), "timeouts.create" },
        { "health", Health(("port", Value.Of(0))), "health.port" },
        { "health", Health(("port", Value.Of(70000))), "health.port" },
        { "health", Health(("port", Value.Null)), "health.port" },
        { "health", Health(("attribute", Value.Of("port"))), "health.port" },
        { "health", Health(("path", Value.Of("healthz"))), "health.path" },
        { "health", Health(("interval", Value.Of("2s")), ("timeout", Value.Of("3s"))), "health.timeout" },
        { "health", Health(("grace", Value.Of("-1s"))), "health.grace" },
        { "health", Health(("boot_timeout", Value.Of("1s"))), "health.boot_timeout" },
        { "health", Health(("kind", Value.Of("ping"))), "health.kind" },
        { "health", Health(("service", Value.Of("web"))), "health.service" },
        { "repair", Value.Object(("mode", Value.Of("mend"))), "repair.mode" },
        { "repair", Value.Object(("unavailable_max", Value.Of("0")), ("surge", Value.Of("0"))), "repair.unavailable_max" },
        { "drain", Drain(("wait", Value.Of("-1s"))), "drain.wait" },
        { "drain", Drain(("deadline", Value.Of("5s")), ("wait", Value.Of("6s"))), "drain.wait" },
        { "drain", Drain(), "drain.wait" },
        { "drain", Drain(("through", Value.Of(["a b"]))), "drain.through" },
        { "pool", Pool(("size", Value.Of("0"))), "pool.size" },
        { "pool", Pool(("size", Value.Of("1001"))), "pool.size" },
        { "pool", Pool(("mode", Value.Of("frozen"))), "pool.mode" },
        { "pool", Pool(("age_max", Value.Of("59m"))), "pool.age_max" },
        { "pool", Pool(("age_max", Value.Of("never"))), "pool.age_max" },
        { "hook", Hooks(("name", Value.Of("drain"))), "hook[0].name" },
        { "hook", Hooks(("at", Value.Of("birth"))), "hook[0].at" },
        { "hook", Hooks(("timeout", Value.Of("soon"))), "hook[0].timeout" },
        { "hook", Hooks(("on_timeout", Value.Of("stay"))), "hook[0].on_timeout" },
        { "hook", Hooks(("tell", Value.Of("ftp://x"))), "hook[0].tell" },
        { "traffic", Traffic(("source", Value.Of("a b"))), "traffic[0].source" },
        { "traffic", Traffic(("port", Value.Of(70000))), "traffic[0].port" },
        { "traffic", Traffic(("port", Value.Of(80)), ("attribute", Value.Of("port"))), "traffic[0].attribute" },
        { "traffic", Traffic(("path", Value.Of("drain"))), "traffic[0].path" },
        { "traffic", Traffic(("network", Value.Of("home"))), "traffic[0].network" },
        { "template_id", Value.Null, "template_id" },
        { "zones", Value.Of(["a", "a"]), "zones[1]" },
        { "zones", Value.Of(["no/slash"]), "zones[0]" },
        { "zones", Value.Of([]), "zones" },
        { "distribution", Value.Of("ordered"), "distribution" },
        { "distribution", Value.Of("cheapest"), "distribution" },
        { "spill_after", Value.Of("5m"), "spill_after" },
        { "return_after", Value.Of("soon"), "return_after" },
        { "surge", Value.Of("5"), "surge" },
        { "on_demand_percent_above_base", Value.Of(50), "on_demand_percent_above_base" },
    };

    public static TheoryData<string, object, string> WrongPlacement => new()
    {
        { "name", Value.Of("no/slash"), "placement[0].name" },
        { "name", Value.Of("away"), "placement[1].name" },
        { "template_id", Value.Of("web-1"), "placement[0].template_id" },
        { "zone", Value.Of(""), "placement[0].zone" },
        { "rank", Value.Of(1001), "placement[0].rank" },
        { "weight", Value.Of(1), "placement[0].weight" },
        { "min", new Value.Number("1.5"), "placement[0].min" },
        { "min", Value.Of(5), "placement[0].min" },
        { "max", Value.Of(-1), "placement[0].max" },
        { "base", Value.Of(5), "placement[0].base" },
        { "base", new Value.Number("1.5"), "placement[0].base" },
    };

    public static TheoryData<string, object, string> WrongBesidePlacements => new()
    {
        { "template_id", Value.Of(Configs.TemplateId), "template_id" },
        { "zones", Value.Of(["a"]), "zones" },
        { "distribution", Value.Of("even"), "distribution" },
        { "spill_after", Value.Of("500ms"), "spill_after" },
        { "return_after", Value.Of("2d"), "return_after" },
        { "surge", Value.Of("0%"), "surge" },
        { "on_demand_percent_above_base", Value.Of(-1), "on_demand_percent_above_base" },
        { "on_demand_percent_above_base", Value.Of(101), "on_demand_percent_above_base" },
        { "on_demand_percent_above_base", Value.Of(50), "on_demand_percent_above_base" },
        { "min", Value.Of(8), "placement" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_at_its_place(string name, object value, string place)
    {
        var finding = Assert.Single(Check(Configs.GroupOf((name, (Value)value))));

        Assert.Equal(place, finding.Path!.ToString());
    }

    [Theory, MemberData(nameof(WrongPlacement))]
    public void What_is_wrong_with_a_placement_is_told_at_its_place(string name, object value, string place) =>
        Assert.Equal(place, Assert.Single(Check(Spread(Value.Of(4), (name, (Value)value)))).Path!.ToString());

    [Theory, MemberData(nameof(WrongBesidePlacements))]
    public void What_is_wrong_beside_placements_is_told_at_its_place(string name, object value, string place) =>
        Assert.Equal(
            place,
            Assert.Single(Check(Spread(Value.Of(4)).With(("capacity", Value.Of(8)), (name, (Value)value)))).Path!.ToString());

    [Fact]
    public void A_finding_about_placements_has_field_value_and_what_is_allowed()
    {
        var both = Assert.Single(Check(Spread(Value.Of(4)).With(("template_id", Value.Of(Configs.TemplateId)))));
        var above = Assert.Single(Check(Spread(Value.Of(4), ("base", Value.Of(5)))));

        Assert.Equal(
            $"template_id is '{Configs.TemplateId}': "
            + "template_id or placement blocks, not both: each placement names a template of its own.",
            both.Detail);
        Assert.Equal("placement[0].base is '5': at most 4, its max.", above.Detail);
        Assert.Equal(
            "on_demand_percent_above_base is '50': none, or a placement that is interruptible beside one that is not.",
            Assert.Single(Check(Spread(Value.Of(4)).With(("on_demand_percent_above_base", Value.Of(50))))).Detail);
    }

    // Prices are the server's to know.
    [Fact]
    public void The_cheapest_first_is_taken_without_rank_and_weight()
    {
        var cheapest = ("distribution", (Value)Value.Of("cheapest"));

        Assert.Empty(Check(Spread(Value.Of(4)).With(cheapest)));
        Assert.Empty(Check(Configs.GroupOf(("zones", Value.Of(["a", "b"])), cheapest)));
        Assert.Equal(
            "placement[0].rank is '1': none: rank goes with ordered, and this group is cheapest.",
            Assert.Single(Check(Spread(Value.Of(4), ("rank", Value.Of(1))).With(cheapest))).Detail);
        Assert.Equal(
            "placement[0].weight is '1': none: weight goes with balanced, and this group is cheapest.",
            Assert.Single(Check(Spread(Value.Of(4), ("weight", Value.Of(1))).With(cheapest))).Detail);
        Assert.Equal(
            "distribution is 'dearest': ordered, balanced or cheapest.",
            Assert.Single(Check(Spread(Value.Of(4)).With(("distribution", Value.Of("dearest"))))).Detail);
    }

    [Fact]
    public void A_finding_about_a_limit_has_field_value_and_what_is_allowed() => Assert.Equal(
        "brakes.spend_per_hour_max is '-1': more than 0, at most 50000000, with 6 decimals at most; 0 for no limit.",
        Assert.Single(Check(Configs.GroupOf(("brakes", Value.Object(("spend_per_hour_max", Value.Of(-1))))))).Detail);

    [Fact]
    public void What_is_not_known_yet_of_placements_is_not_wrong()
    {
        Assert.Empty(Check(Configs.GroupOf(("template_id", Value.Null), ("placement", Value.Unknown), ("surge", Value.Of("5")))));
        Assert.Empty(Check(Configs.GroupOf(("zones", Value.Unknown), ("distribution", Value.Of("ordered")))));
        Assert.Empty(Check(Configs.GroupOf(("zones", new Value.Sequence([Value.Unknown, Value.Unknown])))));
        Assert.Empty(Check(Spread(Value.Unknown, ("base", Value.Of(5))).With(("template_id", Value.Unknown))));
        Assert.Empty(Check(Spread(Value.Of(4), ("weight", Value.Of(5))).With(("distribution", Value.Unknown))));
        Assert.Empty(Check(Spread(Value.Of(4), ("interruptible", Value.Unknown)).With(("on_demand_percent_above_base", Value.Of(50)))));
        Assert.Empty(Check(Configs.SpreadOf(
            Configs.PlacementOf("a", Value.Unknown, ("name", Value.Unknown), ("zone", Value.Unknown)),
            Configs.PlacementOf("b", Value.Unknown, ("name", Value.Unknown), ("rank", Value.Unknown), ("min", Value.Unknown)))));
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

    private static Value.Mapping Drain(params (string Name, Value Value)[] given) =>
        Value.Object(("deadline", Value.Null), ("wait", Value.Null), ("through", Value.Null)).With(given);

    /// <summary>A pool of two, but for what is given.</summary>
    private static Value.Mapping Pool(params (string Name, Value Value)[] given) => Value.Object(
        ("size", Value.Of("2")), ("mode", Value.Null), ("takes_surplus", Value.Null), ("age_max", Value.Null)).With(given);

    /// <summary>One hook called a.b at launch, but for what is given.</summary>
    private static Value.Sequence Hooks(params (string Name, Value Value)[] given) => new(
    [
        Value.Object(
            ("name", Value.Of("a.b")), ("at", Value.Of("launch")), ("timeout", Value.Null), ("on_timeout", Value.Null),
            ("tell", Value.Null))
            .With(given),
    ]);

    /// <summary>One source called edge, but for what is given.</summary>
    private static Value.Sequence Traffic(params (string Name, Value Value)[] given) => new(
    [
        Value.Object(
            ("source", Value.Of("edge")), ("backend", Value.Null), ("service", Value.Null), ("port", Value.Null), ("attribute", Value.Null),
            ("network", Value.Null), ("path", Value.Null), ("health", Value.Null))
            .With(given),
    ]);

    /// <summary>A probe of port 80 with what else is given.</summary>
    private static Value.Mapping Health(params (string Name, Value Value)[] given) =>
        Value.Object(("kind", Value.Of("http")), ("port", Value.Of(80))).With(given);

    /// <summary>A placement home with a bound, and one away with at most three.</summary>
    private static Value.Mapping Spread(Value max, params (string Name, Value Value)[] home) => Configs.SpreadOf(
        Configs.PlacementOf("home", Value.Of(Configs.TemplateId), ("max", max)).With(home),
        Configs.PlacementOf("away", Value.Of(Configs.TemplateId), ("max", Value.Of(3)))).With(("max", Value.Of(8)));

    private static IReadOnlyList<Finding> Check(Value.Mapping config)
    {
        var findings = new FindingList();
        Configs.Group.Validate(new Fields(config), findings);
        return findings.All;
    }
}
