using CsCheck;

using Muster.Terraform.Groups;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Planning;

/// <summary>What a plan for a group says, held against Terraform's own rules each time.</summary>
public sealed class GroupPlanTests
{
    [Fact]
    public void A_new_group_is_known_but_for_what_only_the_server_can_tell()
    {
        var draft = TerraformCore.Plan(Configs.Group, Value.Null, Configs.GroupOf());

        var unknown = draft.Planned.Items.Where(item => item.Value.IsUnknown).Select(item => item.Key);
        Assert.Equal(["brakes", "health", "id", "max", "repair", "status"], unknown);
        Assert.Equal(Value.Of(3), draft.Planned.Items["desired"]);
        Assert.Equal(Value.Of(0), draft.Planned.Items["min"]);
        Assert.Equal(Value.Of("1m"), draft.Planned.Items["interval"]);
        Assert.Empty(draft.Replaces);
    }

    [Fact]
    public void The_same_configuration_again_changes_nothing() =>
        Assert.False(TerraformCore.Plan(Configs.Group, Made(Configs.GroupOf()), Configs.GroupOf()).IsChange);

    [Fact]
    public void Another_capacity_is_an_update_of_that_and_of_the_status_alone()
    {
        var prior = Made(Configs.GroupOf());

        var draft = TerraformCore.Plan(Configs.Group, prior, Configs.GroupOf(("capacity", Value.Of(10))));

        var changed = draft.Planned.Items.Where(item => item.Value != prior.Items[item.Key]).Select(item => item.Key);
        Assert.Equal(["capacity", "desired", "status"], changed);
        Assert.Equal(Value.Of(10), draft.Planned.Items["desired"]);
        Assert.Equal(prior.Items["id"], draft.Planned.Items["id"]);
        Assert.Empty(draft.Replaces);
    }

    [Fact]
    public void Capacity_and_desired_are_two_words_for_one_thing()
    {
        var prior = Made(Configs.GroupOf());
        var other = Configs.GroupOf(("capacity", Value.Null), ("desired", Value.Of(3)));

        Assert.False(TerraformCore.Plan(Configs.Group, prior, other).IsChange);
    }

    [Fact]
    public void A_group_that_something_else_scales_begins_at_min_and_is_left_alone()
    {
        var config = Configs.GroupOf(("capacity", Value.Null), ("min", Value.Of(2)), ("max", Value.Of(9)));
        var made = Made(config);
        Assert.Equal(Value.Of(2), made.Items["desired"]);

        var scaled = made.With(("desired", Value.Of(6)), ("capacity", Value.Of(6)));
        Assert.False(TerraformCore.Plan(Configs.Group, scaled, config).IsChange);

        // Known also while something else changes: it stays where it was found, as far as the bounds allow.
        foreach (var (min, max, kept) in ((int, int, int)[])[(2, 9, 6), (7, 9, 7), (2, 5, 5)])
        {
            var draft = TerraformCore.Plan(
                Configs.Group, scaled, config.With(("scale_in", Value.Of("newest")), ("min", Value.Of(min)), ("max", Value.Of(max))));
            Assert.Equal((Value.Of(kept), Value.Of(kept)), (draft.Planned.Items["desired"], draft.Planned.Items["capacity"]));
        }

        Assert.True(TerraformCore.Plan(Configs.Group, scaled, config.With(("min", Value.Unknown))).Planned.Items["desired"].IsUnknown);
    }

    [Fact]
    public void A_time_may_be_spelled_in_any_way()
    {
        var prior = Made(Configs.GroupOf());

        Assert.False(TerraformCore.Plan(Configs.Group, prior, Configs.GroupOf(("interval", Value.Of("60s")))).IsChange);
        Assert.True(TerraformCore.Plan(Configs.Group, prior, Configs.GroupOf(("interval", Value.Of("61s")))).IsChange);
    }

