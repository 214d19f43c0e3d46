using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>Instances that leave their load balancers before they end, and those that come back.</summary>
public sealed class DrainTests
{
    private static readonly Drain Within5 = new() { Through = ["lb"] };
    private static readonly Finding Sick = new("probe", Verdict.Unhealthy, Some.Now, "answered 503");

    [Fact]
    public void One_too_many_begins_to_drain_and_is_not_terminated_yet()
    {
        var plan = Planner.Plan(Some.Input(Group(2), Some.Instances(3)));

        var drain = Assert.IsType<PlannedAction.Drain>(Assert.Single(plan.Actions));
        Assert.Equal(("i-0000", "2 wanted, 3 running: 1 too many, oldest first"), (drain.Instance.Id.Value, drain.Reason));
        Assert.Equal("2 wanted, 3 running: drain 1", plan.Explanation);
        Assert.True(plan.Acts);
        Assert.Empty(plan.Victims);
    }

    [Fact]
    public void While_it_drains_it_counts_no_more_and_a_second_plan_does_nothing()
    {
        var plan = Planner.Plan(Some.Input(Group(2), Some.Instances(3), state: Draining(10, 0)));

        Assert.Empty(plan.Actions);
        Assert.Equal((2, 1), (plan.Counts.Running, plan.Counts.Draining));
        Assert.Equal("2 wanted, 2 running, 1 draining: waiting for what drains", plan.Explanation);
    }

    [Fact]
    public void When_its_gate_lets_it_go_it_ends_and_the_reason_says_how_long_that_took()
    {
        var input = Some.Input(Group(2), Some.Instances(3), state: Draining(12, 0));

        var end = Assert.IsType<PlannedAction.Terminate>(Assert.Single(Planner.Plan(input with { Notes = [Done(0, 2)] }).Actions));

        Assert.Equal(("i-0000", true), (end.Instance.Id.Value, end.IsDrained));
        Assert.Equal("it drained for 12 s, done: its drain", end.Reason);
    }

    [Fact]
    public void When_nobody_says_anything_it_ends_with_the_deadline_and_not_before()
    {
        var early = Planner.Plan(Some.Input(Group(2), Some.Instances(3), state: Draining(299, 0)));
        var late = Planner.Plan(Some.Input(Group(2), Some.Instances(3), state: Draining(300, 0)));

        Assert.False(early.Acts);
        Assert.Equal("it drained for 300 s, its drain took too long", Assert.Single(late.Actions).Reason);
    }

    [Fact]
    public void One_that_is_dead_or_was_never_up_ends_at_once()
    {
        var dead = Planner.Plan(Some.Input(Group(3), [.. Some.Instances(3), Some.Instance(9, InstanceState.Failed)]));
        var coming = Planner.Plan(Some.Input(Group(3), [.. Some.Instances(3), Some.Instance(9, InstanceState.Provisioning)]));
        var died = Planner.Plan(Some.Input(
            Group(3), [.. Some.Instances(3), Some.Instance(9, InstanceState.Stopped)], state: Draining(1, 9)));

        Assert.All([dead, coming, died], plan => Assert.Equal("i-0009", Assert.Single(plan.Victims).Id.Value));
        Assert.All([dead, coming, died], plan => Assert.Empty(plan.Drained));
        Assert.True(Assert.Single(died.Actions.OfType<PlannedAction.Terminate>()).IsDrained);
    }

    [Fact]
    public void A_group_without_a_drain_and_hooks_at_the_end_plans_as_ever()
    {
        var hooked = Some.Group(2) with { Hooks = new([Hook("bake", HookMoment.Launch)]) };

        Assert.Single(Planner.Plan(Some.Input(Some.Group(2), Some.Instances(3))).Victims);
        Assert.Single(Planner.Plan(Some.Input(hooked, Some.Instances(3))).Victims);
        Assert.Single(Planner.Plan(Some.Input(
            Some.Group(2) with { Hooks = new([Hook("backup", HookMoment.Terminate)]) }, Some.Instances(3))).Drained);
    }

