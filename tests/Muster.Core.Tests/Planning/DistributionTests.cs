using System.Collections.Immutable;

using Muster.Core.Planning;

namespace Muster.Core.Tests.Planning;

/// <summary>How a level is shared among placements, in examples.</summary>
public sealed class DistributionTests
{
    [Theory]
    [InlineData(6, "4 2 0")]
    [InlineData(3, "3 0 0")]
    [InlineData(9, "4 4 1")]
    public void An_ordered_group_fills_the_first_up_to_its_most_and_then_the_next(int level, string wanted)
    {
        var shares = Of(level, Ordered(0) with { Max = 4 }, Ordered(1) with { Max = 4 }, Ordered(2));

        Assert.Equal(wanted, Text(shares));
    }

    [Theory]
    [InlineData(6, "2 2 2")]
    [InlineData(7, "3 2 2")]
    [InlineData(8, "3 3 2")]
    [InlineData(0, "0 0 0")]
    public void A_balanced_group_is_never_more_than_one_apart(int level, string wanted) =>
        Assert.Equal(wanted, Text(Of(level, Even(0), Even(1), Even(2))));

    [Theory]
    [InlineData(4, "3 1")]
    [InlineData(5, "4 1")]
    [InlineData(10, "8 2")]
    [InlineData(1, "1 0")]
    public void Weights_share_by_the_largest_remainder(int level, string wanted) =>
        Assert.Equal(wanted, Text(Of(level, Even(0) with { Weight = 3 }, Even(1))));

    [Fact]
    public void A_base_comes_before_any_share() =>
        Assert.Equal("5 6", Text(Of(11, Even(0) with { Base = 2, Weight = 1 }, Even(1) with { Weight = 2 })));

    [Fact]
    public void Lower_bounds_are_met_first() =>
        Assert.Equal("3 2", Text(Of(5, Ordered(0), Ordered(1) with { Min = 2 })));

    [Fact]
    public void A_weight_of_nothing_has_no_share_and_takes_what_finds_no_other_room() =>
        Assert.Equal("4 1", Text(Of(5, Even(0) with { Max = 4 }, Even(1) with { Weight = 0 })));

    [Fact]
    public void What_finds_no_room_is_said()
    {
        var shares = Of(5, Ordered(0) with { Max = 2 }, Ordered(1) with { Room = 0, Closed = "out of stock" });

        Assert.Equal("2 0", Text(shares));
        Assert.Equal(3, shares.Unplaced);
    }

    [Fact]
    public void What_cannot_be_launched_in_one_is_launched_in_the_next_and_is_owed_to_the_first()
    {
        var shares = Of(6, Ordered(0) with { Max = 4, Held = 1, Room = 0, Closed = "out of stock" }, Ordered(1));

        Assert.Equal("1 5", Text(shares));
        Assert.Equal("instead of in p0: out of stock", shares.Shares[1].Why);
        Assert.Equal([3, 0], shares.Shares.Select(share => share.Owed));
    }

    [Fact]
    public void A_closed_one_that_is_tried_gets_as_many_as_are_tried() =>
        Assert.Equal("1 3", Text(Of(4, Ordered(0) with { Room = 1, Closed = "out of stock" }, Ordered(1))));

    [Fact]
    public void Nothing_moves_because_another_sharing_would_be_more_beautiful()
    {
        var shares = Of(6, Even(0) with { Held = 6 }, Even(1), Even(2));

        Assert.Equal("6 0 0", Text(shares));
        Assert.Equal(0, shares.Moves);
    }

    [Fact]
    public void What_is_too_much_is_taken_from_the_last_in_order_and_from_the_largest_share()
    {
        Assert.Equal("3 1", Text(Of(4, surplus: 2, Ordered(0) with { Held = 3 }, Ordered(1) with { Held = 3 })));
        Assert.Equal("6 0", Text(Of(4, surplus: 3, Ordered(0) with { Held = 6 }, Ordered(1) with { Held = 3 })));
        Assert.Equal("2 2 1", Text(Of(5, surplus: 2, Even(0) with { Held = 4 }, Even(1) with { Held = 2 }, Even(2) with { Held = 1 })));
    }

