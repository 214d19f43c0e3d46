using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>Instances that run and do not work, as somebody says who is not the cloud.</summary>
public sealed class RepairTests
{
    private static readonly Finding Sick = new("probe", Verdict.Unhealthy, Some.Now, "answered 503");

    [Fact]
    public void Another_is_launched_first_and_the_sick_one_keeps_its_place_meanwhile()
    {
        var plan = Plan(Group(3), Some.Instances(3), sick: [1]);

        var launch = Assert.IsType<PlannedAction.Launch>(Assert.Single(plan.Actions));
        Assert.Equal(1, launch.Count);
        Assert.Equal("3 wanted, 3 running, 1 of them unhealthy: 1 for unhealthy ones, which end when it is in service", launch.Reason);
        Assert.Equal((3, 1, 2), (plan.Counts.Running, plan.Counts.Unhealthy, plan.Counts.InService));
    }

    [Fact]
    public void While_the_other_one_is_on_its_way_up_nothing_more_is_done()
    {
        var plan = Plan(Group(3), [.. Some.Instances(3), Some.Instance(9, InstanceState.Provisioning)], sick: [1]);

        Assert.Empty(plan.Actions);
    }

    [Fact]
    public void When_the_other_one_is_in_service_the_sick_one_ends_and_the_reason_names_the_source()
    {
        var plan = Plan(Group(3), Some.Instances(4), sick: [1]);

        var end = Assert.IsType<PlannedAction.Terminate>(Assert.Single(plan.Actions));
        Assert.Equal("i-0001", end.Instance.Id.Value);
        Assert.Equal("unhealthy by probe (answered 503): an unhealthy instance is replaced", end.Reason);
    }

    [Fact]
    public void No_more_live_beyond_the_level_than_the_surge_allows()
    {
        var group = Group(5) with { Repair = new() { Surge = new(2, IsPercent: false), WhenMost = MassVerdict.Replace } };

        var plan = Plan(group, Some.Instances(5), [0, 1, 2]);

        Assert.Equal(2, plan.Launches);
        Assert.Empty(plan.Victims);
    }

    [Fact]
    public void Ending_first_leaves_no_more_places_empty_than_the_group_allows()
    {
        var group = Group(5) with { Repair = new() { Order = ReplaceOrder.TerminateFirst, UnavailableMax = new(2, IsPercent: false) } };

        var first = Plan(group, Some.Instances(5), [0, 1]);
        var short1 = Plan(group, Some.Instances(4), [0, 1]);

        Assert.Equal((2, 0), (first.Victims.Count(), first.Launches));
        Assert.Equal((1, 1), (short1.Victims.Count(), short1.Launches));
    }

    [Fact]
    public void Without_a_surge_the_sick_one_ends_first_whatever_the_order()
    {
        var plan = Plan(Group(3) with { Repair = new() { Surge = default } }, Some.Instances(3), [1]);

        Assert.Equal("i-0001", Assert.Single(plan.Victims).Id.Value);
        Assert.Equal(0, plan.Launches);
    }

    [Fact]
    public void Most_of_a_group_being_sick_at_once_is_an_alarm_and_no_work_order()
    {
        var held = Plan(Group(5), Some.Instances(5), [0, 1, 2]);
        var told = Plan(Group(5) with { Repair = new() { WhenMost = MassVerdict.Replace } }, Some.Instances(5), [0, 1, 2]);

        Assert.False(held.Acts);
        Assert.Equal("3 of 5 are unhealthy at once: none is replaced while most are", Assert.Single(held.Holds).Reason);
        Assert.Null(Assert.Single(held.Holds).RecheckAt);
        Assert.Equal(1, told.Launches);
    }

    [Fact]
    public void The_one_member_of_a_group_of_one_is_replaced() => Assert.Equal(1, Plan(Group(1), Some.Instances(1), [0]).Launches);

    [Theory]
    [InlineData(RepairMode.Tell, "1 unhealthy: told, and not replaced")]
    [InlineData(RepairMode.Off, null)]
    public void Who_wants_nobody_replaced_is_told_or_not(RepairMode mode, string? told)
    {
        var plan = Plan(Group(3) with { Repair = new() { Mode = mode } }, Some.Instances(3), [1]);

        Assert.False(plan.Acts);
        Assert.Equal(told, plan.Holds.SingleOrDefault()?.Reason);
    }

    [Fact]
    public void While_replacing_is_suspended_the_sick_stay()
    {
        var plan = Plan(Group(3) with { Suspended = Suspension.Replace }, Some.Instances(3), [1]);

        Assert.Equal("replacing is suspended: 1 unhealthy stay as they are", Assert.Single(plan.Holds).Reason);
        Assert.False(plan.Acts);
    }

