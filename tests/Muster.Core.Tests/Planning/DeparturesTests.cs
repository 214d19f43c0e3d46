using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>What plans make of a cloud's notice that it will take instances back.</summary>
public sealed class DeparturesTests
{
    private static readonly DateTimeOffset Soon = Some.Now.AddMinutes(2);

    [Fact]
    public void One_that_is_leaving_is_replaced_at_once_and_let_be()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(3), [Leaving(0, Soon), .. Some.Instances(2, from: 1)]));

        var launch = Assert.IsType<PlannedAction.Launch>(Assert.Single(plan.Actions));
        Assert.Equal(1, launch.Count);
        Assert.Equal("3 wanted, 2 running, 1 terminating: 1 missing, since the cloud takes 1 back", launch.Reason);
    }

    [Fact]
    public void Once_its_place_is_taken_nothing_is_to_be_done() =>
        Assert.Empty(Planner.Plan(Some.Input(Some.Group(3), [Leaving(0, Soon), .. Some.Instances(3, from: 1)])).Actions);

    [Fact]
    public void All_that_leave_at_once_are_no_mass_failure()
    {
        var plan = Planner.Plan(Some.Input(
            Some.Group(8), [.. Enumerable.Range(0, 8).Select(number => Leaving(number, Soon))], state: Some.State(established: 8)));

        Assert.Equal(8, Assert.IsType<PlannedAction.Launch>(Assert.Single(plan.Actions)).Count);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(-2)]
    public void Notice_for_long_after_and_notice_that_has_not_come_true_is_not_acted_on(int minutes) =>
        Assert.Empty(Planner.Plan(Some.Input(Some.Group(1), [Leaving(0, Some.Now.AddMinutes(minutes))])).Actions);

    [Fact]
    public void One_that_stayed_after_all_is_the_first_that_is_too_many()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(2), [.. Some.Instances(2), Leaving(9, Some.Now.AddMinutes(-3))]));

        var end = Assert.IsType<PlannedAction.Terminate>(Assert.Single(plan.Actions));
        Assert.Equal("i-0009", end.Instance.Id.Value);
        Assert.EndsWith("its cloud has given notice of its end", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cloud_that_gives_notice_to_whatever_is_launched_gets_no_more_than_as_many_again()
    {
        var owned = ImmutableArray<Instance>.Empty;
        for (var check = 0; check < 10; check++)
        {
            var plan = Planner.Plan(Some.Input(Some.Group(5), owned));
            var launched = plan.Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);
            owned = owned.AddRange(Enumerable.Range(owned.Length, launched).Select(number => Leaving(number, Soon)));
        }

        Assert.Equal(10, owned.Length);
    }

    [Fact]
    public void One_that_goes_in_a_year_does_not_change_who_goes_first_when_there_are_too_many()
    {
        var first = Some.Instance(0);
        var far = Leaving(1, Some.Now.AddYears(1));

        Assert.Equal([first], Planner.Plan(Some.Input(Some.Group(1), [first, far])).Victims);
    }

    [Fact]
    public void One_that_was_told_to_end_takes_no_notice_from_one_that_holds_a_place()
    {
        var state = Some.State() with { RecentTerminations = [new(new("i-0000"), Some.Now.AddSeconds(-10), "1 too many", IsTold: true)] };

        var plan = Planner.Plan(Some.Input(Some.Group(1), [Leaving(0, Soon), Leaving(1, Soon.AddSeconds(1))], state: state));

        Assert.Equal(1, Assert.IsType<PlannedAction.Launch>(Assert.Single(plan.Actions)).Count);
    }

    [Fact]
    public void One_that_is_dead_and_stays_takes_no_notice_from_one_that_holds_a_place()
    {
        var dead = Leaving(0, Soon) with { State = InstanceState.Failed };
        var input = Some.Input(Some.Group(1), [dead, Leaving(1, Soon.AddSeconds(1))]);

        var plan = Planner.Plan(input with { Notes = [Some.Note(0) with { IsProtected = true }] });

        Assert.Equal(1, Assert.Single(plan.Actions.OfType<PlannedAction.Launch>()).Count);
    }

    [Fact]
    public void A_group_of_none_ends_them_like_all_others()
    {
        var plan = Planner.Plan(Some.Input(Some.Group(0), [Leaving(0, Soon), Some.Instance(1)]));

        Assert.Equal(2, plan.Victims.Count());
    }

    [Fact]
    public void While_replacing_is_suspended_its_place_stays_empty() => Assert.Empty(
        Planner.Plan(Some.Input(
            Some.Group(2) with { Suspended = Suspension.Replace }, [Leaving(0, Soon), Some.Instance(1)], state: Some.State(established: 2)))
            .Actions.OfType<PlannedAction.Launch>());

    [Fact]
    public void A_wave_in_a_placement_without_stock_is_made_up_for_in_the_others_at_once()
    {
        var input = Spread(spotRoom: false, [.. Enumerable.Range(0, 6).Select(number => Leaving(number, Soon))], [Some.Instance(50)]);

        var plan = Planner.Plan(input);

        Assert.Equal([0, 6], plan.Slices.Select(part => part.Launches));
        Assert.Empty(plan.Victims);
    }

    [Fact]
    public void A_wave_in_a_placement_with_stock_is_made_up_for_there()
    {
        var input = Spread(spotRoom: true, [.. Enumerable.Range(0, 6).Select(number => Leaving(number, Soon))], [Some.Instance(50)]);

        Assert.Equal([6, 0], Planner.Plan(input).Slices.Select(part => part.Launches));
    }

    private static Instance Leaving(int number, DateTimeOffset at) => Some.Instance(number) with { LeavingAt = at };

    /// <summary>Seven, of which one in seven is on demand.</summary>
    private static PlanInput Spread(bool spotRoom, ImmutableArray<Instance> spot, ImmutableArray<Instance> onDemand)
    {
        PlacementSpec[] specs =
        [
            new() { Name = "spot", Template = Some.TemplateId, IsInterruptible = true },
            new() { Name = "sure", Template = Some.TemplateId, Base = 1 },
        ];
        var input = Some.Input(Some.Group(7), []);
        var layout = new Layout { Placements = [.. specs], OnDemandPercentAboveBase = 0 };
        var state = Some.State().With(new PlacementState { Name = "spot", EstablishedLevel = 6 })
            .With(new PlacementState { Name = "sure", EstablishedLevel = 1 });
        if (!spotRoom)
        {
            var spotState = state.Of("spot");
            state = state.With(spotState with { Breaker = spotState.Breaker.AfterFailure(Some.Now, "out of stock", hopeless: true) });
        }

        return input with
        {
            Group = input.Group with { Layout = layout },
            State = state,
            Slices =
            [
                input.Slices[0] with { Placement = new("spot", Some.Template()) { Spec = specs[0] }, Owned = spot },
                input.Slices[0] with { Placement = new("sure", Some.Template()) { Spec = specs[1] }, Owned = onDemand },
            ],
            Spread = new(7, Why: null, layout),
        };
    }
}
