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

/// <summary>Instances that are older than their group wants them to become.</summary>
public sealed class AgingTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);
    private static readonly Finding Sick = new("probe", Verdict.Unhealthy, Some.Now, "answered 503");

    [Fact]
    public void Another_is_launched_first_and_the_old_one_ends_when_it_is_in_service()
    {
        var first = Planner.Plan(Some.Input(Group(3), [Old(0), Young(1), Young(2)]));
        var waiting = Planner.Plan(Some.Input(
            Group(3), [Old(0), Young(1), Young(2), Young(3) with { State = InstanceState.Provisioning }]));
        var last = Planner.Plan(Some.Input(Group(3), [Old(0), Young(1), Young(2), Young(3)]));

        Assert.Equal(
            "3 wanted, 3 running: 1 for one whose lifetime is over, which ends when it is in service", Assert.Single(first.Actions).Reason);
        Assert.Empty(waiting.Actions);
        var end = Assert.IsType<PlannedAction.Terminate>(Assert.Single(last.Actions));
        Assert.Equal(
            ("i-0000", "its lifetime of 2h at most is over: an old instance is replaced"), (end.Instance.Id.Value, end.Reason));
    }

    [Fact]
    public void However_many_are_due_one_goes_at_a_time_and_the_oldest_first()
    {
        var group = Group(4) with { Repair = new() { Surge = new(100, IsPercent: true), UnavailableMax = new(100, IsPercent: true) } };
        var ending = group with { Repair = group.Repair with { Order = ReplaceOrder.TerminateFirst } };
        ImmutableArray<Instance> all = [Old(0), Old(1), Old(2) with { CreatedAt = Some.Now.AddHours(-99) }, Old(3)];

        Assert.Equal(1, Planner.Plan(Some.Input(group, all)).Launches);
        Assert.Equal("i-0002", Assert.Single(Planner.Plan(Some.Input(group, all.Add(Young(4)))).Victims).Id.Value);
        Assert.Equal("i-0002", Assert.Single(Planner.Plan(Some.Input(ending, all)).Victims).Id.Value);

        // Its successor is on its way: nobody else goes before that is in service.
        all = [Old(0), Old(1), Old(3), Young(4) with { State = InstanceState.Provisioning }];
        Assert.Empty(Planner.Plan(Some.Input(ending, all)).Victims);
    }

    [Theory]
    [InlineData(RepairMode.Tell)]
    [InlineData(RepairMode.Off)]
    public void A_lifetime_holds_whatever_is_done_about_the_unhealthy(RepairMode mode)
    {
        var group = Group(3) with { Repair = new() { Mode = mode } };

        Assert.Equal(1, Planner.Plan(Some.Input(group, [Old(0), Young(1), Young(2)])).Launches);

        // Who stays although unhealthy goes first when old: nobody misses it.
        var sick = Some.Input(group, [Old(0) with { CreatedAt = Some.Now.AddHours(-99) }, Old(1), Young(2), Young(3)]) with
        {
            Notes = [Some.Note(1) with { Findings = [Sick] }],
        };
        Assert.Equal("i-0001", Assert.Single(Planner.Plan(sick).Victims).Id.Value);
    }

    [Fact]
    public void The_unhealthy_come_first_and_an_old_one_has_what_they_leave_of_the_budget()
    {
        ImmutableArray<MemberNote> notes = [Some.Note(1) with { Findings = [Sick] }];
        var group = Group(4);
        var two = group with { Repair = new() { Surge = new(2, IsPercent: false) } };
        ImmutableArray<Instance> all = [Old(0), Young(1), Young(2), Young(3)];

        var one = Planner.Plan(Some.Input(group, all) with { Notes = notes });
        var both = Planner.Plan(Some.Input(two, all) with { Notes = notes });
        var sickFirst = Planner.Plan(Some.Input(two, all.Add(Young(4))) with { Notes = notes });

        Assert.Equal((1, "1 for unhealthy ones"), (one.Launches, one.Actions[0].Reason.Split(": ")[1].Split(',')[0]));
        Assert.Contains("2 for unhealthy ones and one whose lifetime is over", both.Actions[0].Reason, StringComparison.Ordinal);
        Assert.Equal("i-0001", Assert.Single(sickFirst.Victims).Id.Value);
    }

    [Fact]
    public void While_more_are_unhealthy_than_may_be_missing_nobody_who_works_goes_for_its_age()
    {
        var group = Group(5) with { Repair = new() { Mode = RepairMode.Tell } };
        var plan = Planner.Plan(Some.Input(group, [Old(0), Young(1), Young(2), Young(3), Young(4)]) with
        {
            Notes = [Some.Note(1) with { Findings = [Sick] }, Some.Note(2) with { Findings = [Sick] }],
        });

        Assert.False(plan.Acts);
        Assert.Contains(plan.Holds, hold => hold.Reason == "2 unhealthy: none is replaced for its age meanwhile");
    }

    [Fact]
    public void While_replacing_is_suspended_the_old_stay_and_the_protected_always()
    {
        var suspended = Planner.Plan(Some.Input(
            Group(3) with { Suspended = Suspension.Replace }, [Old(0), Young(1), Young(2)], state: Some.State(3)));
        var isProtected = Planner.Plan(Some.Input(Group(3), [Old(0), Young(1), Young(2)]) with
        {
            Notes = [Some.Note(0) with { IsProtected = true }],
        });

        Assert.False(suspended.Acts);
        Assert.Equal("replacing is suspended: 1 past their lifetime stay", Assert.Single(suspended.Holds).Reason);
        Assert.False(isProtected.Acts);
        Assert.Equal("1 past their lifetime and protected: they stay", Assert.Single(isProtected.Holds).Reason);
    }

    [Fact]
    public void One_on_standby_ages_untouched_and_one_that_its_cloud_takes_back_is_replaced_anyway()
    {
        var standby = Planner.Plan(Some.Input(Group(2), [Old(0), Young(1), Young(2)]) with
        {
            Notes = [Some.Note(0) with { IsStandby = true }],
        });
        var leaving = Planner.Plan(Some.Input(Group(3), [Old(0) with { LeavingAt = Some.Now.AddMinutes(2) }, Young(1), Young(2)]));

        Assert.Empty(standby.Actions);
        Assert.Equal(1, leaving.Launches);
        Assert.DoesNotContain("lifetime", leaving.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_must_shrink_ends_the_old_before_others_whatever_its_order()
    {
        var plan = Planner.Plan(Some.Input(Group(2) with { ScaleIn = ScaleInOrder.Newest }, [Young(1), Old(0), Old(3), Young(2)]));

        Assert.Equal(["i-0000", "i-0003"], plan.Victims.Select(victim => victim.Id.Value));
        Assert.EndsWith("its lifetime is over", plan.Actions[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_places_one_goes_at_a_time_and_none_where_nothing_is_to_be_any_more()
    {
        var input = Some.Input(Group(4), []);
        PlacementSpec[] specs = [new() { Name = "a", Template = Some.TemplateId }, new() { Name = "b", Template = Some.TemplateId }];
        input = input with
        {
            Slices =
            [
                .. specs.Select((spec, index) => input.Slices[0] with
                {
                    Placement = new(spec.Name, Some.Template()) { Spec = spec }, Owned = [Old(index * 2), Old((index * 2) + 1)],
                }),
            ],
            Spread = new(4, Why: null, new() { Placements = [.. specs], Distribution = DistributionKind.Balanced }),
        };

        Assert.Equal(1, Planner.Plan(input).Launches);
        Assert.Empty(Planner.Plan(input).Victims);
        Assert.Null(Aging.Next(input with { Slices = [.. input.Slices.Select(slice => slice with { Blind = Blind })] }));
    }

    [Fact]
    public void Step_by_step_every_old_one_is_replaced_within_the_budget_and_then_nothing_is_done() =>
        Gen.Select(Gen.Int[1, 7], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 127], Gen.Bool).Sample(
            (level, surge, unavailable, terminateFirst, oldBits, isTold) =>
            {
                if (surge + unavailable == 0)
                {
                    return true;
                }

                var group = Group(level) with
                {
                    Repair = new()
                    {
                        Mode = isTold ? RepairMode.Tell : RepairMode.Replace,
                        Order = terminateFirst ? ReplaceOrder.TerminateFirst : ReplaceOrder.LaunchFirst,
                        Surge = new(surge, IsPercent: false),
                        UnavailableMax = new(unavailable, IsPercent: false),
                    },
                };
                ImmutableArray<Instance> living =
                    [.. Enumerable.Range(0, level).Select(number => (oldBits & (1 << number)) != 0 ? Old(number) : Young(number))];
                for (var (round, next) = (0, 100); round < 40; round++)
                {
                    var plan = Planner.Plan(Some.Input(group, living));
                    if (!plan.Acts)
                    {
                        return living.Length == level && living.All(one => !Aging.IsOver(one, group, Some.Now));
                    }

                    var gone = plan.Victims.Select(one => one.Id).ToHashSet();
                    if (gone.Count > 1 || living.Length - gone.Count < level - unavailable
                        || living.Length + plan.Launches > level + surge)
                    {
                        return false;
                    }

                    living = [.. living.Where(one => !gone.Contains(one.Id)), .. Enumerable.Range(next, plan.Launches).Select(Young)];
                    next += plan.Launches;
                }

                return false;
            });

    [Fact]
    public void The_next_check_comes_when_the_next_one_is_due()
    {
        var input = Some.Input(Group(2), [Old(0), Young(1)]);

        var at = Aging.NextAt(input.Group, input.Slices, Some.Now);

        Assert.Equal(Core.Members.Lifetime.EndsAt(Young(1), Lifetime, Some.Now), at);
        Assert.Null(Aging.NextAt(Some.Group(2), input.Slices, Some.Now));
    }

    private static readonly Blindness Blind = new(Core.Clouds.CloudErrorKind.Unavailable, "away", Some.Now.AddMinutes(1));

    private static Group Group(int desired) => Some.Group(desired) with { LifetimeMax = Lifetime };

    private static Instance Old(int number) => Some.Instance(number) with { CreatedAt = Some.Now.AddHours(-3).AddSeconds(number) };

    private static Instance Young(int number) => Some.Instance(number) with { CreatedAt = Some.Now.AddHours(-1).AddSeconds(number) };
}
