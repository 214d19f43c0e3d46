using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Templates;

namespace Muster.Core.Tests.Groups;

public sealed class GroupPlacementTests
{
    private const int Limit = 1000;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly ActivityId Entry = new(new Guid("00000000-0000-4000-8000-000000000009"));
    private static readonly ChangeOrigin Alice = new("alice", Now);

    private static readonly Template Web = TemplateOf(1, "web", "local");
    private static readonly Template Big = TemplateOf(2, "big", "local");
    private static readonly Template Far = TemplateOf(3, "far", "other");

    private static readonly LayoutEdit Two = new()
    {
        Placements = [new() { Name = "a", Template = Web, Max = 4 }, new() { Name = "b", Template = Far }],
    };

    private static readonly Func<string, ImmutableArray<string>?> Zones = cloud => cloud == "local" ? ["z1", "z2", "z3"] : null;

    [Fact]
    public void A_group_with_placements_is_ordered_and_has_its_defaults_and_the_first_ones_template()
    {
        var (group, activity) = Create(Two);

        Assert.Equal((Web.Id, 1), (group.Template, group.Revision));
        Assert.Equal(
            new Layout
            {
                Distribution = DistributionKind.Ordered,
                Placements = [new() { Name = "a", Template = Web.Id, Max = 4 }, new() { Name = "b", Template = Far.Id }],
                SpillAfter = TimeSpan.FromMinutes(2),
                ReturnAfter = TimeSpan.FromMinutes(10),
                Surge = new(10, IsPercent: true),
            },
            group.Layout);
        Assert.Equal(
            "created with capacity 3 (1 to 10) in 2 placements, ordered: a (template web, max 4), b (template far) by alice",
            activity.Description);
    }

    [Fact]
    public void Zones_are_placements_of_one_template_named_after_them_and_balanced()
    {
        var group = Create(new() { Zones = ["z2", "z1"], ZonesOf = Zones }, Web).Group;

        Assert.Equal(DistributionKind.Balanced, group.Layout!.Distribution);
        Assert.Equal(
            [new() { Name = "z2", Template = Web.Id, Zone = "z2" }, new() { Name = "z1", Template = Web.Id, Zone = "z1" }],
            group.Layout.Placements);
        Assert.Equal(
            DistributionKind.Ordered,
            Create(new() { Zones = ["z2"], Distribution = "ordered", ZonesOf = Zones }, Web).Group.Layout!.Distribution);
    }

    [Fact]
    public void A_template_alone_is_a_group_without_a_list()
    {
        var (group, activity) = Create(LayoutEdit.None, Web);

        Assert.Equal((null, Web.Id, 1), (group.Layout, group.Template, group.Revision));
        Assert.Equal("created with capacity 3 (1 to 10) from template web by alice", activity.Description);
    }

    [Fact]
    public void Times_may_be_off_and_the_surge_a_number()
    {
        var layout = Create(Two with { SpillAfterSeconds = 0, ReturnAfterSeconds = 90, Surge = "3" }).Group.Layout!;

        Assert.Equal(
            (null, TimeSpan.FromSeconds(90), new Portion(3, IsPercent: false)), (layout.SpillAfter, layout.ReturnAfter, layout.Surge));
    }

    [Theory]
    [InlineData("placements[1].name is 'a': a name of its own: placements[0] has this one", "a", "a")]
    [InlineData(
        "placements[1].name is 'only': another name: this one is of the one place of a group with a template alone", "a", "only")]
    [InlineData("placements[1].name is missing: 1 to 182 characters of A-Z a-z 0-9 . _ -", "a", null)]
    [InlineData("placements[1].name is 'b/c': 1 to 182 characters of A-Z a-z 0-9 . _ -", "a", "b/c")]
    [InlineData("placements[1].name is 'earlier@local': 1 to 182 characters of A-Z a-z 0-9 . _ -", "a", "earlier@local")]
    public void Each_placement_has_a_name_of_its_own(string expected, string first, string? second) => AssertRefused(
        [expected], new() { Placements = [new() { Name = first, Template = Web }, new() { Name = second, Template = Web }] });