    [Fact]
    public void What_is_taken_away_from_the_configuration_falls_back_to_its_default_or_stays()
    {
        var prior = Made(Configs.GroupOf(
            ("interval", Value.Of("5s")), ("scale_in", Value.Of("newest")), ("max", Value.Of(9)), ("wait_for_level", Value.Of(true))));

        var planned = TerraformCore.Plan(Configs.Group, prior, Configs.GroupOf()).Planned;

        Assert.Equal(Value.Of("1m"), planned.Items["interval"]);
        Assert.Equal(Value.Of("oldest"), planned.Items["scale_in"]);
        Assert.Equal(Value.Of(false), planned.Items["wait_for_level"]);
        Assert.Equal(Value.Of(9), planned.Items["max"]);
    }

    [Fact]
    public void Brakes_are_given_one_by_one()
    {
        var config = Configs.GroupOf(("brakes", BrakesOf(("launches_per_hour_max", Value.Of(50)))));

        var brakes = new Fields((Value.Mapping)TerraformCore.Plan(Configs.Group, Value.Null, config).Planned.Items["brakes"]);

        Assert.Equal(50, brakes.Whole("launches_per_hour_max"));
        Assert.True(brakes.IsUnknown("launches_per_check_max"));
        Assert.False(TerraformCore.Plan(Configs.Group, Made(config), config).IsChange);
    }

    [Fact]
    public void Anything_may_be_unknown_while_planning()
    {
        var config = Configs.GroupOf(
            ("name", Value.Unknown), ("template_id", Value.Unknown), ("capacity", Value.Unknown), ("min", Value.Unknown),
            ("interval", Value.Unknown), ("brakes", Value.Unknown), ("on_destroy", Value.Unknown));

        var planned = TerraformCore.Plan(Configs.Group, Value.Null, config).Planned;

        Assert.True(planned.Items["desired"].IsUnknown);
        Assert.True(planned.Items["min"].IsUnknown);
        TerraformCore.Plan(Configs.Group, Made(Configs.GroupOf()), config);
    }

    [Fact]
    public void Any_plan_keeps_Terraforms_rules_is_the_same_twice_and_comes_to_rest() =>
        Gen.Select(Written, Written).Sample((first, second) =>
        {
            var made = Made(first);
            var draft = TerraformCore.Plan(Configs.Group, made, second);
            Assert.Equal(draft.Planned, TerraformCore.Plan(Configs.Group, made, second).Planned);

            var applied = Configs.Made(Configs.Group, draft.Planned);
            TerraformCore.CheckApplied(draft.Planned, applied);
            Assert.False(TerraformCore.Plan(Configs.Group, applied, second).IsChange, "the same again is a change");
        });

    [Fact]
    public void A_group_with_a_template_alone_says_nothing_of_placements()
    {
        var planned = TerraformCore.Plan(Configs.Group, Value.Null, Configs.GroupOf()).Planned;

        Assert.All(Spread, name => Assert.Equal(Value.Null, planned.Items[name]));
        Assert.Equal(new Value.Sequence([]), planned.Items["placement"]);
    }

    [Fact]
    public void Placements_bring_their_defaults_and_the_first_ones_template()
    {
        var config = Configs.SpreadOf(
            Configs.PlacementOf("home", Home, ("max", Value.Of(4))), Configs.PlacementOf("away", Away, ("base", Value.Of(1))));

        var planned = TerraformCore.Plan(Configs.Group, Value.Null, config).Planned;

        Assert.Equal(Home, planned.Items["template_id"]);
        Assert.Equal(
            [Value.Of("ordered"), Value.Null, Value.Of("2m"), Value.Of("10m"), Value.Of("10%")],
            Spread.Select(name => planned.Items[name]));
        var placements = Assert.IsType<Value.Sequence>(planned.Items["placement"]).Items.Select(Fields.Of).ToList();
        Assert.Equal([0, 0], placements.Select(placement => placement.Whole("min")));
        Assert.Equal([0, 1], placements.Select(placement => placement.Whole("base")));
        Assert.Equal([4, null], placements.Select(placement => placement.Whole("max")));
        Assert.Equal([false, false], placements.Select(placement => placement.Flag("interruptible")));
    }