    [Fact]
    public void A_sick_one_and_one_that_somebody_wants_gone_drain_too_and_others_take_their_places_meanwhile()
    {
        var input = Some.Input(Group(3), Some.Instances(4)) with { Notes = [Some.Note(1) with { Findings = [Sick] }] };
        var sick = Planner.Plan(input);
        var unwanted = Planner.Plan(Some.Input(Group(3), Some.Instances(3)) with
        {
            Notes = [Some.Note(1) with { UnwantedFor = "kim wants it gone" }],
        });
        var next = Planner.Plan(Some.Input(Group(3), Some.Instances(3), state: Draining(1, 1)) with
        {
            Notes = [Some.Note(1) with { UnwantedFor = "kim wants it gone" }],
        });

        Assert.Equal("i-0001", Assert.Single(sick.Drained).Id.Value);
        Assert.Equal(("i-0001", 1), (Assert.Single(unwanted.Drained).Id.Value, unwanted.Launches));
        Assert.Equal((0, 1, 1), (next.Drained.Count(), next.Launches, next.Counts.Draining));
        Assert.Empty(next.Returned);
    }

    [Fact]
    public void One_that_somebody_keeps_returns_and_others_go_before_it()
    {
        var (kept, before) = (Some.Note(0) with { KeptAt = Some.Now }, Some.Note(0) with { KeptAt = Some.Now.AddSeconds(-10) });

        var back = Planner.Plan(Some.Input(Group(2), Some.Instances(3), state: Draining(9, 0)) with { Notes = [kept] });
        var later = Planner.Plan(Some.Input(Group(2), Some.Instances(3)) with { Notes = [kept] });
        var again = Planner.Plan(Some.Input(Group(2), Some.Instances(3), state: Draining(9, 0)) with { Notes = [before] });

        Assert.Equal("i-0000", Assert.Single(back.Returned).Id.Value);
        Assert.All([back, later], plan => Assert.Equal("i-0001", Assert.Single(plan.Drained).Id.Value));
        Assert.EndsWith(
            "1 too many, oldest first, those that somebody keeps last",
            Assert.Single(later.Actions.OfType<PlannedAction.Drain>()).Reason, StringComparison.Ordinal);
        Assert.Empty(again.Returned);
    }

    [Fact]
    public void Where_nobody_else_is_left_to_go_one_that_was_kept_goes_too_and_never_in_the_plan_that_returns_it()
    {
        var kept = Some.Note(0) with { KeptAt = Some.Now };
        var sick = kept with { Findings = [Sick] };

        var last = Planner.Plan(Some.Input(Group(0), Some.Instances(1)) with { Notes = [kept] });
        var back = Planner.Plan(Some.Input(Group(0), Some.Instances(1), state: Draining(9, 0)) with { Notes = [kept] });
        var ill = Planner.Plan(Some.Input(Group(1), Some.Instances(2), state: Draining(9, 0)) with { Notes = [sick] });
        var unwanted = Planner.Plan(Some.Input(Group(1), Some.Instances(1), state: Draining(9, 0)) with
        {
            Notes = [kept with { UnwantedFor = "kim wants it gone" }],
        });

        Assert.Equal("i-0000", Assert.Single(last.Drained).Id.Value);
        Assert.All([back, ill], plan => Assert.Single(plan.Returned));
        Assert.Empty(back.Drained);
        Assert.DoesNotContain(ill.Drained, instance => instance.Id.Value == "i-0000");
        Assert.Empty(unwanted.Returned);
    }

    [Fact]
    public void One_that_is_protected_on_standby_or_let_go_never_begins_and_one_that_comes_to_be_returns()
    {
        MemberNote[] notes =
        [
            Some.Note(0) with { IsProtected = true }, Some.Note(0) with { IsStandby = true },
            Some.Note(0) with { DetachedFor = "detached by kim" },
        ];
        foreach (var note in notes)
        {
            var never = Planner.Plan(Some.Input(Group(1), Some.Instances(2)) with { Notes = [note] });
            var back = Planner.Plan(Some.Input(Group(1), Some.Instances(2), state: Draining(9, 0)) with
            {
                Notes = [note with { Gates = Done(0, 1).Gates }],
            });

            Assert.DoesNotContain(never.Drained, instance => instance.Id.Value == "i-0000");
            Assert.Equal("i-0000", Assert.Single(back.Returned).Id.Value);
            Assert.DoesNotContain(back.Victims, instance => instance.Id.Value == "i-0000");
        }
    }

