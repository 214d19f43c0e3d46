using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>Instances that rest beside the level, and are started before anything is launched.</summary>
public sealed class PoolTests
{
    private static readonly Pool Two = new() { Size = new(2, IsPercent: false) };

    [Fact]
    public void What_the_pool_is_short_of_is_launched_for_it_once_the_level_is_full()
    {
        var full = Plan(Group(3), Some.Instances(3));
        var short1 = Plan(Group(3), Some.Instances(2));

        var launch = Assert.IsType<PlannedAction.Launch>(Assert.Single(full.Actions));
        Assert.Equal((2, true, "2 wanted in the pool: 2 missing"), (launch.Count, launch.IsForPool, launch.Reason));
        Assert.Equal("3 wanted, 3 running: launch for the pool 2", full.Explanation);
        Assert.False(Assert.IsType<PlannedAction.Launch>(Assert.Single(short1.Actions)).IsForPool);
    }

    [Fact]
    public void What_is_on_its_way_to_the_pool_is_not_launched_again()
    {
        var pending = Some.Launch(9, LaunchPhase.Accepted) with
        {
            Tags = new(ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Pool, "true")),
        };
        var plan = Planner.Plan(Stopping(Some.Input(Group(3), [.. Some.Instances(3), Pooled(8, Warmth.Warming)], [pending])));