    [Fact]
    public void A_list_has_one_to_thirty_two_placements()
    {
        LayoutEdit Of(int count) => new()
        {
            Placements = [.. Enumerable.Range(0, count).Select(number => new NewPlacement { Name = $"p{number}", Template = Web })],
        };

        Assert.Equal(32, Create(Of(32)).Group.Layout!.Placements.Length);
        AssertRefused(["placements is '33 placements': 1 to 32 placements"], Of(33));
        AssertRefused(["placements is '0 placements': 1 to 32 placements"], Of(0));
        AssertRefused(["zones is '0 zones': 1 to 32 zones"], new() { Zones = [], ZonesOf = Zones }, Web);
    }

    [Fact]
    public void A_zone_is_one_that_the_cloud_knows()
    {
        AssertRefused(
            [
                "placements[0].zone is 'z9': one of the zones of cloud local: z1, z2, z3",
                "placements[1].zone is 'z1': no zone: cloud other of template far has no zones",
                "placements[2].zone is '': 1 to 128 visible characters",
            ],
            new()
            {
                Placements =
                [
                    new() { Name = "a", Template = Web, Zone = "z9" },
                    new() { Name = "b", Template = Far, Zone = "z1" },
                    new() { Name = "c", Template = Web, Zone = "" },
                ],
                ZonesOf = Zones,
            });
        AssertRefused(
            ["zones[1] is 'z9': one of the zones of cloud local: z1, z2, z3", "zones[2] is 'z1': each zone once: zones[0] is the same"],
            new() { Zones = ["z1", "z9", "z1"], ZonesOf = Zones },
            Web);
        AssertRefused(
            ["zones[0] is 'a b': a placement's name, too: 1 to 182 characters of A-Z a-z 0-9 . _ -; else use placements"],
            new() { Zones = ["a b"], ZonesOf = _ => ["a b"] },
            Web);
        AssertRefused(
            [
                "zones[0] is 'only': a placement's name, too: another name: this one is of the one place of a group with a template "
                    + "alone; else use placements",
            ],
            new() { Zones = ["only"], ZonesOf = _ => ["only"] },
            Web);
        AssertRefused(
            ["placements[0].zone is 'z': one of the zones of cloud local: z0, z1, z2, z3, z4, z5, z6, z7, z8, z9, z10, z11 and 8 more"],
            new()
            {
                Placements = [new() { Name = "a", Template = Web, Zone = "z" }],
                ZonesOf = _ => [.. Enumerable.Range(0, 20).Select(number => $"z{number}")],
            });
    }

    [Fact]
    public void A_placement_is_interruptible_only_where_its_cloud_has_such()
    {
        LayoutEdit edit = new()
        {
            Placements =
            [
                new() { Name = "spot", Template = Web, IsInterruptible = true },
                new() { Name = "sure", Template = Far, IsInterruptible = false },
            ],
            OnDemandPercentAboveBase = 25,
            HasInterruptible = cloud => cloud == "local",
        };

        var layout = Create(edit).Group.Layout!;
        Assert.Equal([true, false], layout.Placements.Select(placement => placement.IsInterruptible));
        Assert.Equal(25, layout.OnDemandPercentAboveBase);
        AssertRefused(
            ["placements[0].interruptible is 'true': false: cloud local of template web has no interruptible instances"],
            edit with { HasInterruptible = _ => false });
    }