    [Fact]
    public void Zones_are_balanced_unless_something_else_is_written()
    {
        var config = Configs.GroupOf(("zones", Value.Of(["a", "b"])));

        Assert.Equal(Value.Of("balanced"), TerraformCore.Plan(Configs.Group, Value.Null, config).Planned.Items["distribution"]);
        var ordered = config.With(("distribution", Value.Of("ordered")));
        Assert.Equal(Value.Of("ordered"), TerraformCore.Plan(Configs.Group, Value.Null, ordered).Planned.Items["distribution"]);
    }

    // The objects of a list are told apart by their places: the computed fields of one must not become another's.
    [Fact]
    public void A_placement_that_comes_first_does_not_get_what_another_had_there()
    {
        var (home, away) = (Configs.PlacementOf("home", Home, ("min", Value.Of(2))), Configs.PlacementOf("away", Away));
        var prior = Made(Configs.SpreadOf(home, away));

        var draft = TerraformCore.Plan(Configs.Group, prior, Configs.SpreadOf(away, home));

        Assert.True(draft.IsChange);
        Assert.Equal(Away, draft.Planned.Items["template_id"]);
        Assert.Equal(
            [0, 2],
            Assert.IsType<Value.Sequence>(draft.Planned.Items["placement"]).Items.Select(item => Fields.Of(item).Whole("min")));
    }

    [Fact]
    public void Times_and_parts_of_placements_may_be_spelled_in_any_way()
    {
        var config = Configs.SpreadOf(Configs.PlacementOf("home", Home));
        var prior = Made(config);

        Assert.False(TerraformCore.Plan(
            Configs.Group, prior, config.With(("spill_after", Value.Of("120s")), ("surge", Value.Of("010%")))).IsChange);
        Assert.True(TerraformCore.Plan(Configs.Group, prior, config.With(("return_after", Value.Of("off")))).IsChange);
        Assert.True(TerraformCore.Plan(Configs.Group, prior, config.With(("surge", Value.Of("10")))).IsChange);
    }

    [Fact]
    public void Placements_that_are_not_known_yet_leave_open_what_follows_from_them()
    {
        foreach (var config in (Value.Mapping[])[
            Configs.GroupOf(("template_id", Value.Null), ("placement", Value.Unknown)), Configs.GroupOf(("zones", Value.Unknown))])
        {
            var planned = TerraformCore.Plan(Configs.Group, Value.Null, config).Planned;

            Assert.All(Spread, name => Assert.True(planned.Items[name].IsUnknown));
            TerraformCore.Plan(Configs.Group, Made(Configs.GroupOf()), config);
        }

        var unknown = Configs.SpreadOf(Configs.PlacementOf("home", Value.Unknown, ("min", Value.Unknown)));
        Assert.True(TerraformCore.Plan(Configs.Group, Value.Null, unknown).Planned.Items["template_id"].IsUnknown);
    }

    [Fact]
    public void Placements_that_are_taken_away_leave_a_template_alone()
    {
        var prior = Made(Configs.SpreadOf(Configs.PlacementOf("home", Value.Of(Configs.TemplateId))));

        var planned = TerraformCore.Plan(Configs.Group, prior, Configs.GroupOf()).Planned;

        Assert.All(Spread, name => Assert.Equal(Value.Null, planned.Items[name]));
    }

    private static readonly Value Home = Value.Of("00000000-0000-4000-8000-00000000000a");
    private static readonly Value Away = Value.Of("00000000-0000-4000-8000-00000000000b");

    private static IEnumerable<string> Spread => LayoutFields.All.Select(known => known.Name);

