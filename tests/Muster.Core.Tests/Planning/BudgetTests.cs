using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>What limits on what is spent make of a plan.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void Launches_that_would_pass_the_groups_limit_are_held_back_and_say_so()
    {
        var plan = Planner.Plan(Priced(Limited(5, 1), 0.3m, running: 2));

        Assert.Equal(1, plan.Launches);
        Assert.Equal(
            "2 held back: the group would pass its spend_per_hour_max of 1 EUR an hour, and costs 0.6; one more costs 0.3 EUR an hour",
            Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void A_limit_that_is_reached_exactly_is_kept() => Assert.Equal(3, Planner.Plan(Priced(Limited(5, 0.9m), 0.3m)).Launches);

    [Fact]
    public void Launches_that_are_pending_are_paid_for_already()
    {
        var input = Priced(Limited(5, 0.9m), 0.3m);

        Assert.Equal(1, Planner.Plan(input.WithSlice(slice => slice with { OpenLaunches = [Some.Launch(1), Some.Launch(2)] })).Launches);
    }

    [Fact]
    public void Nothing_ends_because_of_a_limit_and_what_is_too_many_ends_whatever_it_costs()
    {
        Assert.Empty(Planner.Plan(Priced(Limited(4, 0.3m), 0.3m, running: 4)).Actions);
        Assert.Equal(2, Planner.Plan(Priced(Limited(2, 0.3m), 0.3m, running: 4)).Victims.Count());
    }

    [Fact]
    public void Whoever_ends_makes_room_for_what_replaces_it_only_once_it_is_gone_from_what_counts()
    {
        var input = Some.Input(Limited(2, 0.6m), [Some.Instance(0), Some.Instance(1, InstanceState.Failed)]);
        var plan = Planner.Plan(Priced(input, 0.3m));

        Assert.Equal(1, plan.Launches);
        Assert.Empty(plan.Holds);
    }

    [Fact]
    public void Whoever_was_given_up_costs_until_its_cloud_shows_it_no_more_alive()
    {
        var input = Some.Input(Limited(2, 0.6m), [Some.Instance(0), Some.Instance(1, InstanceState.Failed) with { IsGivenUp = true }]);

        var plan = Planner.Plan(Priced(input, 0.3m));

        Assert.Equal((0, 1), (plan.Launches, plan.Victims.Count()));
        Assert.Equal(
            "1 held back: the group would pass its spend_per_hour_max of 0.6 EUR an hour, and costs 0.6; one more costs 0.3 EUR an hour",
            Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void The_tighter_of_two_limits_is_the_one_that_is_told()
    {
        var plan = Planner.Plan(Priced(Limited(5, 1.5m), 0.3m, running: 1) with { Account = new(Max: 10, Others: 9.1m) });

        Assert.Equal(2, plan.Launches);
        Assert.Equal(
            "2 held back: the account would pass its spend_per_hour_max of 10 EUR an hour, and costs 9.4; one more costs 0.3 EUR an hour",
            Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void An_account_that_costs_more_already_launches_nothing_and_ends_nothing()
    {
        var plan = Planner.Plan(Priced(Some.Group(3), 0.3m, running: 1) with { Account = new(Max: 10, Others: 12) });

        Assert.Empty(plan.Actions.Where(action => action is not PlannedAction.Hold));
        Assert.Single(plan.Holds);
    }

    [Fact]
    public void What_has_no_price_is_not_launched_under_a_limit()
    {
        var plan = Planner.Plan(Some.Input(Limited(2, 5), []) with { Currency = "EUR" });

        Assert.Equal(
            "2 held back: spend_per_hour_max cannot be kept: no price is known for template web-1 (cloud sim)",
            Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void While_something_that_lives_has_no_price_nothing_more_is_launched_under_a_limit()
    {
        var plan = Planner.Plan(Spread(
            Limited(3, 5), new Layout { Placements = [Spec("a"), Spec("b")] }, (Spec("a"), 0.1m, 0), (Spec("b"), null, 2)));

        Assert.Equal(0, plan.Launches);
        Assert.Equal("1 held back: spend_per_hour_max cannot be kept: no price is known for 2 in b; one more costs 0.1 EUR an hour",
            Assert.Single(plan.Holds).Reason);
    }

    [Fact]
    public void Without_a_limit_a_price_that_nobody_knows_holds_nothing_back() =>
        Assert.Equal(2, Planner.Plan(Some.Input(Some.Group(2), [])).Launches);

    [Fact]
    public void Free_instances_pass_no_limit() => Assert.Equal(5, Planner.Plan(Priced(Limited(5, 0.1m), 0)).Launches);

    [Fact]
    public void Free_instances_are_launched_while_the_account_costs_more_than_it_may()
    {
        var input = Priced(Some.Group(3), 0, running: 1) with { Account = new(Max: 10, Others: 12) };

        Assert.Equal(2, Planner.Plan(input).Launches);
    }

    [Fact]
    public void A_free_one_is_held_back_like_all_others_while_something_that_lives_has_no_price()
    {
        var plan = Planner.Plan(Spread(
            Limited(3, 5), new Layout { Placements = [Spec("a"), Spec("b")] }, (Spec("a"), 0m, 0), (Spec("b"), null, 2)));

        Assert.Equal(0, plan.Launches);
        Assert.Contains("no price is known for 2 in b", Assert.Single(plan.Holds).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_launched_beyond_what_is_set_aside_and_the_rest_waits_for_the_next_check()
    {
        var plan = Planner.Plan(Priced(Some.Group(5), 0.3m, running: 1) with { Account = new(Max: 10, Others: 0), SetAside = 1 });

        Assert.Equal(2, plan.Launches);
        var hold = Assert.Single(plan.Holds);
        Assert.Equal(
            "2 held back: the check has set aside 1 EUR an hour for the group; one more costs 0.3 EUR an hour", hold.Reason);
        Assert.Equal(Some.Now, hold.RecheckAt);
    }

    [Fact]
    public void What_was_known_to_cost_something_counts_on_while_its_price_is_gone()
    {
        var input = Some.Input(Some.Group(3), Some.Instances(2, from: 10));

        var gone = input with { State = input.State with { SpendPerHour = 0.9m } };

        Assert.Equal(0.9m, Decision.Make(gone).State.SpendPerHour);
        Assert.Equal(0.6m, Decision.Make(Priced(gone, 0.3m)).State.SpendPerHour);
        Assert.Equal(0, Decision.Make(gone with { Slices = [gone.Slices[0] with { Owned = [] }] }).State.SpendPerHour);
    }

    [Fact]
    public void No_more_counts_of_a_group_than_the_highest_limit() => Assert.Equal(
        PriceRules.SpendMax, Decision.Make(Priced(Some.Group(60), PriceRules.AmountMax, running: 60)).State.SpendPerHour);

    [Fact]
    public void Placements_share_what_the_limit_leaves_each_at_its_own_price()
    {
        var plan = Planner.Plan(Spread(
            Limited(6, 1),
            new Layout { Placements = [Spec("a") with { Max = 2 }, Spec("b")] },
            (Spec("a") with { Max = 2 }, 0.1m, 0),
            (Spec("b"), 0.3m, 0)));

        Assert.Equal([2, 2], plan.Slices.Select(part => part.Launches));
        Assert.Equal(0.8m, Budget.CostOf(plan, withLaunches: true));
    }

    [Fact]
    public void A_placement_that_is_full_with_one_that_was_given_up_launches_when_that_is_gone()
    {
        var spec = Spec("a") with { Max = 2 };
        var input = Spread(Some.Group(2), new Layout { Placements = [spec, Spec("b")] }, (spec, 0.1m, 1), (Spec("b"), 0.1m, 0));
        var lost = Some.Instance(9, InstanceState.Failed) with { IsGivenUp = true };

        var plan = Planner.Plan(input with
        {
            Slices = input.Slices.SetItem(0, input.Slices[0] with { Owned = input.Slices[0].Owned.Add(lost) }),
        });

        Assert.Equal((0, 1), (plan.Launches, plan.Victims.Count()));
        Assert.Contains(
            plan.Slices[0].Actions.OfType<PlannedAction.Hold>(),
            hold => hold.Reason == "1 held back: 1 that were given up run there yet, and it may hold 2");
    }

    [Fact]
    public void The_cheapest_is_filled_first_and_the_launches_say_their_price()
    {
        var plan = Planner.Plan(Spread(
            Some.Group(3),
            new Layout { Distribution = DistributionKind.Cheapest, Placements = [Spec("a"), Spec("b")] },
            (Spec("a"), 0.3m, 0),
            (Spec("b"), 0.1m, 0)));

        Assert.Equal([0, 3], plan.Slices.Select(part => part.Launches));
        Assert.EndsWith(
            "3 missing, the cheapest with room, at 0.1 EUR an hour",
            plan.Slices[1].Actions.OfType<PlannedAction.Launch>().Single().Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_group_costs_is_concluded_from_all_that_it_holds()
    {
        var input = Priced(Some.Group(3), 0.3m, running: 2).WithSlice(slice => slice with { OpenLaunches = [Some.Launch(1)] });

        Assert.Equal(0.9m, Decision.Make(input).State.SpendPerHour);
    }

    private static Group Limited(int desired, decimal max)
    {
        var group = Some.Group(desired);
        return group with { Brakes = group.Brakes with { SpendPerHourMax = max } };
    }

    private static PlanInput Priced(Group group, decimal price, int running = 0) =>
        Priced(Some.Input(group, Some.Instances(running, from: 10)), price);

    private static PlanInput Priced(PlanInput input, decimal price) =>
        input.WithSlice(slice => slice with { Price = price }) with { Currency = "EUR" };

    private static PlacementSpec Spec(string name) => new() { Name = name, Template = Some.TemplateId };

    private static PlanInput Spread(Group group, Layout layout, params (PlacementSpec Spec, decimal? Price, int Running)[] places) => new()
    {
        Group = group with { Layout = layout },
        State = Some.State(),
        Slices =
        [
            .. places.Select((place, index) => new Slice
            {
                Placement = new(place.Spec.Name, Some.Template($"cloud-{place.Spec.Name}")) { Spec = place.Spec },
                Price = place.Price,
                Owned = Some.Instances(place.Running, from: index * 100),
                OpenLaunches = [],
                LaunchTokens = true,
            }),
        ],
        Spread = new(group.Level(), Why: null, layout),
        Currency = "EUR",
        Now = Some.Now,
    };
}
