using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void A_group_at_its_level_is_left_alone_and_the_plan_says_so()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(3)));

        Assert.Empty(plan.Actions);
        Assert.Equal("3 wanted, 3 running: nothing to do", plan.Explanation);
    }

    [Fact]
    public void A_pending_launch_counts_and_the_explanation_names_it()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(2), [Some.Launch(9)]));

        Assert.Empty(plan.Actions);
        Assert.Equal("3 wanted, 2 running, 1 launch pending: nothing to do", plan.Explanation);
    }

    [Fact]
    public void A_launch_that_is_listed_is_not_counted_a_second_time()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(3), [Some.Launch(2, LaunchPhase.Seen)]));

        Assert.Empty(plan.Actions);
        Assert.Equal(0, plan.Counts.Pending);
    }

    [Fact]
    public void What_is_missing_is_launched()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(5), Some.Instances(2)));

        var launch = Assert.IsType<PlannedAction.Launch>(Assert.Single(plan.Actions));
        Assert.Equal(3, launch.Count);
        Assert.Equal("5 wanted, 2 running: 3 missing", launch.Reason);
    }

    [Theory]
    [InlineData(InstanceState.Stopped)]
    [InlineData(InstanceState.Failed)]
    public void A_dead_instance_is_terminated_and_replaced(InstanceState state)
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), [.. Some.Instances(2), Some.Instance(7, state)]));

        Assert.Equal(new InstanceId("i-0007"), Assert.Single(Victims(plan)));
        Assert.Equal(1, Launches(plan));
    }

    [Fact]
    public void An_instance_that_the_cloud_cannot_tell_about_holds_its_place()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), [.. Some.Instances(2), Some.Instance(7, InstanceState.Unknown)]));

        Assert.Empty(plan.Actions);
    }

    [Fact]
    public void Too_many_end_with_the_oldest_unless_the_group_says_otherwise()
    {
        var oldest = Planner.Plan(Some.Input(Some.Group(2), Some.Instances(4)));
        var newest = Planner.Plan(Some.Input(Some.Group(2) with { ScaleIn = ScaleInOrder.Newest }, Some.Instances(4)));

        Assert.Equal(["i-0000", "i-0001"], Victims(oldest).Select(id => id.Value));
        Assert.Equal(["i-0003", "i-0002"], Victims(newest).Select(id => id.Value));
    }

    [Fact]
    public void Of_two_that_answer_one_launch_the_younger_ends_before_any_other()
    {
        var instances = Some.Instances(4);
        var twin = instances[3] with { Tags = instances[3].Tags.SetItem(MusterTags.Launch, instances[2].Tags[MusterTags.Launch]) };

        var input = Some.Input(Some.Group(3), [.. instances.Take(3), twin]).WithSlice(slice => slice with { MayHaveTwins = true });
        var plan = Planner.Plan(input);
        var elsewhere = Planner.Plan(input.WithSlice(slice => slice with { MayHaveTwins = false }));

        var end = Assert.Single(plan.Actions.OfType<PlannedAction.Terminate>());
        Assert.Equal("i-0003", end.Instance.Id.Value);
        Assert.Equal("i-0000", Assert.Single(elsewhere.Actions.OfType<PlannedAction.Terminate>()).Instance.Id.Value);
        Assert.Contains("an older instance answers the same launch", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Outdated_ones_end_first_where_the_group_says_so()
    {
        var old = new TemplateId(Some.Id(77));
        var plan = Planner.Plan(Some.Input(
            Some.Group(2) with { ScaleIn = ScaleInOrder.OutdatedFirst },
            [Some.Instance(1), Some.Instance(2), Some.Instance(3, template: old)]));

        Assert.Equal("i-0003", Assert.Single(Victims(plan)).Value);
    }

    [Fact]
    public void Those_not_running_end_before_those_that_run()
    {
        var plan = Planner.Plan(Some.Input(
            Some.Group(1), [Some.Instance(1), Some.Instance(2), Some.Instance(3, InstanceState.Provisioning)]));

        Assert.Equal(["i-0003", "i-0001"], Victims(plan).Select(id => id.Value));
    }

    [Fact]
    public void A_pending_launch_costs_no_running_instance_its_life()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(3), [Some.Launch(9), Some.Launch(10)]));

        Assert.Empty(Victims(plan));
    }

    [Fact]
    public void An_instance_that_was_told_to_end_is_neither_counted_nor_told_again()
    {
        var state = Some.State() with
        {
            RecentTerminations = [new(new("i-0000"), Some.Now, "2 too many", IsTold: true)],
        };

        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(4), state: state));

        Assert.Empty(plan.Actions);
        Assert.Equal(1, plan.Counts.Terminating);
    }

    [Fact]
    public void What_may_not_end_is_left_out_of_the_plan_its_words_and_its_brakes()
    {
        var input = Some.Input(Some.Group(1), Some.Instances(4));

        var plan = Planner.Plan(input.WithSlice(slice => slice with { MayEnd = [new("i-0001")] }) with { LookedAgain = true });

        Assert.Equal(["i-0001"], Victims(plan).Select(id => id.Value));
        Assert.Equal(
            "1 wanted, 4 running: terminate 1; 2 to terminate, but only the second look says so: looking again", plan.Explanation);
        Assert.Equal(Some.Now, Assert.Single(plan.Holds).RecheckAt);
        Assert.DoesNotContain(
            "terminate 3",
            Planner.Plan(input.WithSlice(slice => slice with { MayEnd = [] }) with { LookedAgain = true }).Explanation,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_that_did_not_end_at_first_the_one_whose_next_order_is_under_way_keeps_its_turn()
    {
        var state = Some.State() with
        {
            RecentTerminations =
            [
                new(new("i-0000"), Some.Now.AddMinutes(-1), "1 too many", IsTold: false)
                {
                    Failures = 1, Failure = "refused: no", RetryAt = Some.Now.AddSeconds(-9),
                },
                new(new("i-0002"), Some.Now.AddSeconds(-1), "1 too many", IsTold: true) { Failures = 1, Failure = "quota exceeded" },
            ],
        };

        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(4), state: state));

        Assert.Empty(Victims(plan));
        Assert.Equal("web-2 does not end: quota exceeded", Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void One_that_refused_keeps_its_turn_and_costs_no_other_its_place()
    {
        var state = Some.State() with
        {
            RecentTerminations =
            [
                new(new("i-0002"), Some.Now, "1 too many", IsTold: false)
                {
                    Failures = 1,
                    Failure = "refused: no",
                    RetryAt = Some.Now.AddSeconds(9),
                },
            ],
        };

        var plan = Planner.Plan(Some.Input(Some.Group(3), Some.Instances(4), state: state));

        Assert.Empty(Victims(plan));
        var hold = Assert.Single(plan.Holds);
        Assert.Equal("web-2 does not end: refused: no", hold.Reason);
        Assert.Equal(Some.Now.AddSeconds(9), hold.RecheckAt);
        Assert.Equal(4, plan.Counts.Running);
    }

    [Theory]
    [InlineData(InstanceState.Running, 59, false)]
    [InlineData(InstanceState.Running, 60, true)]
    [InlineData(InstanceState.Terminating, 899, false)]
    [InlineData(InstanceState.Terminating, 900, true)]
    public void One_whose_end_is_overdue_is_named(InstanceState shown, int seconds, bool isNamed)
    {
        var state = Some.State() with
        {
            RecentTerminations = [new(new("i-0000"), Some.Now.AddSeconds(-seconds), "1 too many", IsTold: true)],
        };

        var plan = Planner.Plan(Some.Input(Some.Group(1), [Some.Instance(0, shown), Some.Instance(1)], state: state));

        Assert.Equal(isNamed, plan.Explanation.Contains("web-0 does not end: the cloud took the order", StringComparison.Ordinal));
    }

    [Fact]
    public void A_level_outside_the_bounds_is_kept_at_the_nearest_bound()
    {
        var group = Some.Group(9, min: 2, max: 4);

        Assert.Equal(4, Planner.Plan(Some.Input(group, [])).Level);
    }

    [Fact]
    public void A_launch_of_unknown_outcome_is_asked_again_only_where_that_makes_no_second_one()
    {
        var launches = ImmutableArray.Create(Some.Launch(9, LaunchPhase.Intended, age: TimeSpan.FromSeconds(30)));
        var input = Some.Input(Some.Group(1), [], launches);

        Assert.IsType<PlannedAction.Resume>(Assert.Single(Planner.Plan(input).Actions));
        Assert.Empty(Planner.Plan(input.WithSlice(slice => slice with { LaunchTokens = false })).Actions);
    }

    [Fact]
    public void A_launch_that_could_expire_before_a_listing_shows_it_is_not_asked_again()
    {
        var launches = ImmutableArray.Create(Some.Launch(9, LaunchPhase.Intended, age: TimeSpan.FromSeconds(30)));
        var input = Some.Input(Some.Group(1), [], launches);

        Assert.Empty(Planner.Plan(input.WithSlice(slice => slice with { ResumeAgeMax = TimeSpan.FromSeconds(29) })).Actions);
    }

    [Fact]
    public void Suspended_launching_holds_and_says_how_many_are_missing()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3) with { Suspended = Suspension.Launch }, Some.Instances(1)));

        Assert.False(plan.Acts);
        Assert.Equal("launching is suspended: 2 missing", Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void Suspended_terminating_holds_and_says_how_many_are_too_many()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(1) with { Suspended = Suspension.Terminate }, Some.Instances(3)));

        Assert.False(plan.Acts);
        Assert.Equal("terminating is suspended: 2 to terminate", Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void Suspended_replacing_leaves_empty_places_but_still_grows()
    {
        var group = Some.Group(5) with { Suspended = Suspension.Replace };

        // Three places were filled, one instance vanished: two more are wanted, not three.
        var plan = Planner.Plan(Some.Input(group, Some.Instances(2), state: Some.State(established: 3)));

        Assert.Equal(2, Launches(plan));
    }

    [Fact]
    public void Launches_and_terminations_are_cut_to_the_brakes()
    {
        var brakes = new Brakes { LaunchesPerCheckMax = 4, TerminationsPerCheckMax = 3 };

        var grow = Planner.Plan(Some.Input(Some.Group(50) with { Brakes = brakes }, []));
        var shrink = Planner.Plan(Some.Input(Some.Group(0) with { Brakes = brakes }, Some.Instances(10)));

        Assert.Equal(4, Launches(grow));
        Assert.Equal(3, Victims(shrink).Length);
        Assert.Equal("46 held back: 4 launches a check at most", Assert.Single(grow.Holds).Reason);
        Assert.Equal("7 held back: 3 terminations a check at most", Assert.Single(shrink.Holds).Reason);
    }

    [Fact]
    public void The_hourly_brake_holds_until_a_bucket_is_past()
    {
        var state = Some.State() with { Launched = HourlyCount.Empty.Add(9, Some.Now.AddMinutes(-50)) };
        var group = Some.Group(5) with { Brakes = new() { LaunchesPerHourMax = 10 } };

        var plan = Planner.Plan(Some.Input(group, [], state: state));

        Assert.Equal(1, Launches(plan));
        Assert.Equal(Some.Now.AddMinutes(15), Assert.Single(plan.Holds).RecheckAt);
    }

    [Fact]
    public void An_open_breaker_launches_nothing_until_its_probe_is_due_and_then_one()
    {
        var breaker = LaunchBreaker.Closed;
        for (var failures = 0; failures < LaunchBreaker.FailuresMax; failures++)
        {
            breaker = breaker.AfterFailure(Some.Now, "quota exceeded", hopeless: false);
        }

        var input = Some.Input(Some.Group(3), [], state: Some.State().WithPlacement(placement => placement with { Breaker = breaker }));

        Assert.Equal(0, Launches(Planner.Plan(input)));
        Assert.Contains("5 launches in a row failed, the last: quota exceeded", Planner.Plan(input).Explanation, StringComparison.Ordinal);
        Assert.Equal(1, Launches(Planner.Plan(input with { Now = breaker.ProbeAt!.Value })));
    }

    [Fact]
    public void When_most_of_the_group_looks_dead_it_is_looked_at_again_before_any_is_replaced()
    {
        var input = Some.Input(Some.Group(8), Some.Instances(2), state: Some.State(established: 8));

        Assert.IsType<PlannedAction.LookAgain>(Assert.Single(Planner.Plan(input).Actions));

        var second = Planner.Plan(input with { LookedAgain = true });
        Assert.Equal(2, Launches(second));
        Assert.True(second.Slices[0].MassFailure);
    }

    [Fact]
    public void A_mass_failure_is_replaced_in_batches_each_after_the_last_has_come_up()
    {
        var state = Some.State(established: 8).WithPlacement(placement => placement with { MassFailure = true });
        var coming = Some.Input(
            Some.Group(8), [.. Some.Instances(2), .. Some.Instances(2, InstanceState.Provisioning, from: 10)], state: state);
        var arrived = Some.Input(Some.Group(8), Some.Instances(4), state: state);

        Assert.Equal(0, Launches(Planner.Plan(coming)));
        Assert.Equal(2, Launches(Planner.Plan(arrived)));
        Assert.False(Planner.Plan(Some.Input(Some.Group(8), Some.Instances(8), state: state)).Slices[0].MassFailure);
    }

    [Fact]
    public void A_draining_group_terminates_all_it_has_and_launches_nothing()
    {
        var plan = Planner.Plan(Some.Input(
            Some.Group(5, min: 3) with { Phase = GroupPhase.Draining },
            [.. Some.Instances(2), Some.Instance(5, InstanceState.Unknown), Some.Instance(6, InstanceState.Stopped)]));

        Assert.Equal(4, Victims(plan).Length);
        Assert.Equal(0, Launches(plan));
    }

    [Fact]
    public void A_protected_instance_counts_and_the_next_in_order_ends_in_its_place()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(2), [Protected(0), .. Some.Instances(2, from: 1)]));

        Assert.Equal("i-0001", Assert.Single(Victims(plan)).Value);
        Assert.Equal(3, plan.Counts.Running);
        Assert.Empty(plan.Holds);
    }

    [Fact]
    public void Protected_instances_beyond_the_level_stay_and_the_plan_says_so()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(0), [Protected(0), Protected(1), Some.Instance(2)]));

        Assert.Equal("i-0002", Assert.Single(Victims(plan)).Value);
        Assert.Equal("2 to terminate, but protected from deletion: only the cloud can lift that", Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void A_protected_instance_at_the_level_is_nothing_to_speak_of()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(2), [Protected(0), Some.Instance(1)]));

        Assert.Equal("2 wanted, 2 running: nothing to do", plan.Explanation);
    }

    [Fact]
    public void A_dead_protected_instance_is_replaced_and_stays_while_other_dead_ones_go()
    {
        var plan = Planner.Plan(Some.Input(
            Some.Group(3), [Some.Instance(0), Protected(1, InstanceState.Stopped), Some.Instance(2, InstanceState.Stopped)]));

        Assert.Equal("i-0002", Assert.Single(Victims(plan)).Value);
        Assert.Equal(2, Launches(plan));
        Assert.Equal("1 to terminate, but protected from deletion: only the cloud can lift that", Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void A_dead_protected_instance_holds_its_place_while_replacing_is_suspended()
    {
        var group = Some.Group(2) with { Suspended = Suspension.Replace };

        var plan = Planner.Plan(Some.Input(
            group,
            [Some.Instance(0), Protected(1, InstanceState.Stopped), Some.Instance(2, InstanceState.Stopped)],
            state: Some.State(established: 2)));

        Assert.Equal("i-0002", Assert.Single(Victims(plan)).Value);
        Assert.Contains("replacing is suspended: 1 dead stay as they are", plan.Holds.Select(hold => hold.Reason));
    }

    [Fact]
    public void Parts_of_a_group_are_planned_each_for_itself_and_spend_the_groups_brakes_together()
    {
        var input = TwoParts(Some.Group(8) with { Brakes = new() { LaunchesPerCheckMax = 5 } }, wanted: 4);

        var plan = Planner.Plan(input);

        Assert.Equal((8, 4, 1), (plan.Level, plan.Slices[0].Launches, plan.Slices[1].Launches));
        Assert.Equal(
            "8 wanted, 0 running: a 0 of 4: launch 4; b 0 of 4: launch 1; 3 held back: 5 launches a check at most",
            plan.Explanation);
    }

    [Fact]
    public void An_open_breaker_or_a_mass_failure_in_one_part_leaves_the_others_alone()
    {
        var broken = LaunchBreaker.Closed.AfterFailure(Some.Now, "no stock", hopeless: true);
        var input = TwoParts(Some.Group(8), wanted: 4);
        var state = input.State.With(new() { Name = "a", Breaker = broken, EstablishedLevel = 4 });

        var stuck = Planner.Plan(input with { State = state, LookedAgain = true });

        // What b lacks for itself, and one of the four that died at once: they are replaced one at a time.
        Assert.Equal((0, 5), (stuck.Slices[0].Launches, stuck.Slices[1].Launches));
        Assert.Equal((true, false), (stuck.Slices[0].MassFailure, stuck.Slices[1].MassFailure));
    }

    [Fact]
    public void A_claim_that_decides_is_named_where_it_acts()
    {
        var more = Planner.Plan(Some.Input(Some.Group(5), Some.Instances(2)).WithSlice(slice => slice with { Why = "office: open" }));
        var fewer = Planner.Plan(Some.Input(Some.Group(1), Some.Instances(2)).WithSlice(slice => slice with { Why = "night: quiet" }));

        Assert.Equal("5 wanted, 2 running: 3 missing, office: open", Assert.Single(more.Actions).Reason);
        Assert.Equal("1 wanted, 2 running: 1 too many, night: quiet, oldest first", Assert.Single(fewer.Actions).Reason);
    }

    [Fact]
    public void One_on_its_way_up_is_given_up_by_no_source_but_the_cloud()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(1), [Some.Instance(1, InstanceState.Provisioning)]) with
        {
            Notes = [Some.Note(1) with { Findings = [new("http", Verdict.Unhealthy, Some.Now, "refused")] }],
        });

        Assert.Empty(plan.Actions);
    }

    [Fact]
    public void One_that_somebody_protects_ends_by_no_plan()
    {
        ImmutableArray<MemberNote> notes = [Some.Note(0) with { IsProtected = true }];

        var fewer = Planner.Plan(Some.Input(Some.Group(1), Some.Instances(2)) with { Notes = notes });
        var sick = Planner.Plan(
            Some.Input(Some.Group(2), [Some.Instance(0, InstanceState.Failed), Some.Instance(1)]) with { Notes = notes });

        Assert.Equal("i-0001", Assert.Single(Victims(fewer)).Value);
        Assert.Empty(Victims(sick));
    }

    [Fact]
    public void Who_is_in_the_way_of_fewer_is_told_and_the_cloud_is_named_only_where_it_alone_can_lift_that()
    {
        ImmutableArray<MemberNote> notes = [Some.Note(0) with { IsProtected = true }, Some.Note(1) with { IsProtected = true }];

        var here = Planner.Plan(Some.Input(Some.Group(0), Some.Instances(3)) with { Notes = notes });
        var sick = Planner.Plan(
            Some.Input(Some.Group(2), [Some.Instance(0, InstanceState.Failed), Some.Instance(1)]) with { Notes = notes });
        var there = Planner.Plan(Some.Input(Some.Group(0), [Protected(0), Some.Instance(1)]) with
        {
            Notes = [Some.Note(1) with { Findings = [new("http", Verdict.Healthy, Some.Now)] }],
        });

        Assert.Equal("2 to terminate, but protected from deletion", Assert.Single(here.Holds).Reason);
        Assert.Equal("1 to terminate, but protected from deletion", Assert.Single(sick.Holds).Reason);
        Assert.Equal("1 to terminate, but protected from deletion: only the cloud can lift that", Assert.Single(there.Holds).Reason);
        Assert.Null(Assert.Single(here.Holds).RecheckAt);
    }

    private static PlanInput TwoParts(Group group, int wanted)
    {
        var input = Some.Input(group, []);
        PlacementSpec[] specs =
        [
            new() { Name = "a", Template = Some.TemplateId, Max = wanted },
            new() { Name = "b", Template = Some.TemplateId },
        ];
        return input with
        {
            Slices = [.. specs.Select(spec => input.Slices[0] with { Placement = new(spec.Name, Some.Template()) { Spec = spec } })],
            Spread = new(group.Level(), Why: null, new() { Placements = [.. specs] }),
        };
    }

    private static Instance Protected(int number, InstanceState state = InstanceState.Running) =>
        Some.Instance(number, state) with { IsProtected = true };

    private static int Launches(Plan plan) => plan.Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);

    private static ImmutableArray<InstanceId> Victims(Plan plan) =>
        [.. plan.Actions.OfType<PlannedAction.Terminate>().Select(terminate => terminate.Instance.Id)];
}