    [Fact]
    public void One_that_is_sick_and_protected_stays_and_nothing_is_launched_for_it()
    {
        var plan = Planner.Plan(Some.Input(Group(3), Some.Instances(3)) with
        {
            Notes = [Some.Note(1) with { Findings = [Sick], IsProtected = true }],
        });

        Assert.Equal("1 unhealthy and protected: they stay", Assert.Single(plan.Holds).Reason);
        Assert.False(plan.Acts);
    }

    [Fact]
    public void What_a_source_said_and_does_not_say_again_kills_nobody()
    {
        var expired = Sick with { ExpiresAt = Some.Now };

        var input = Some.Input(Group(3), Some.Instances(3)) with { Notes = [Some.Note(1) with { Findings = [expired] }] };

        Assert.Empty(Planner.Plan(input).Actions);
    }

    [Fact]
    public void A_heartbeat_that_nobody_may_have_heard_kills_nobody()
    {
        var heartbeat = new Finding("report", Verdict.Healthy, Some.Now.AddMinutes(-5), null, Some.Now, TimeSpan.FromSeconds(30));

        var plan = Planner.Plan(Some.Input(Group(3), Some.Instances(3)) with { Notes = [Some.Note(1) with { Findings = [heartbeat] }] });

        Assert.Empty(plan.Actions);
    }

    [Fact]
    public void A_heartbeat_that_stopped_is_told_as_such()
    {
        var heartbeat = new Finding("report", Verdict.Healthy, Some.Now.AddMinutes(-5), null, Some.Now, TimeSpan.FromSeconds(30));

        var plan = Planner.Plan(
            Some.Input(Group(3), Some.Instances(4)) with { Notes = [Some.Note(1) with { Findings = [heartbeat.Stopped()] }] });

        Assert.Equal(
            "unhealthy by report (silent for longer than 30s): an unhealthy instance is replaced",
            Assert.Single(plan.Actions.OfType<PlannedAction.Terminate>()).Reason);
    }

    [Fact]
    public void When_there_are_too_many_the_sick_go_before_all_others()
    {
        var plan = Plan(Group(2), [.. Some.Instances(4), Some.Instance(9, InstanceState.Provisioning)], sick: [3]);

        Assert.Equal("i-0003", plan.Victims.First().Id.Value);
        Assert.Equal(3, plan.Victims.Count());
    }