    [Fact]
    public void Who_moved_home_is_not_what_ends_for_it()
    {
        // By its share alone the first would keep three, and the second, where one moved to, would lose it again.
        var shares = Of(
            6, surplus: 1,
            Even(0) with { Weight = 3, Base = 1, Held = 3 }, Even(1) with { Base = 1, Held = 2 },
            Even(2) with { Base = 1, Held = 1 }, Even(3) with { Weight = 2, Held = 1 });

        Assert.Equal("2 2 1 1", Text(shares));
    }

    [Fact]
    public void A_base_and_a_lower_bound_give_way_where_the_level_itself_is_below_them() =>
        Assert.Equal("1 0", Text(Of(1, surplus: 3, Even(0) with { Base = 2, Held = 2 }, Even(1) with { Min = 2, Base = 1, Held = 2 })));

    [Fact]
    public void No_more_is_taken_than_certainly_runs_beside_the_level() =>
        Assert.Equal("3 2", Text(Of(4, surplus: 1, Ordered(0) with { Held = 3 }, Ordered(1) with { Held = 3 })));

    [Fact]
    public void What_is_outside_of_the_list_stays_and_goes_first_when_there_are_too_many()
    {
        var earlier = new Place { Name = "earlier@old", Order = 9, Held = 4, IsEarlier = true, Room = 0 };

        Assert.Equal("2 4", Text(Of(6, Ordered(0), earlier)));
        Assert.Equal("2 2", Text(Of(4, surplus: 2, Ordered(0) with { Held = 2 }, earlier)));
    }

    [Fact]
    public void Members_leave_in_batches_and_are_launched_elsewhere_first()
    {
        var leaving = Ordered(0) with { Held = 5, IsLeaving = true, Room = 0 };

        var first = Surging(5, 2, leaving, Ordered(1));
        Assert.Equal("3 2", Text(first));

        // The two are on their way: nothing more is launched, and only when they run are two too many.
        Assert.Equal("3 2", Text(Surging(5, 2, leaving, Ordered(1) with { Held = 2 })));
    }

    [Fact]
    public void Members_of_one_that_is_said_to_be_dead_are_replaced_all_at_once() =>
        Assert.Equal("0 5", Text(Of(5, Ordered(0) with { Held = 5, IsLeaving = true, LeavesAtOnce = true, Room = 0 }, Ordered(1))));

    [Fact]
    public void What_was_lost_is_filled_elsewhere_in_batches()
    {
        var lost = Ordered(0) with { Held = 8, IsLost = true, Room = 0, Closed = "cloud unavailable" };

        var first = Of(8, lost, Ordered(1));
        Assert.Equal("8 2", Text(first));
        Assert.Equal((6, 2), (first.HeldBack, first.Batch));

        var next = Distribution.Of(8, [lost, Ordered(1) with { Held = 2 }], surplus: 0, replacing: 2, surge: 1, returns: 0);
        Assert.Equal("8 2", Text(next));
        var after = Distribution.Of(8, [lost, Ordered(1) with { Held = 2 }], surplus: 0, replacing: 0, surge: 1, returns: 0);
        Assert.Equal("8 4", Text(after));
    }

    [Fact]
    public void What_is_missing_for_another_reason_does_not_wait_for_the_batch()
    {
        var shares = Of(12, Ordered(0) with { Max = 4, Room = 0, Closed = "dead", Vacant = 4 }, Ordered(1) with { Held = 2 });

        // Six are missing beside the lost four, of which one may be replaced; the other three are wanted where they died.
        Assert.Equal("3 9", Text(shares));
        Assert.Equal((3, 1), (shares.HeldBack, shares.Batch));
    }