    [Fact]
    public void One_that_is_too_old_drains_like_any_other_and_does_not_come_back()
    {
        var group = Group(3) with { LifetimeMax = TimeSpan.FromHours(2) };
        var old = Some.Instance(0) with { CreatedAt = Some.Now.AddHours(-3) };
        ImmutableArray<Instance> young =
            [.. Enumerable.Range(1, 3).Select(number => Some.Instance(number) with { CreatedAt = Some.Now.AddHours(-1) })];

        var plan = Planner.Plan(Some.Input(group, [old, .. young]));
        var missing = Planner.Plan(Some.Input(group, [old, .. young[1..]], state: Draining(1, 0)));

        Assert.Equal("i-0000", Assert.Single(plan.Drained).Id.Value);
        Assert.Equal((1, 0), (missing.Launches, missing.Returned.Count()));
    }

    [Fact]
    public void When_one_is_missing_the_youngest_drain_is_cancelled_before_anything_is_launched()
    {
        var state = Some.State() with
        {
            Members = [Member(0, 30), Member(1, 10), Member(2, 20)],
        };

        var plan = Planner.Plan(Some.Input(Group(3), Some.Instances(4), state: state));

        Assert.Equal(["i-0001", "i-0002"], plan.Returned.Select(instance => instance.Id.Value));
        Assert.Equal(0, plan.Launches);
        Assert.Equal("3 wanted, 1 running, 3 draining: 2 missing, and this one only drains", plan.Actions[0].Reason);
        Assert.Equal("3 wanted, 1 running, 3 draining: return to service 2", plan.Explanation);
    }

    [Fact]
    public void What_cannot_come_back_is_launched()
    {
        var notice = Some.Instance(0) with { LeavingAt = Some.Now.AddMinutes(1) };
        Instance[] unfit = [Some.Instance(0, template: new(Some.Id(7))), notice, Some.Instance(0, InstanceState.Unknown)];
        MemberNote[] said =
        [
            Some.Note(0) with { Findings = [Sick] }, Some.Note(0) with { UnwantedFor = "kim wants it gone" },
            Some.Note(0) with { Gates = [new("drain", GateAnswer.Abandon, Some.Now, null)] },
        ];

        Assert.All(unfit, instance => AssertLaunches(instance, []));
        Assert.All(said, note => AssertLaunches(Some.Instance(0), [note]));

        static void AssertLaunches(Instance instance, ImmutableArray<MemberNote> notes)
        {
            var plan = Planner.Plan(Some.Input(Group(2), [instance, Some.Instance(1)], state: Draining(5, 0)) with { Notes = notes });
            Assert.Empty(plan.Returned);
            Assert.Equal(1, plan.Launches);
        }
    }

    [Fact]
    public void A_launch_whose_outcome_nobody_knows_is_not_asked_again_while_one_can_come_back()
    {
        var launches = ImmutableArray.Create(Some.Launch(9, LaunchPhase.Intended, TimeSpan.FromMinutes(1)));

        var back = Planner.Plan(Some.Input(Group(2), Some.Instances(2), launches, Draining(5, 0)));
        var asked = Planner.Plan(Some.Input(Group(2), Some.Instances(1, from: 1), launches));

        Assert.Single(back.Returned);
        Assert.DoesNotContain(back.Actions, action => action is PlannedAction.Resume);
        Assert.Contains(asked.Actions, action => action is PlannedAction.Resume);
    }

    [Fact]
    public void For_a_sick_one_that_is_replaced_one_comes_back_and_none_is_launched()
    {
        var plan = Planner.Plan(Some.Input(Group(3), Some.Instances(4), state: Draining(5, 0)) with
        {
            Notes = [Some.Note(2) with { Findings = [Sick] }],
        });

        Assert.Equal(("i-0000", 0, 0), (Assert.Single(plan.Returned).Id.Value, plan.Launches, plan.Drained.Count()));
    }