    [Fact]
    public void Percent_on_demand_goes_with_placements_of_both_kinds()
    {
        NewPlacement[] both = [new() { Name = "spot", Template = Web, IsInterruptible = true }, new() { Name = "sure", Template = Web }];
        LayoutEdit Of(int? percent, params NewPlacement[] placements) => new()
        {
            Placements = [.. placements], OnDemandPercentAboveBase = percent, HasInterruptible = _ => true,
        };

        AssertRefused(["on_demand_percent_above_base is '101': 0 to 100, or -1 for none"], Of(101, both));
        const string Both = "none, or a placement that is interruptible beside one that is not";
        AssertRefused([$"on_demand_percent_above_base is '50': {Both}"], Of(50, both[0]));
        AssertRefused([$"on_demand_percent_above_base is '0': {Both}"], Of(0, both[1]));
        AssertRefused(
            ["on_demand_percent_above_base is '0': only for a group with placements or zones"],
            new() { OnDemandPercentAboveBase = 0 }, Web);

        var group = Create(Of(0, both)).Group;
        Layout After(LayoutEdit edit) => Update(group, new() { Origin = Alice, Layout = edit }, Web).Group.Layout!;
        Assert.Equal(0, After(new() { Surge = "2" }).OnDemandPercentAboveBase);
        Assert.Null(After(new() { OnDemandPercentAboveBase = LayoutEdit.NoPercent }).OnDemandPercentAboveBase);
    }

    [Fact]
    public void Weight_goes_with_balanced_and_rank_with_ordered_and_never_both()
    {
        var mixed = new LayoutEdit
        {
            Placements = [new() { Name = "a", Template = Web, Weight = 2 }, new() { Name = "b", Template = Far, Rank = 0 }],
        };

        AssertRefused(["placements[0].weight is '2': none: weight goes with balanced, and this group is ordered"], mixed);
        AssertRefused(
            ["placements[1].rank is '0': none: rank goes with ordered, and this group is balanced"],
            mixed with { Distribution = "balanced" });
        AssertRefused(
            ["placements is 'weight 0 everywhere': at least one placement with a weight of 1 or more"],
            new()
            {
                Placements = [new() { Name = "a", Template = Web, Weight = 0 }, new() { Name = "b", Template = Far, Weight = 0 }],
                Distribution = "balanced",
            });
    }

    [Fact]
    public void Bounds_of_placements_leave_room_for_each_other_and_for_the_groups_own()
    {
        AssertRefused(
            [
                "placements[0].min is '5': at most 4, its max", "placements[0].base is '6': at most 4, its max",
                "placements[1].max is '-1': 0 or more", "placements[1].weight is '1001': 0 to 1000",
                "placements[1].rank is '-1': 0 to 1000",
            ],
            new()
            {
                Placements =
                [
                    new() { Name = "a", Template = Web, Min = 5, Max = 4, Base = 6 },
                    new() { Name = "b", Template = Far, Max = -1, Weight = 1001, Rank = -1 },
                ],
            },
            inOrder: false);
        AssertRefused(
            ["placements is 'min 11 together': at most 10 together, the group's max"],
            new() { Placements = [new() { Name = "a", Template = Web, Min = 5 }, new() { Name = "b", Template = Far, Min = 6 }] });
        AssertRefused(
            ["placements is 'max 0 together': at least 1 together, the group's min"],
            new() { Placements = [new() { Name = "a", Template = Web, Max = 0 }, new() { Name = "b", Template = Far, Max = 0 }] });
    }

    [Fact]
    public void A_capacity_leaves_room_for_the_placements()
    {
        var group = Create(new()
        {
            Placements = [new() { Name = "a", Template = Web, Min = 2, Max = 3 }, new() { Name = "b", Template = Far, Max = 5 }],
        }).Group;

        Assert.Equal(
            ["max is '1': at least 2, the min of its placements together"],
            Refused(() => GroupChanges.SetCapacity(group, new() { Desired = 1, Max = 1, Origin = Alice }, Limit, Entry)));
        Assert.Equal(
            ["min is '9': at most 8, the max of its placements together"],
            Refused(() => GroupChanges.SetCapacity(group, new() { Desired = 9, Min = 9, Origin = Alice }, Limit, Entry)));
        Assert.Equal(8, GroupChanges.SetCapacity(group, new() { Desired = 8, Min = 8, Origin = Alice }, Limit, Entry).Group.Capacity.Min);
    }