    [Fact]
    public void Members_move_back_as_many_as_may_and_no_more_than_are_owed()
    {
        var home = Ordered(0) with { Max = 4, Held = 1, Owed = 3, MayReturn = int.MaxValue };
        var away = Ordered(1) with { Held = 5 };

        var shares = Distribution.Of(6, [home, away], surplus: 0, replacing: 0, surge: 2, returns: 100);
        Assert.Equal("3 5", Text(shares));
        Assert.Equal(2, shares.Moves);
        Assert.Equal([3, 0], shares.Shares.Select(share => share.Owed));
        Assert.Equal("1 5", Text(Distribution.Of(6, [home, away], surplus: 0, replacing: 0, surge: 2, returns: 0)));
        Assert.Equal("1 5", Text(Distribution.Of(6, [home with { MayReturn = 0 }, away], surplus: 0, replacing: 0, surge: 2, returns: 9)));

        // On their way, and then running: as many end where they do not belong.
        Assert.Equal("3 5", Text(Distribution.Of(6, [home with { Held = 3 }, away], surplus: 0, replacing: 2, surge: 2, returns: 100)));
        Assert.Equal("3 3", Text(Distribution.Of(6, [home with { Held = 3 }, away], surplus: 2, replacing: 0, surge: 2, returns: 100)));
    }

    [Fact]
    public void A_bound_that_a_person_raised_or_lowered_holds()
    {
        Assert.Equal("5 1", Text(Of(6, Ordered(0) with { Held = 6, Max = 2 }, Ordered(1))));
        Assert.Equal("2 4", Text(Surging(6, 4, Ordered(0) with { Held = 6, Max = 2 }, Ordered(1))));
        var raised = Surging(6, 1, Ordered(0) with { Held = 6 }, Ordered(1) with { Min = 2 });
        Assert.Equal("6 1", Text(raised));
        Assert.Equal(1, raised.Moves);
    }

    [Theory]
    [InlineData(0, 2, "2 0 0")]
    [InlineData(0, 10, "2 4 4")]
    [InlineData(25, 10, "4 3 3")]
    [InlineData(100, 10, "10 0 0")]
    public void Of_what_is_beyond_the_base_so_many_percent_are_on_demand(int percent, int level, string wanted) =>
        Assert.Equal(wanted, Text(Mixed(level, percent, surplus: 0, Even(0) with { Base = 2 }, Spot(1), Spot(2))));

    [Fact]
    public void What_one_kind_has_no_room_for_goes_to_the_other_and_is_owed()
    {
        var noSpot = Mixed(10, 20, surplus: 0, Even(0), Spot(1) with { Room = 0, Held = 3, Closed = "out of stock" });
        Assert.Equal("7 3", Text(noSpot));
        Assert.Equal("instead of in p1: out of stock", noSpot.Shares[0].Why);
        Assert.Equal([0, 5], noSpot.Shares.Select(share => share.Owed));

        var noOnDemand = Mixed(10, 20, surplus: 0, Even(0) with { Room = 0, Closed = "quota" }, Spot(1));
        Assert.Equal("0 10", Text(noOnDemand));
        Assert.Equal([2, 0], noOnDemand.Shares.Select(share => share.Owed));
    }

    [Fact]
    public void What_is_too_much_is_taken_from_the_kind_that_has_more_than_its_part() => Assert.Equal(
        "2 6", Text(Mixed(8, 25, surplus: 4, Even(0) with { Held = 6 }, Spot(1) with { Held = 6 })));

    [Fact]
    public void Members_that_are_back_from_on_demand_leave_it_again()
    {
        var (onDemand, spot) = (Even(0) with { Held = 5 }, Spot(1) with { Held = 1, Owed = 3, MayReturn = int.MaxValue });

        Assert.Equal("5 2", Text(Distribution.Of(6, [onDemand, spot], 0, 0, surge: 1, returns: 9, onDemandPercent: 25)));
        Assert.Equal("4 2", Text(Distribution.Of(6, [onDemand, spot with { Held = 2 }], 1, 0, surge: 1, returns: 9, onDemandPercent: 25)));
    }