    [Fact]
    public void One_on_standby_neither_counts_nor_ends_until_its_group_is_deleted()
    {
        ImmutableArray<MemberNote> notes = [Some.Note(0) with { IsStandby = true }];

        var missed = Planner.Plan(Some.Input(Group(3), Some.Instances(3)) with { Notes = notes });
        var fewer = Planner.Plan(Some.Input(Group(1), Some.Instances(3)) with { Notes = notes });
        var deleted = Planner.Plan(
            Some.Input(Group(3) with { Phase = GroupPhase.Draining }, Some.Instances(3)).WithSlice(slice => slice with { Wanted = 0 }) with
            {
                Notes = notes,
            });

        Assert.Equal(1, missed.Launches);
        Assert.Equal("i-0001", Assert.Single(fewer.Victims).Id.Value);
        Assert.Equal(3, deleted.Victims.Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_comes_or_goes_alive_neither_counts_nor_ends_also_where_its_group_is_deleted(bool comes)
    {
        ImmutableArray<MemberNote> notes =
        [
            Some.Note(0) with { AttachingFor = comes ? "attached by kim" : null, DetachedFor = comes ? null : "detached by kim" },
        ];

        var missed = Planner.Plan(Some.Input(Group(3), Some.Instances(3)) with { Notes = notes });
        var fewer = Planner.Plan(Some.Input(Group(1), Some.Instances(3)) with { Notes = notes });
        var deleted = Planner.Plan(
            Some.Input(Group(3) with { Phase = GroupPhase.Draining }, Some.Instances(3)).WithSlice(slice => slice with { Wanted = 0 }) with
            {
                Notes = notes,
            });

        Assert.Equal(1, missed.Launches);
        Assert.Equal("i-0001", Assert.Single(fewer.Victims).Id.Value);
        Assert.Equal(["i-0001", "i-0002"], deleted.Victims.Select(victim => victim.Id.Value));
    }

    [Fact]
    public void One_that_somebody_wants_gone_ends_and_its_place_is_filled()
    {
        ImmutableArray<MemberNote> notes = [Some.Note(1) with { UnwantedFor = "kim wants it gone: noisy neighbour" }];

        var replaced = Planner.Plan(Some.Input(Group(3), Some.Instances(3)) with { Notes = notes });
        var shrunk = Planner.Plan(Some.Input(Group(2), Some.Instances(3)) with { Notes = notes });

        Assert.Equal((1, 1), (replaced.Launches, replaced.Victims.Count()));
        Assert.Equal("kim wants it gone: noisy neighbour", replaced.Actions.OfType<PlannedAction.Terminate>().Single().Reason);
        Assert.Equal(("i-0001", 0), (Assert.Single(shrunk.Victims).Id.Value, shrunk.Launches));
    }

    [Fact]
    public void Of_several_places_each_replaces_its_own_and_the_alarm_is_the_groups()
    {
        var input = TwoPlaces(Group(8), Some.Instances(4), Some.Instances(4, from: 4));

        var one = Planner.Plan(input with { Notes = [Some.Note(1) with { Findings = [Sick] }] });
        var half = Planner.Plan(input with { Notes = Notes([0, 1, 2]) });
        var most = Planner.Plan(input with { Notes = Notes([0, 1, 2, 3, 4]) });

        Assert.Equal((1, 0), (one.Slices[0].Launches, one.Slices[1].Launches));
        Assert.Equal(1, half.Launches);
        Assert.False(most.Acts);
    }

    [Fact]
    public void Those_that_their_cloud_takes_back_are_not_among_those_that_keep_a_group_going()
    {
        ImmutableArray<Instance> leaving =
            [.. Some.Instances(4, from: 4).Select(one => one with { LeavingAt = Some.Now.AddMinutes(1) })];
        var input = TwoPlaces(Group(7) with { Repair = new() { Order = ReplaceOrder.TerminateFirst } }, Some.Instances(3), leaving);

        var plan = Planner.Plan(input with { Notes = Notes([1]) });

        Assert.Empty(plan.Victims);
        Assert.Equal(4, plan.Launches);
    }

    [Fact]
    public void What_one_place_has_too_many_counts_against_what_another_may_launch_first()
    {
        var tooMany = Some.Instances(3, from: 4).SetItem(0, Some.Instance(4) with { IsProtected = true })
            .SetItem(1, Some.Instance(5) with { IsProtected = true }).SetItem(2, Some.Instance(6) with { IsProtected = true });
        var input = TwoPlaces(Group(4), Some.Instances(2), tooMany);

        var plan = Planner.Plan(input with { Notes = Notes([1]) });

        Assert.Equal(0, plan.Launches);
        Assert.Contains(
            plan.Holds, hold => hold.Reason == "1 held back: the group has as many beyond its level as it may: others end first");
    }

    [Fact]
    public void Over_two_places_no_plan_breaks_a_rule_and_no_more_live_beyond_the_level_than_may() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 1023], Gen.Int[0, 1023])
            .Sample((level, first, second, surge, unavailable, terminateFirst, sickBits, leavingBits) =>
            {
                if (surge + unavailable == 0)
                {
                    return true;
                }

                var repair = new Repair
                {
                    Order = terminateFirst ? ReplaceOrder.TerminateFirst : ReplaceOrder.LaunchFirst,
                    Surge = new(surge, IsPercent: false),
                    UnavailableMax = new(unavailable, IsPercent: false),
                    WhenMost = MassVerdict.Replace,
                };
                bool Leaves(int number) => (leavingBits & (1 << number)) != 0;
                ImmutableArray<Instance> Living(int from, int count) =>
                [
                    .. Some.Instances(count, from: from)
                        .Select((one, index) => Leaves(from + index) ? one with { LeavingAt = Some.Now.AddMinutes(1) } : one),
                ];
                int[] sick = [.. Enumerable.Range(0, first).Concat(Enumerable.Range(5, second)).Where(n => (sickBits & (1 << n)) != 0)];
                var input = TwoPlaces(Group(level) with { Repair = repair }, Living(0, first), Living(5, second));

                var plan = Planner.Plan(input with { Notes = Notes(sick) });

                var held = plan.Counts.Live + plan.Counts.Unknown + plan.Counts.Pending;
                return plan.Launches == 0 || held + plan.Launches <= level + Math.Max(surge, input.Spread!.Layout.Surge.Of(level));
            });

    [Fact]
    public void Where_a_group_lives_no_more_the_sick_one_ends_first_and_its_place_is_filled_elsewhere()
    {
        var input = TwoPlaces(Group(2), Some.Instances(1), Some.Instances(1, from: 4));
        input = input with
        {
            Slices = [input.Slices[0], input.Slices[1] with { Placement = input.Slices[1].Placement with { IsEarlier = true } }],
            Spread = input.Spread! with { Layout = input.Spread!.Layout with { Placements = [input.Spread!.Layout.Placements[0]] } },
        };

        var sick = Planner.Plan(input with { Notes = Notes([4]) });
        var gone = Planner.Plan(input with { Slices = [input.Slices[0], input.Slices[1] with { Owned = [] }] });

        Assert.Equal(("i-0004", 0), (Assert.Single(sick.Victims).Id.Value, sick.Launches));
        Assert.Equal((1, 0), (gone.Slices[0].Launches, gone.Slices[1].Launches));
    }