    [Fact]
    public void Something_says_where_a_group_lives_and_only_one_thing()
    {
        AssertRefused(
            ["template is missing: the id or name of a template; or placements, for a group in several places"], LayoutEdit.None);
        AssertRefused(["template is 'web': a template or placements, not both: each placement names a template of its own"], Two, Web);
        AssertRefused(
            ["zones is 'z1': placements or zones, not both: zones are placements of one template"], Two with { Zones = ["z1"] });
        AssertRefused(
            ["template is missing: the id or name of a template, for instances in these zones"], new() { Zones = ["z1"], ZonesOf = Zones });
        AssertRefused(
            ["placements[0].template is missing: the id or name of a template"], new() { Placements = [new() { Name = "a" }] });
        AssertRefused(
            [
                "distribution is 'balanced': only for a group with placements or zones",
                "spill_after_s is '5': only for a group with placements or zones",
                "return_after_s is '0': only for a group with placements or zones",
                "surge is '3': only for a group with placements or zones",
            ],
            new() { Distribution = "balanced", SpillAfterSeconds = 5, ReturnAfterSeconds = 0, Surge = "3" },
            Web);
    }

    [Fact]
    public void Words_and_numbers_of_a_layout_are_refused_all_at_once() => AssertRefused(
        [
            "distribution is 'even': ordered, balanced or cheapest",
            "spill_after_s is '0.5': 1 to 86400 seconds, or 0 for never",
            "return_after_s is '-1': 1 to 86400 seconds, or 0 for never",
            "surge is '101%': a number from 1, or 1% to 100%",
        ],
        Two with { Distribution = "even", SpillAfterSeconds = 0.5, ReturnAfterSeconds = -1, Surge = "101%" });

    [Fact]
    public void What_the_caller_found_wrong_of_a_placements_template_is_told_once()
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        errors.Add(new("placements[0].template", "nothing", "a living template"));