    [Theory]
    [InlineData(3, "0 3 0")]
    [InlineData(6, "2 4 0")]
    [InlineData(12, "8 4 0")]
    public void The_cheapest_is_filled_first_within_its_bounds(int level, string wanted) => Assert.Equal(
        wanted, Text(Cheapest(level, Costs(0, 0.2m), Costs(1, 0.1m) with { Max = 4 }, Costs(2, null))));

    [Fact]
    public void Of_equal_prices_the_users_first_is_filled_first_and_not_both_evenly() =>
        Assert.Equal("3 0 1", Text(Cheapest(4, Costs(0, 0.1m) with { Max = 3 }, Costs(1, 0.2m), Costs(2, 0.1m))));

    [Fact]
    public void Lower_bounds_and_bases_come_before_prices_and_say_theirs()
    {
        var shares = Cheapest(5, Costs(0, 0.2m) with { Min = 1 }, Costs(1, 0.1m), Costs(2, null) with { Base = 1 });

        Assert.Equal("1 3 1", Text(shares));
        Assert.Equal(
            [
                "1 at least, at 0.2 EUR an hour", "the cheapest with room, at 0.1 EUR an hour",
                "its price is not known, so it counts as the dearest",
            ],
            shares.Shares.Select(share => share.Why));
    }

    [Fact]
    public void What_the_cheapest_cannot_take_says_both_prices_and_is_owed_to_it()
    {
        var shares = Cheapest(2, Costs(0, 0.2m), Costs(1, 0.1m) with { Room = 0, Closed = "out of stock" });

        Assert.Equal("2 0", Text(shares));
        Assert.Equal(
            "instead of in p1, at 0.1 EUR an hour: out of stock; the cheapest with room, at 0.2 EUR an hour", shares.Shares[0].Why);
        Assert.Equal(2, shares.Shares[1].Owed);
    }

    [Fact]
    public void What_is_too_much_is_taken_from_the_dearest()
    {
        var shares = Distribution.Of(
            3, [Costs(0, 0.2m) with { Held = 2 }, Costs(1, 0.1m) with { Held = 3 }], surplus: 2, 0, 1, 0, isCheapest: true,
            currency: "EUR");

        Assert.Equal("0 3", Text(shares));
        Assert.Equal("the dearest goes first, at 0.2 EUR an hour", shares.Shares[0].Why);
    }

    [Fact]
    public void Without_a_currency_no_amount_is_told_and_all_count_as_the_dearest()
    {
        var shares = Distribution.Of(2, [Costs(0, null), Costs(1, null)], 0, 0, surge: 1, returns: 0, isCheapest: true, currency: null);

        Assert.Equal("2 0", Text(shares));
        Assert.All(shares.Shares, share => Assert.Equal("its price is not known, so it counts as the dearest", share.Why));
    }

    private static Place Costs(int order, decimal? price) => Even(order) with { Price = price };

    private static Distribution Cheapest(int level, params ImmutableArray<Place> places) =>
        Distribution.Of(level, places, surplus: 0, replacing: 0, surge: 1, returns: 0, isCheapest: true, currency: "EUR");

    private static Place Spot(int order) => Even(order) with { IsInterruptible = true };

    private static Distribution Mixed(int level, int percent, int surplus, params ImmutableArray<Place> places) =>
        Distribution.Of(level, places, surplus, replacing: 0, surge: 1, returns: 0, percent);

    private static Place Ordered(int order) => new() { Name = $"p{order}", Order = order, Tier = order };

    private static Place Even(int order) => new() { Name = $"p{order}", Order = order };

    private static Distribution Of(int level, params ImmutableArray<Place> places) => Of(level, surplus: 0, places);

    private static Distribution Of(int level, int surplus, params ImmutableArray<Place> places) =>
        Distribution.Of(level, places, surplus, replacing: 0, surge: 1, returns: 0);

    private static Distribution Surging(int level, int surge, params ImmutableArray<Place> places) =>
        Distribution.Of(level, places, surplus: 0, replacing: 0, surge, returns: 0);

    private static string Text(Distribution distribution) => string.Join(' ', distribution.Shares.Select(share => share.Wanted));
}