    [Fact]
    public void Where_a_placement_may_hold_no_more_the_sick_one_ends_first()
    {
        var full = new PlacementSpec { Name = "a", Template = Some.TemplateId, Max = 3 };
        var input = Some.Input(Group(3), Some.Instances(3)).WithSlice(slice => slice with
        {
            Placement = new("a", Some.Template()) { Spec = full },
        }) with
        {
            Spread = new(3, Why: null, new() { Placements = [full] }), Notes = Notes([1]),
        };

        var plan = Planner.Plan(input);
        var stuck = Planner.Plan(input with { Group = input.Group with { Repair = new() { UnavailableMax = default } } });

        Assert.Equal(("i-0001", 0), (Assert.Single(plan.Victims).Id.Value, plan.Launches));
        Assert.False(stuck.Acts);
        Assert.Contains("has no room for another first", Assert.Single(stuck.Holds).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void By_our_own_hand_no_more_places_are_empty_than_the_group_allows_and_nobody_who_works_ends() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 10], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Bool, Gen.Bool, Gen.Int[0, 1023]).Sample(
            (level, running, surge, unavailable, terminateFirst, replacesMost, sickBits) =>
            {
                if (surge + unavailable == 0)
                {
                    return true;
                }

                var group = Group(level) with
                {
                    Repair = new()
                    {
                        Order = terminateFirst ? ReplaceOrder.TerminateFirst : ReplaceOrder.LaunchFirst,
                        Surge = new(surge, IsPercent: false),
                        UnavailableMax = new(unavailable, IsPercent: false),
                        WhenMost = replacesMost ? MassVerdict.Replace : MassVerdict.Hold,
                    },
                };
                int[] sick = [.. Enumerable.Range(0, running).Where(number => (sickBits & (1 << number)) != 0)];
                var plan = Plan(group, Some.Instances(running), sick);
                var ended = plan.Victims.ToList();
                var healthyEnded = ended.Count(one => sick.All(number => one.Id != Some.Instance(number).Id));
                var left = running - ended.Count;
                return running + plan.Launches <= Math.Max(level + surge, running)
                    && (ended.Count == 0 || left >= level - unavailable)
                    && (healthyEnded == 0 || left >= level);
            });

    [Fact]
    public void Step_by_step_every_sick_one_is_replaced_and_then_nothing_is_done() =>
        Gen.Select(Gen.Int[1, 7], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 127]).Sample(
            (level, surge, unavailable, terminateFirst, sickBits) =>
            {
                if (surge + unavailable == 0)
                {
                    return true;
                }

                var group = Group(level) with
                {
                    Repair = new()
                    {
                        Order = terminateFirst ? ReplaceOrder.TerminateFirst : ReplaceOrder.LaunchFirst,
                        Surge = new(surge, IsPercent: false),
                        UnavailableMax = new(unavailable, IsPercent: false),
                        WhenMost = MassVerdict.Replace,
                    },
                };
                var living = Some.Instances(level);
                int[] sick = [.. Enumerable.Range(0, level).Where(number => (sickBits & (1 << number)) != 0)];
                for (var (round, next) = (0, 100); round < 40; round++)
                {
                    var plan = Plan(group, living, sick);
                    if (!plan.Acts)
                    {
                        return living.Length == level
                            && living.All(one => sick.All(number => one.Id != Some.Instance(number).Id)) && plan.Counts.Unhealthy == 0;
                    }

                    var gone = plan.Victims.Select(one => one.Id).ToHashSet();
                    living = [.. living.Where(one => !gone.Contains(one.Id)), .. Some.Instances(plan.Launches, from: next)];
                    next += plan.Launches;
                }

                return false;
            });

    private static Group Group(int desired) => Some.Group(desired);

    private static PlanInput TwoPlaces(Group group, ImmutableArray<Instance> first, ImmutableArray<Instance> second)
    {
        var input = Some.Input(group, []);
        PlacementSpec[] specs = [new() { Name = "a", Template = Some.TemplateId }, new() { Name = "b", Template = Some.TemplateId }];
        return input with
        {
            Slices =
            [
                .. specs.Select((spec, index) => input.Slices[0] with
                {
                    Placement = new(spec.Name, Some.Template()) { Spec = spec }, Owned = index == 0 ? first : second,
                }),
            ],
            Spread = new(
                group.Capacity.Desired, Why: null, new() { Placements = [.. specs], Distribution = DistributionKind.Balanced }),
        };
    }

    private static Plan Plan(Group group, ImmutableArray<Instance> owned, int[] sick) =>
        Planner.Plan(Some.Input(group, owned) with { Notes = Notes(sick) });

    private static ImmutableArray<MemberNote> Notes(int[] sick) => [.. sick.Select(number => Some.Note(number) with { Findings = [Sick] })];
}