    private static Gen<(string Name, Value Value)[]> Places { get; } =
        from form in Gen.Int[0, 3]
        from distribution in Maybe(Value.Of("ordered"), Value.Of("balanced"))
        from after in Maybe(Value.Of("120s"), Value.Of("off"), Value.Of("1h30m5s"))
        from surge in Maybe(Value.Of("10%"), Value.Of("2"))
        from names in Gen.Shuffle((string[])["a", "b", "c"], 1, 3)
        from min in Maybe(Value.Of(0), Value.Of(1))
        from percent in Maybe(Value.Of(0), Value.Of(50))
        from isInterruptible in Maybe(Value.Of(true), Value.Of(false))
        select ((string Name, Value Value)[])(form == 0 ? [] :
        [
            .. form == 1
                ? [("zones", Value.Of(names))]
                : ((string Name, Value Value)[])[
                    ("template_id", Value.Null),
                    ("placement", new Value.Sequence([.. names.Select((name, i) => Configs.PlacementOf(
                        name, form == 3 && i == 0 ? Away : Home, ("min", min), ("weight", i == 1 ? Value.Of(i) : Value.Null),
                        ("interruptible", isInterruptible)))])),
                ],
            ("distribution", distribution), ("spill_after", after), ("surge", surge), ("on_demand_percent_above_base", percent),
        ]);

    private static Gen<Value.Mapping> Written { get; } =
        from capacity in Gen.Int[0, 3]
        from desired in Gen.Int[0, 1]
        from min in Maybe(Value.Of(1), Value.Of(2))
        from interval in Maybe(Value.Of("60s"), Value.Of("1m"), Value.Of("5s"))
        from scaleIn in Maybe(Value.Of("newest"))
        from lifetime in Maybe(Value.Of("off"), Value.Of("1h"), Value.Of("60m"), Value.Of("7d"))
        from pool in Maybe(
            PoolOf("2"), PoolOf("02", ("age_max", Value.Of("7d"))), PoolOf("20%", ("age_max", Value.Of("168h"))),
            PoolOf("2", ("mode", Value.Of("suspended")), ("takes_surplus", Value.Of(true)), ("age_max", Value.Of("off"))))
        from waits in Maybe(Value.Of(true), Value.Of(false))
        from brakes in Maybe(
            BrakesOf(), BrakesOf(("launches_per_hour_max", Value.Of(50))), BrakesOf(("launches_per_check_max", Value.Of(1))),
            BrakesOf(("spend_per_hour_max", new Value.Number("0.1"))), BrakesOf(("spend_per_hour_max", Value.Of(0))))
        from timeouts in Maybe(Value.Object(("create", Value.Of("5m")), ("update", Value.Null), ("delete", Value.Null)))
        from spread in Places
        select Configs.GroupOf(
            ("capacity", capacity > 1 ? Value.Of(capacity) : Value.Null),
            ("desired", capacity < 2 && desired > 0 ? Value.Of(4) : Value.Null),
            ("min", min),
            ("interval", interval),
            ("scale_in", scaleIn),
            ("lifetime_max", lifetime),
            ("pool", pool),
            ("wait_for_level", waits),
            ("brakes", brakes),
            ("timeouts", timeouts)).With(spread);

    private static Gen<Value> Maybe(params Value[] values) =>
        Gen.Int[0, values.Length].Select(index => index == 0 ? Value.Null : values[index - 1]);

    private static Value.Mapping Made(Value.Mapping config) =>
        Configs.Made(Configs.Group, TerraformCore.Plan(Configs.Group, Value.Null, config).Planned);

    private static Value.Mapping PoolOf(string size, params (string Name, Value Value)[] given) => Value.Object(
        ("size", Value.Of(size)), ("mode", Value.Null), ("takes_surplus", Value.Null), ("age_max", Value.Null)).With(given);

    private static Value.Mapping BrakesOf(params (string Name, Value Value)[] given) => Value.Object(
        ("launches_in_flight_max", Value.Null), ("launches_per_check_max", Value.Null), ("terminations_per_check_max", Value.Null),
        ("launches_per_hour_max", Value.Null), ("terminations_per_hour_max", Value.Null), ("spend_per_hour_max", Value.Null)).With(given);
}