        Assert.Empty(plan.Actions);
        Assert.Equal((0, 2, 0), (plan.Counts.Warm, plan.Counts.Warming, plan.Counts.Pending));
        Assert.Equal("3 wanted, 3 running, 2 warming: nothing to do", plan.Explanation);
    }

    [Fact]
    public void Who_is_up_for_the_pool_goes_to_rest()
    {
        var rest = Assert.IsType<PlannedAction.Rest>(Assert.Single(
            Plan(Group(3), [.. Some.Instances(3), Pooled(8, Warmth.Ready), Pooled(9, Warmth.Resting)]).Actions));

        Assert.Equal(
            ("i-0008", false, "it is up, and was launched for the pool"), (rest.Instance.Id.Value, rest.IsFromService, rest.Reason));
    }

    [Fact]
    public void What_the_level_misses_is_started_first_and_only_the_rest_is_launched()
    {
        var plan = Plan(Group(6), [.. Some.Instances(3), Pooled(8, Warmth.Resting), Pooled(9, Warmth.Ready)]);

        Assert.Equal(
            ["i-0009", "i-0008"], plan.Actions.OfType<PlannedAction.Start>().Select(start => start.Instance.Id.Value));
        Assert.Equal([false, true], plan.Actions.OfType<PlannedAction.Start>().Select(start => start.IsResting));
        Assert.Equal((1, 1), (plan.Launches, plan.LevelLaunches));
        Assert.Equal(
            "6 wanted, 3 running, 1 warm, 1 warming: 3 missing, and this one rests in the pool", plan.Actions[1].Reason);
        Assert.Equal("6 wanted, 3 running, 1 warm, 1 warming: start from the pool 2; launch 1", plan.Explanation);
    }

    [Fact]
    public void Starting_needs_no_right_to_launch_and_an_open_breaker_holds_it_not()
    {
        var spent = Some.State() with { Launched = Some.State().Launched.Add(1000, Some.Now) };
        var broken = Some.State().WithPlacement(placement => placement with
        {
            Breaker = Enumerable.Range(0, 5).Aggregate(
                placement.Breaker, (breaker, _) => breaker.AfterFailure(Some.Now, "out of order", hopeless: false)),
        });

        foreach (var state in new[] { spent, broken })
        {
            var plan = Plan(Group(4), [.. Some.Instances(3), Pooled(8, Warmth.Resting)], state);
            Assert.Equal(("i-0008", 0), (Started(plan).Single(), plan.Launches));
        }
    }

    [Fact]
    public void Nobody_is_started_who_is_no_more_what_the_group_would_launch()
    {
        var other = new TemplateId(Some.Id(77));
        var aged = Group(4) with { Pool = Two with { AgeMax = TimeSpan.FromHours(9) } };

        Assert.Empty(Started(Plan(Group(4), [.. Some.Instances(3), Pooled(8, Warmth.Resting, other)])));
        Assert.Empty(Started(Plan(aged, [.. Some.Instances(3), Pooled(8, Warmth.Resting)])));
        Assert.Empty(Started(Plan(
            Group(4) with { LifetimeMax = TimeSpan.FromHours(1) }, [.. Some.Instances(3), Pooled(8, Warmth.Resting)])));
        Assert.Empty(Started(Plan(
            Group(4), [.. Some.Instances(3), Pooled(8, Warmth.Resting)], Warm(8, failures: 1, retryIn: 10))));
        Assert.Empty(Started(Plan(Group(4) with { Suspended = Suspension.Launch }, [.. Some.Instances(3), Pooled(8, Warmth.Resting)])));
        Assert.Equal(["i-0008"], Started(Plan(
            Group(4), [.. Some.Instances(3), Pooled(8, Warmth.Resting)], Warm(8, failures: 1, retryIn: 0))));
    }

    [Fact]
    public void Of_a_pool_that_is_taken_away_the_level_has_what_it_needs_and_the_rest_ends()
    {
        var plan = Plan(Some.Group(4), [.. Some.Instances(3), Pooled(8, Warmth.Resting), Pooled(9, Warmth.Resting)]);

        Assert.Equal(["i-0009"], Started(plan));
        var end = Assert.Single(plan.Actions.OfType<PlannedAction.Terminate>());
        Assert.Equal(("i-0008", "the group has no pool any more"), (end.Instance.Id.Value, end.Reason));
    }

    [Fact]
    public void A_group_that_is_deleted_ends_its_pool_too()
    {
        var plan = Plan(
            Group(0) with { Phase = GroupPhase.Draining }, [Pooled(7, Warmth.Warming), Pooled(8, Warmth.Ready), Pooled(9, Warmth.Resting)]);

        Assert.Equal(3, plan.Victims.Count());
        Assert.All(plan.Actions.OfType<PlannedAction.Terminate>(), end => Assert.Equal("the group is being deleted", end.Reason));
        Assert.True(plan.Counts.Any);
    }

    [Fact]
    public void Too_many_end_those_first_that_are_worth_least()
    {
        var other = new TemplateId(Some.Id(77));
        var plan = Plan(
            Group(3),
            [.. Some.Instances(3), Pooled(6, Warmth.Resting), Pooled(7, Warmth.Resting), Pooled(8, Warmth.Resting, other)]);

        Assert.Equal("i-0008", Assert.Single(plan.Victims).Id.Value);
        Assert.Equal("2 wanted in the pool: 1 too many", Assert.Single(plan.Actions).Reason);
    }

    [Fact]
    public void One_at_a_time_is_renewed_and_only_while_all_others_rest()
    {
        var other = new TemplateId(Some.Id(77));
        var old = Plan(Group(3), [.. Some.Instances(3), Pooled(8, Warmth.Resting, other), Pooled(9, Warmth.Resting, other)]);
        var busy = Plan(Group(3), [.. Some.Instances(3), Pooled(8, Warmth.Resting, other), Pooled(9, Warmth.Settling)], Warm(9, 0, 60));

        Assert.Equal("i-0008", Assert.Single(old.Victims).Id.Value);
        Assert.Equal(
            "made from another template than the group's: another takes its place in the pool", Assert.Single(old.Actions).Reason);
        Assert.Empty(busy.Actions);
    }

    [Fact]
    public void One_that_does_not_rest_is_told_again_and_nothing_more_is_launched_for_the_pool()
    {
        ImmutableArray<Instance> owned = [.. Some.Instances(3), Pooled(8, Warmth.Settling), Pooled(9, Warmth.Resting)];

        Assert.Empty(Plan(Group(3), owned, Warm(8, failures: 1, retryIn: 5)).Actions);
        Assert.IsType<PlannedAction.Rest>(Assert.Single(Plan(Group(3), owned, Warm(8, failures: 1, retryIn: 0)).Actions));
        var restless = Plan(Group(3), [.. Some.Instances(3), Pooled(8, Warmth.Settling)], Warm(8, failures: 9, retryIn: 5));
        Assert.Equal(0, restless.Launches);
        Assert.Equal(
            "1 did not come to rest, however often it was told: no more is launched for the pool", Assert.Single(restless.Holds).Reason);
    }

    [Fact]
    public void One_that_did_not_start_five_times_ends_and_another_takes_its_place_one_at_a_time()
    {
        ImmutableArray<Instance> owned = [.. Some.Instances(3), Pooled(8, Warmth.Resting), Pooled(9, Warmth.Resting)];
        var both = Warm(8, failures: 5, retryIn: 0);
        both = both with { Members = both.Members.AddRange(Warm(9, failures: 5, retryIn: 0).Members) };

        var end = Assert.Single(Plan(Group(3), owned, both).Actions.OfType<PlannedAction.Terminate>());
        Assert.Equal("5 times in a row it did not start as it was told: another takes its place in the pool", end.Reason);
    }

    [Fact]
    public void One_that_is_protected_stays_as_it_is_and_no_other_ends_for_it()
    {
        var other = new TemplateId(Some.Id(77));
        var plan = Planner.Plan(Stopping(Some.Input(
            Group(3), [.. Some.Instances(3), Pooled(8, Warmth.Resting, other), Pooled(9, Warmth.Resting)])) with
        {
            Notes = [Some.Note(8) with { IsProtected = true }],
        });

        Assert.Empty(plan.Actions);
    }

    [Fact]
    public void Beyond_the_level_they_end_unless_the_group_wants_them_in_its_pool()
    {
        var takes = Group(2) with { Pool = Two with { TakesSurplus = true } };
        var ends = Plan(Group(2), Some.Instances(5));
        var rests = Plan(takes, Some.Instances(5));

        Assert.Equal((3, 0), (ends.Victims.Count(), ends.Rested.Count()));
        Assert.Equal((1, 2), (rests.Victims.Count(), rests.Rested.Count()));
        Assert.Equal(0, rests.Launches);
        Assert.Equal(
            "2 wanted, 5 running: 3 too many, oldest first, and the pool has a place for it",
            rests.Actions.OfType<PlannedAction.Rest>().First().Reason);
    }

    [Fact]
    public void Who_goes_to_rest_from_service_drains_first_and_is_spent_once()
    {
        var takes = Group(2) with { Pool = Two with { TakesSurplus = true }, Drain = new() { Through = ["lb"] } };
        var first = Plan(takes, Some.Instances(3));
        var drained = Plan(takes, Some.Instances(3), Some.State() with
        {
            Members = [new() { Instance = Some.Instance(0).Id, Phase = MemberPhase.Draining, Since = Some.Now.AddHours(-1) }],
        });

        Assert.Equal(["i-0000"], first.Drained.Select(instance => instance.Id.Value));
        Assert.Empty(first.Rested);
        var rest = Assert.Single(drained.Actions.OfType<PlannedAction.Rest>());
        Assert.Equal(("i-0000", true, true), (rest.Instance.Id.Value, rest.IsFromService, rest.IsDrained));
        Assert.Equal((1, 0), (first.Slices[0].Spent, drained.Slices[0].Spent));
    }

    [Fact]
    public void A_sick_one_never_goes_to_rest()
    {
        var takes = Group(2) with { Pool = Two with { TakesSurplus = true } };
        var plan = Planner.Plan(Stopping(Some.Input(takes, Some.Instances(3))) with
        {
            Notes = [Some.Note(0) with { Findings = [new("probe", Verdict.Unhealthy, Some.Now, "answered 503")] }],
        });

        Assert.Equal("i-0000", Assert.Single(plan.Victims).Id.Value);
        Assert.Empty(plan.Rested);
    }

    [Fact]
    public void A_cloud_that_cannot_stop_its_instances_is_told_of_and_nothing_is_launched_for_the_pool()
    {
        var stops = Planner.Plan(Some.Input(Group(3), Some.Instances(3)));
        var suspends = Plan(Group(3) with { Pool = Two with { IsSuspended = true } }, Some.Instances(3));

        Assert.Equal(0, stops.Launches + suspends.Launches);
        Assert.Equal("no pool: cloud sim cannot stop its instances and start them again", Assert.Single(stops.Holds).Reason);
        Assert.Equal("no pool: cloud sim cannot suspend its instances and start them again", Assert.Single(suspends.Holds).Reason);
    }

    [Fact]
    public void A_part_of_the_level_is_rounded_as_any_portion_and_of_none_there_is_none()
    {
        var quarter = Some.Group(8) with { Pool = new() { Size = new(25, IsPercent: true) } };

        Assert.Equal(2, Plan(quarter, Some.Instances(8)).Launches);
        Assert.Empty(Plan(quarter with { Capacity = new() { Desired = 0, Min = 0, Max = 9 } }, []).Actions);
    }

    [Fact]
    public void What_rests_costs_and_is_counted_before_anything_is_launched_for_it()
    {
        var group = Group(3) with { Brakes = new() { SpendPerHourMax = 4.5m } };
        var input = Stopping(Some.Input(group, Some.Instances(3))).WithSlice(slice => slice with { Price = 1 }) with { Currency = "EUR" };

        var plan = Planner.Plan(input);

        Assert.Equal(1, plan.Launches);
        Assert.Contains(plan.Holds, hold => hold.Reason.Contains("spend_per_hour_max", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2,2", "0,0", 3, "2,1")]
    [InlineData("4,2", "0,0", 3, "2,1")]
    [InlineData("4,0", "0,0", 2, "2,0")]
    [InlineData("4,2", "0,3", 3, "0,3")]
    [InlineData("4,2", "1,3", 3, "1,2")]
    [InlineData("0,0", "0,0", 2, "1,1")]
    public void A_pool_of_several_placements_is_shared_by_their_levels_and_nothing_moves(
        string wanted, string held, int size, string shares)
    {
        var input = Stopping(Some.Input(Some.Group(6) with { Pool = new() { Size = new(size, IsPercent: false) } }, []));
        var slice = input.Slices[0];
        var (wants, has) = (Numbers(wanted), Numbers(held));

        Assert.Equal(
            Numbers(shares),
            Pooling.Share(input, [.. wants.Select((want, i) => (slice with { Placement = new($"p{i}", Some.Template()) }, has[i], want))]));
    }

    private static int[] Numbers(string text) => [.. text.Split(',').Select(int.Parse)];

    private static Group Group(int desired) => Some.Group(desired) with { Pool = Two };

    private static Plan Plan(Group group, ImmutableArray<Instance> owned, GroupState? state = null) =>
        Planner.Plan(Stopping(Some.Input(group, owned, state: state)));

    private static PlanInput Stopping(PlanInput input) => input.WithSlice(slice => slice with { Stops = true });

    private static Instance Pooled(int number, Warmth warmth, TemplateId? template = null) =>
        Some.Instance(number, InstanceState.Warm, template) with { Warmth = warmth };

    private static GroupState Warm(int number, int failures, double retryIn) => Some.State() with
    {
        Members =
        [
            new()
            {
                Instance = Some.Instance(number).Id,
                Phase = MemberPhase.Warm,
                Since = Some.Now.AddHours(-1),
                Failures = failures,
                RetryAt = Some.Now.AddSeconds(retryIn),
            },
        ],
    };

    private static IEnumerable<string> Started(Plan plan) =>
        plan.Actions.OfType<PlannedAction.Start>().Select(start => start.Instance.Id.Value);
}