    [Fact]
    public void The_brakes_count_an_end_once_when_it_is_decided()
    {
        var brakes = new Brakes { TerminationsPerCheckMax = 2, TerminationsPerHourMax = 3 };
        var group = Group(2) with { Brakes = brakes };
        var spent = Draining(301, 0, 1, 2) with { Terminated = HourlyCount.Empty.Add(3, Some.Now.AddMinutes(-5)) };

        var begun = Planner.Plan(Some.Input(group, Some.Instances(9)));
        var over = Planner.Plan(Some.Input(group, Some.Instances(9), state: spent));

        Assert.Equal(2, begun.Drained.Count());
        Assert.Equal("5 held back: 2 terminations a check at most", Assert.Single(begun.Holds).Reason);
        Assert.Equal((3, 0), (over.Victims.Count(), over.Drained.Count()));
        Assert.Equal("4 held back: 3 terminations an hour at most", Assert.Single(over.Holds).Reason);
    }

    [Fact]
    public void While_terminating_is_suspended_nobody_begins_and_nobody_ends()
    {
        var group = Group(1) with { Suspended = Suspension.Terminate };

        var plan = Planner.Plan(Some.Input(group, Some.Instances(3), state: Draining(400, 0)));

        Assert.False(plan.Acts);
        Assert.Equal("terminating is suspended: 2 to terminate", Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void A_group_that_is_deleted_drains_too_and_nobody_comes_back()
    {
        var input = Some.Input(Group(3) with { Phase = GroupPhase.Draining }, Some.Instances(3), state: Draining(5, 0))
            .WithSlice(slice => slice with { Wanted = 0 });

        var plan = Planner.Plan(input);

        Assert.Equal(["i-0001", "i-0002"], plan.Drained.Select(instance => instance.Id.Value));
        Assert.Empty(plan.Returned);
        Assert.True(plan.Counts.Any);
    }

    [Fact]
    public void One_whose_end_was_ordered_once_and_came_to_nothing_drains_like_any_other()
    {
        var state = Some.State() with
        {
            RecentTerminations =
            [
                new(Some.Instance(0).Id, Some.Now.AddMinutes(-9), "too many", IsTold: true) { Failures = 1, RetryAt = Some.Now },
            ],
        };

        var plan = Planner.Plan(Some.Input(Group(1), Some.Instances(2), state: state));

        Assert.Equal("i-0000", Assert.Single(plan.Drained).Id.Value);
        Assert.Empty(plan.Victims);
    }

    [Fact]
    public void One_that_was_told_to_end_a_second_time_does_not_return()
    {
        var state = Draining(400, 0) with
        {
            RecentTerminations = [new(Some.Instance(0).Id, Some.Now.AddSeconds(-1), "too many", IsTold: true) { Failures = 1 }],
        };

        var plan = Planner.Plan(Some.Input(Group(3), Some.Instances(3), state: state));

        Assert.Empty(plan.Returned);
        Assert.Equal(1, plan.Launches);
    }

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(3, null, false)]
    [InlineData(1, 60, true)]
    public void Only_one_whose_order_to_end_has_failed_returns_and_none_while_one_is_under_way(int failures, int? retryInS, bool returns)
    {
        var state = Draining(5, 0) with
        {
            RecentTerminations =
            [
                new(Some.Instance(0).Id, Some.Now.AddSeconds(-1), "too many", IsTold: true)
                {
                    Failures = failures,
                    RetryAt = retryInS is { } wait ? Some.Now.AddSeconds(wait) : null,
                },
            ],
        };

        var plan = Planner.Plan(Some.Input(Group(3), Some.Instances(3), state: state));

        Assert.Equal((returns ? 1 : 0, returns ? 0 : 1), (plan.Returned.Count(), plan.Launches));
    }

    [Fact]
    public void What_drains_costs_until_it_is_gone_and_looks_dead_to_nobody()
    {
        var group = Group(4) with { Brakes = new() { SpendPerHourMax = 4 } };
        var unwanted = ImmutableArray.CreateRange(Enumerable.Range(0, 3).Select(number =>
            Some.Note(number) with { UnwantedFor = "kim wants it gone" }));
        var state = Draining(5, 0, 1, 2).WithPlacement(one => one with { EstablishedLevel = 4 });
        var input = Some.Input(group, Some.Instances(4), state: state)
            .WithSlice(slice => slice with { Price = 1 }) with
        { Notes = unwanted, Currency = "EUR" };

        var plan = Planner.Plan(input);
        var unlimited = Planner.Plan(input with { Group = Group(4) });

        Assert.Equal(0, plan.Launches);
        Assert.Equal(3, unlimited.Launches);
        Assert.DoesNotContain(unlimited.Actions, action => action is PlannedAction.LookAgain);
    }

    [Theory]
    [InlineData(7, 1, true)]
    [InlineData(10, 9, false)]
    [InlineData(10, null, false)]
    public void What_drains_hides_no_failure_of_most_of_the_others_and_is_none_itself(int established, int? concludedSAgo, bool isFailure)
    {
        // Of ten, some drain for five seconds: three, and four of the others are gone; or six, and all are there.
        var owned = Some.Instances(10);
        var state = (isFailure ? Draining(5, 0, 1, 2) : Draining(5, 0, 1, 2, 3, 4, 5))
            .WithPlacement(one => one with { EstablishedLevel = established });
        var notes = Enumerable.Range(0, 6).Select(number => Some.Note(number) with { UnwantedFor = "kim wants it gone" });
        var input = Some.Input(Group(10), isFailure ? owned[..6] : owned, state: state) with
        {
            Notes = isFailure ? [] : [.. notes],
            ConcludedAt = concludedSAgo is { } ago ? Some.Now.AddSeconds(-ago) : null,
        };

        Assert.Equal(isFailure, Planner.Plan(input).Actions.Any(action => action is PlannedAction.LookAgain));
    }

    [Fact]
    public void Of_several_places_one_comes_back_where_it_is_and_none_is_launched_elsewhere()
    {
        PlacementSpec[] specs = [new() { Name = "a", Template = Some.TemplateId }, new() { Name = "b", Template = Some.TemplateId }];
        var input = Some.Input(Group(4), [], state: Draining(5, 0, 1));
        input = input with
        {
            Slices =
            [
                .. specs.Select((spec, index) => input.Slices[0] with
                {
                    Placement = new(spec.Name, Some.Template()) { Spec = spec }, Owned = Some.Instances(3, from: index * 3),
                }),
            ],
            Spread = new(5, Why: null, new() { Placements = [.. specs], Distribution = DistributionKind.Ordered }),
        };

        var plan = Planner.Plan(input);
        var more = Planner.Plan(input with { Spread = input.Spread! with { Level = 7 } });

        Assert.Equal((1, 0, 0), (plan.Returned.Count(), plan.Launches, plan.Drained.Count()));
        Assert.Equal((2, 1), (more.Returned.Count(), more.Launches));
    }

    [Fact]
    public void Only_those_whom_both_looks_want_gone_begin_to_drain()
    {
        var input = Some.Input(Group(2), Some.Instances(3)).WithSlice(slice => slice with { MayEnd = [] });

        var plan = Planner.Plan(input);

        Assert.False(plan.Acts);
        Assert.Equal("1 to terminate, but only the second look says so: looking again", Assert.Single(plan.Holds).Reason);
    }

    private static Group Group(int desired) => Some.Group(desired) with { Drain = Within5 };

    private static Hook Hook(string name, HookMoment at) => new() { Name = name, At = at, OnTimeout = HookRules.SilenceOf(at) };

    private static Member Member(int number, double seconds) =>
        new() { Instance = Some.Instance(number).Id, Phase = MemberPhase.Draining, Since = Some.Now.AddSeconds(-seconds) };

    private static GroupState Draining(double seconds, params int[] numbers) =>
        Some.State() with { Members = [.. numbers.Select(number => Member(number, seconds))] };

    private static MemberNote Done(int number, double seconds) =>
        Some.Note(number) with { Gates = [new("drain", GateAnswer.Continue, Some.Now.AddSeconds(-seconds), null)] };
}