        Assert.Equal(
            ["placements[0].template is 'nothing': a living template", "placements[0].name is missing: " + EntityName.Rule],
            Refused(() => GroupChanges.Create(Asked(new() { Placements = [new()] }, null), Limit, Entry, errors)));
    }

    [Fact]
    public void A_group_may_move_to_a_template_of_another_cloud()
    {
        var moved = Update(Create(LayoutEdit.None, Web).Group, new() { Template = Far, Origin = Alice }, Web);

        Assert.Equal((Far.Id, 2, 2L), (moved.Group.Template, moved.Group.Revision, moved.Group.Version));
        Assert.Equal("template web → far by alice", moved.Activity.Description);
    }

    [Fact]
    public void Every_change_of_template_or_placements_is_a_revision_and_no_other_change_is()
    {
        var group = Create(LayoutEdit.None, Web).Group;
        var expected = 1;
        foreach (var (edit, isRevision) in new (GroupEdit, bool)[]
        {
            (new() { Name = "other", IntervalSeconds = 30, Origin = Alice }, false),
            (new() { Template = Web, Origin = Alice }, false),
            (new() { Template = Big, Origin = Alice }, true),
            (new() { Layout = Two, Origin = Alice }, true),
            (new() { Layout = Two, Origin = Alice }, false),
            (new() { Layout = new() { Surge = "2" }, Origin = Alice }, true),
            (new() { Layout = new() { SpillAfterSeconds = 0 }, Origin = Alice }, true),
            (new() { Name = "another", Origin = Alice }, false),
            (new() { Template = Web, Origin = Alice }, true),
        })
        {
            group = Update(group, edit, Web, Big, Far).Group;
            Assert.Equal(expected += isRevision ? 1 : 0, group.Revision);
        }

        group = GroupChanges.SetCapacity(group, new() { Desired = 5, Origin = Alice }, Limit, Entry).Group;
        Assert.Equal(expected, group.Revision);
    }

    [Fact]
    public void A_change_tells_in_words_what_is_different()
    {
        var group = Create(LayoutEdit.None, Web).Group;
        foreach (var (edit, description) in new (GroupEdit, string)[]
        {
            (new() { Layout = Two, Origin = Alice }, "template web → in 2 placements, ordered: a (template web, max 4), b (template far)"),
            (
                new()
                {
                    Layout = new()
                    {
                        Placements =
                        [
                            new() { Name = "c", Template = Big, Zone = "z1", Weight = 3, Min = 1, Base = 1 },
                            new() { Name = "a", Template = Big, Max = 6 },
                        ],
                        Distribution = "balanced",
                        ReturnAfterSeconds = 0,
                        SpillAfterSeconds = 90,
                        Surge = "2",
                        ZonesOf = Zones,
                    },
                    Origin = Alice,
                },
                "distribution ordered → balanced, placement c (template big, zone z1, weight 3, min 1, base 1) added, placement b removed, "
                + "placement a template web → big, max 4 → 6, spill_after 2m → 1m30s, return_after 10m → off, surge 10% → 2"),
            (
                new()
                {
                    Layout = new()
                    {
                        Placements =
                        [
                            new() { Name = "a", Template = Big, Max = 6 },
                            new() { Name = "c", Template = Big, Zone = "z2", Weight = 3, Min = 1, Base = 1 },
                        ],
                        ZonesOf = Zones,
                    },
                    Origin = Alice,
                },
                "placement c zone z1 → z2, order a, c"),
            (new() { Layout = new() { ReturnAfterSeconds = 60 }, Origin = Alice }, "return_after off → 1m"),
            (new() { Layout = new() { ReturnAfterSeconds = 60 }, Origin = Alice }, "updated without a difference"),
            (new() { Name = "shop", Template = Far, Origin = Alice }, "placements a, c → template far"),
        })
        {
            var change = Update(group, edit, Web, Big, Far);
            Assert.Equal($"{description} by alice", change.Activity.Description);
            group = change.Group;
            Assert.Equal(group.Layout?.Placements[0].Template ?? Far.Id, group.Template);
        }
    }

    [Fact]
    public void A_list_of_placements_that_is_long_is_told_short()
    {
        var change = Create(new()
        {
            Placements = [.. Enumerable.Range(0, 20).Select(number => new NewPlacement { Name = $"p{number}", Template = Web })],
        });

        Assert.EndsWith("p7 (template web) and 12 more by alice", change.Activity.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Zones_of_a_group_keep_its_template_unless_another_is_named()
    {
        var group = Create(LayoutEdit.None, Web).Group;

        Assert.Equal(
            Web.Id,
            Update(group, new() { Layout = new() { Zones = ["z1"], ZonesOf = Zones }, Origin = Alice }, Web).Group.Template);
        Assert.Equal(
            Big.Id,
            Update(
                group, new() { Template = Big, Layout = new() { Zones = ["z1"], ZonesOf = Zones }, Origin = Alice }, Web).Group.Template);
    }

    [Fact]
    public void What_is_not_said_of_a_layout_stays_and_a_group_without_one_takes_nothing_of_it()
    {
        var group = Create(Two with { Distribution = "balanced", Surge = "5" }).Group;

        var changed = Update(group, new() { Layout = new() { SpillAfterSeconds = 0 }, Origin = Alice }, Web, Far).Group;

        Assert.Equal(group.Layout! with { SpillAfter = null }, changed.Layout);
        Assert.Equal(
            ["surge is '2': only for a group with placements or zones"],
            Refused(() => Update(Create(LayoutEdit.None, Web).Group, new() { Layout = new() { Surge = "2" }, Origin = Alice }, Web)));
    }

    [Fact]
    public void Capacity_and_placements_that_fit_together_only_are_changed_in_one_step_and_what_does_not_fit_is_refused_whole()
    {
        var group = Create(new() { Placements = [new() { Name = "a", Template = Web, Max = 4 }] }).Group;
        GroupEdit wider = new()
        {
            Layout = new() { Placements = [new() { Name = "a", Template = Web, Max = 10 }] },
            Capacity = new() { Desired = 7, Min = 6, Origin = Alice },
            CapacityLimit = Limit,
            Origin = Alice,
        };

        var changed = Update(group, wider, Web);

        Assert.Equal((7, 6, 2L, Now), (
            changed.Group.Capacity.Desired, changed.Group.Capacity.Min, changed.Group.Version, changed.Group.ScaledAt!.Value));
        Assert.EndsWith(", capacity 3 → 7 (min 1 → 6) by alice", changed.Activity.Description, StringComparison.Ordinal);
        Assert.Equal(
            ["capacity.min is '6': at most 4, the max of its placements together"],
            Refused(() => Update(group, wider with { Layout = LayoutEdit.None }, Web)));
    }

    [Fact]
    public void Callers_who_know_of_no_placements_leave_them_as_long_as_they_send_the_firsts_template()
    {
        var group = Create(Two).Group;
        var capacity = new CapacityChange { Desired = 5, Origin = Alice };

        var same = GroupChanges.Replace(group, Web, Web, capacity, Limit, PriceBook.Empty, Entry);
        Assert.Equal((group.Layout, 1, 5), (same.Group.Layout, same.Group.Revision, same.Group.Capacity.Desired));
        Assert.Equal("capacity 3 → 5 by alice", same.Activity.Description);

        var other = GroupChanges.Replace(group, Web, Big, capacity, Limit, PriceBook.Empty, Entry);
        Assert.Equal((null, Big.Id, 2, 2L), (other.Group.Layout, other.Group.Template, other.Group.Revision, other.Group.Version));
        Assert.Equal("placements a, b → template big, capacity 3 → 5 by alice", other.Activity.Description);
    }

    [Fact]
    public void A_placement_is_evacuated_and_restored_like_any_change_and_without_a_revision()
    {
        var group = Create(Two).Group;

        var evacuated = GroupChanges.Evacuate(group, "b", ignoresDead: true, new("bob", Now.AddHours(1), "it burns"), Entry);
        Assert.Equal([new Evacuation("b", IgnoresDead: true, Now.AddHours(1))], evacuated.Group.Evacuations.All);
        Assert.Equal(
            (2L, 1, Now.AddHours(1)), (evacuated.Group.Version, evacuated.Group.Revision, evacuated.Group.UpdatedAt));
        Assert.Equal("evacuated placement b, what is there counting as dead by bob: it burns", evacuated.Activity.Description);

        var again = GroupChanges.Evacuate(evacuated.Group, "b", ignoresDead: false, new("bob", Now.AddHours(2)), Entry);
        Assert.Equal([new Evacuation("b", IgnoresDead: false, Now.AddHours(1))], again.Group.Evacuations.All);

        var restored = GroupChanges.Restore(again.Group, "b", Alice, Entry);
        Assert.Equal((Evacuations.None, 4L, 1), (restored.Group.Evacuations, restored.Group.Version, restored.Group.Revision));
        Assert.Equal("restored placement b by alice", restored.Activity.Description);
    }

    [Fact]
    public void An_evacuation_names_a_placement_of_the_group_and_leaves_one()
    {
        var group = Create(Two).Group;
        var evacuated = GroupChanges.Evacuate(group, "a", ignoresDead: false, Alice, Entry).Group;

        Assert.Equal(
            ["placement is 'x': one of the group's placements: a, b"],
            Refused(() => GroupChanges.Evacuate(group, "x", ignoresDead: false, Alice, Entry)));
        Assert.Equal(
            ["placement is missing: one of the group's placements: a, b"], Refused(() => GroupChanges.Restore(group, null, Alice, Entry)));
        Assert.Equal(
            ["placement is 'b': a group needs one placement that is not evacuated, and this is the last: restore another first"],
            Refused(() => GroupChanges.Evacuate(evacuated, "b", ignoresDead: false, Alice, Entry)));
        Assert.Equal(
            ["placement is 'only': none: this group has a template and no list of placements"],
            Refused(() => GroupChanges.Evacuate(Create(LayoutEdit.None, Web).Group, "only", ignoresDead: false, Alice, Entry)));
        Assert.Equal(
            ["group is 'shop': this group is being deleted"],
            Refused(() => GroupChanges.Evacuate(group with { Phase = GroupPhase.Draining }, "a", ignoresDead: false, Alice, Entry)));
    }

    [Fact]
    public void An_evacuation_lasts_as_long_as_its_placement_is_one_of_the_groups()
    {
        var evacuated = GroupChanges.Evacuate(Create(Two).Group, "a", ignoresDead: false, Alice, Entry).Group;

        Assert.Equal(
            evacuated.Evacuations, Update(evacuated, new() { Layout = new() { Surge = "2" }, Origin = Alice }, Web, Far).Group.Evacuations);
        Assert.Equal(
            Evacuations.None,
            Update(
                evacuated,
                new() { Layout = new() { Placements = [new() { Name = "b", Template = Far }] }, Origin = Alice },
                Web, Far).Group.Evacuations);
        Assert.Equal(Evacuations.None, Update(evacuated, new() { Template = Big, Origin = Alice }, Web, Far).Group.Evacuations);
        Assert.Equal(
            ["placements is 'a': at least one that is not evacuated: restore one first"],
            Refused(() => Update(
                evacuated,
                new() { Layout = new() { Placements = [new() { Name = "a", Template = Web }] }, Origin = Alice },
                Web, Far)));
    }

    [Fact]
    public void Whatever_is_asked_for_there_is_a_layout_that_keeps_the_rules_or_nothing_changes()
    {
        var number = Gen.OneOf(Gen.Const((int?)null), Gen.Int[-1, 12].Select(value => (int?)value));
        var placement = Gen.Select(Gen.Int[0, 3], number, number, number, number).Select((name, min, max, weight, rank) => new NewPlacement
        {
            Name = name == 3 ? "a/b" : $"p{name}", Template = Web, Min = min, Max = max, Weight = weight, Rank = rank,
        });
        Gen.Select(placement.Array[0, 3], Gen.Int[0, 2].Select(index => new[] { null, "ordered", "balanced" }[index]))
            .Sample((placements, word) =>
            {
                try
                {
                    var layout = Create(new() { Placements = [.. placements], Distribution = word }).Group.Layout!;
                    return layout.Placements.Length > 0
                        && layout.Placements.DistinctBy(one => one.Name).Count() == layout.Placements.Length
                        && layout.Placements.All(
                            one => EntityName.IsValid(one.Name) && one.Min >= 0 && one.Min <= (one.Max ?? int.MaxValue))
                        && layout.Placements.All(
                            one => layout.Distribution is DistributionKind.Ordered ? one.Weight is null : one.Rank is null)
                        && layout.Placements.Sum(one => one.Min) <= 10;
                }
                catch (InputException refused)
                {
                    return !refused.Errors.IsEmpty;
                }
            });
    }

    private static void AssertRefused(string[] expected, LayoutEdit layout, Template? template = null, bool inOrder = true)
    {
        var errors = Refused(() => Create(layout, template));
        Assert.Equal(
            inOrder ? expected : [.. expected.Order(StringComparer.Ordinal)],
            inOrder ? errors : [.. errors.Order(StringComparer.Ordinal)]);
    }

    private static string[] Refused(Func<GroupChange> change) =>
        [.. Assert.Throws<InputException>(change).Errors.Select(error => error.ToString())];

    private static GroupChange Create(LayoutEdit layout, Template? template = null) =>
        GroupChanges.Create(Asked(layout, template), Limit, Entry);

    private static GroupChange Update(Group group, GroupEdit edit, params ImmutableArray<Template> current) =>
        GroupChanges.Update(group, current, edit, Entry);

    private static NewGroup Asked(LayoutEdit layout, Template? template) => new()
    {
        Id = new(new Guid("00000000-0000-4000-8000-000000000003")),
        Account = Web.Account,
        Name = "shop",
        Template = template,
        Layout = layout,
        Capacity = new() { Desired = 3, Min = 1, Max = 10, Origin = Alice },
    };

    private static Template TemplateOf(int number, string name, string cloud) => new()
    {
        Id = new(new Guid($"00000000-0000-4000-8000-00000000001{number}")),
        Account = new(new Guid("00000000-0000-4000-8000-000000000002")),
        Name = name,
        Cloud = cloud,
        Image = "serve",
        CreatedAt = Now,
    };
}
