using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Planning;

namespace Muster.Core.Tests.Planning;

/// <summary>What a distribution must never do, whatever it is given.</summary>
public sealed class DistributionProperties
{
    private static readonly Gen<Place> AnyPlace =
        from tier in Gen.Int[0, 3]
        from weight in Gen.Int[0, 5]
        from min in Gen.Int[0, 4]
        from spread in Gen.Int[0, 12]
        from bounded in Gen.Bool
        from pinned in Gen.Int[0, 4]
        from held in Gen.Int[0, 12]
        from room in Gen.OneOf(Gen.Const(0), Gen.Const(1), Gen.Const(int.MaxValue), Gen.Const(int.MaxValue))
        from kind in Gen.Int[0, 11]
        from owed in Gen.Int[0, 5]
        from isInterruptible in Gen.Bool
        from price in Gen.Int[-1, 4]
        from mayReturn in Gen.OneOf(Gen.Const(0), Gen.Const(1), Gen.Const(int.MaxValue))
        let max = bounded ? min + spread : int.MaxValue
        let isLost = kind == 0
        let isLeaving = kind is 1 or 2
        let isEarlier = kind == 3
        select new Place
        {
            Name = "",
            Order = 0,
            Tier = tier,
            Weight = weight,
            Min = isEarlier ? 0 : min,
            Max = isEarlier ? int.MaxValue : max,
            Base = isEarlier ? 0 : Math.Min(pinned, max),
            Held = held,
            Room = isLost || isLeaving || isEarlier ? 0 : room,
            Closed = room == int.MaxValue ? null : "closed",
            IsLost = isLost,
            IsLeaving = isLeaving,
            LeavesAtOnce = kind == 2,
            IsEarlier = isEarlier,
            IsInterruptible = isInterruptible && !isEarlier,
            Price = price < 0 ? null : price / 100m,
            Owed = owed,
            MayReturn = mayReturn,
        };

    /// <summary>What is outside of the list and holds nothing changes nothing: but with it, all has to be worked out.</summary>
    private static readonly Place NothingThere = new() { Name = "nothing", Order = 99, Tier = int.MaxValue, IsEarlier = true, Room = 0 };

    private static readonly Gen<Case> Cases =
        from level in Gen.Int[0, 30]
        from places in AnyPlace.Array[1, 9]
        from balanced in Gen.Bool
        from surge in Gen.Int[1, 4]
        from returns in Gen.Int[0, 9]
        from replacing in Gen.Int[0, 3]
        from percent in Gen.OneOf(Gen.Const(-1), Gen.Int[0, 100])
        from isCheapest in Gen.Bool
        select new Case(
            level,
            [.. places.Select((place, order) => place with { Name = $"p{order}", Order = order, Tier = balanced ? 0 : place.Tier })],
            surge,
            returns,
            replacing,
            percent < 0 ? null : percent,
            isCheapest);

    /// <summary>Groups that go by prices and are at rest: at their level, and nothing is owed to anybody.</summary>
    private static readonly Gen<Case> AtRest =
        from test in Cases
        let places = test.Places.Select(place => place with
        {
            IsLost = false, IsLeaving = false, LeavesAtOnce = false, Owed = 0, Min = 0, Base = 0, Held = Math.Min(place.Held, place.Max),
        }).ToImmutableArray()
        select test with
        {
            Places = places, Level = places.Sum(place => place.Held), Replacing = 0, IsCheapest = true, Percent = null,
        };

    [Fact]
    public void Nothing_is_added_beyond_a_bound_or_where_there_is_no_room() => Cases.Sample(test =>
    {
        foreach (var (place, share) in Pairs(test, test.Distribute()))
        {
            Assert.True(share.Wanted >= 0);
            Assert.True(share.Wanted <= Math.Max(place.Max, place.Held), $"{share.Name}: {share.Wanted}");
            if (share.Wanted > place.Held)
            {
                Assert.True((long)share.Wanted - place.Held <= place.Room);
                Assert.False(place.IsEarlier || place.IsLeaving || place.IsLost);
            }
        }
    });

    [Fact]
    public void The_sum_is_the_level_wherever_there_is_room() => Cases.Sample(test =>
    {
        var distribution = test.Distribute();
        var counted = Pairs(test, distribution).Where(pair => !pair.Place.IsLost).Sum(pair => pair.Share.Wanted);
        var missing = test.Level - counted;

        Assert.Equal(Math.Max(0, missing), distribution.Unplaced + distribution.HeldBack);
        if (distribution.Unplaced > 0)
        {
            Assert.All(Pairs(test, distribution), pair => Assert.True(
                pair.Place.IsEarlier || pair.Place.IsLeaving || pair.Place.IsLost
                || pair.Share.Wanted >= Math.Min(pair.Place.Max, (long)pair.Place.Held + pair.Place.Room)));
        }
    });

    [Fact]
    public void More_than_the_level_is_only_what_was_held_and_what_moves() => Cases.Sample(test =>
    {
        var distribution = test.Distribute();
        var counted = Pairs(test, distribution).Where(pair => !pair.Place.IsLost).Sum(pair => pair.Share.Wanted);
        var held = test.Places.Where(place => !place.IsLost).Sum(place => place.Held);

        Assert.InRange(distribution.Moves, 0, test.Surge);
        Assert.True(counted <= Math.Max(test.Level, held) + distribution.Moves);
    });

    [Fact]
    public void Where_nothing_is_to_change_each_keeps_what_it_holds() => Cases.Sample(test =>
    {
        ImmutableArray<Place> settled =
        [
            .. test.Places.Select(place => place with
            {
                Held = Math.Clamp(place.Held, Math.Max(place.Min, place.Base), place.Max),
                Room = Math.Max(1, place.Room),
                Owed = 0,
                IsLost = false,
                IsLeaving = false,
                LeavesAtOnce = false,
                IsEarlier = false,
            }),
        ];
        var (known, found) = (Distribute(settled), Distribute(settled.Add(NothingThere)));

        Assert.Equal(settled.Select(place => new Share(place.Name, place.Held, Why: null, Owed: 0)), known.Shares);
        Assert.Equal(known.Shares, found.Shares.Take(settled.Length));
        Assert.Equal((known.Unplaced, known.HeldBack, known.Moves), (found.Unplaced, found.HeldBack, found.Moves));

        Distribution Distribute(ImmutableArray<Place> places) =>
            (test with { Places = places, Level = places.Sum(place => place.Held), IsCheapest = false }).Distribute();
    });

    [Fact]
    public void No_more_is_taken_than_is_too_much_for_the_group() => Cases.Sample(test =>
    {
        var surplus = test.Surplus;
        var taken = Pairs(test, test.Distribute())
            .Where(pair => !pair.Place.IsLeaving && pair.Place.Held <= pair.Place.Max)
            .Sum(pair => Math.Max(0, pair.Place.Held - pair.Share.Wanted));

        Assert.True(taken <= surplus);
    });

    [Fact]
    public void The_order_in_which_places_come_says_nothing() => Cases.Sample(test =>
    {
        var forward = test.Distribute().Shares.ToDictionary(share => share.Name);
        var backward = (test with { Places = [.. test.Places.Reverse()] }).Distribute();

        Assert.All(backward.Shares, share => Assert.Equal(forward[share.Name], share));
    });

    [Fact]
    public void Once_it_is_carried_out_there_is_nothing_left_to_do() => Cases.Sample(test =>
    {
        // Until nothing changes: members leave and move in batches. More rounds than there are instances would be a circle.
        var now = test with { Replacing = 0 };
        for (var round = 0; round < 200; round++)
        {
            var distribution = now.Distribute();
            var done = now with
            {
                Places = [.. Pairs(now, distribution).Select(pair => pair.Place with
                {
                    Held = pair.Place.IsLost ? pair.Place.Held : pair.Share.Wanted < pair.Place.Held
                        ? Math.Max(pair.Share.Wanted, pair.Place.Held - now.Surplus)
                        : pair.Share.Wanted,
                    Room = pair.Place.Room == 1 ? 0 : pair.Place.Room,
                })],
            };

            // As a check concludes: who is owed is seen from what was done.
            var next = done with
            {
                Places = [.. Pairs(done, done.Distribute()).Select(pair => pair.Place with { Owed = pair.Share.Owed })],
            };
            if (next.Places.SequenceEqual(now.Places))
            {
                return;
            }

            now = next;
        }

        Assert.Fail($"it goes on for ever: {string.Join("; ", now.Places)}");
    });

    [Fact]
    public void Placements_of_one_weight_that_nothing_holds_back_are_never_more_than_one_apart() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[1, 9]).Sample((level, count) =>
        {
            var places = Enumerable.Range(0, count).Select(order => new Place { Name = $"p{order}", Order = order }).ToImmutableArray();
            var wanted = Distribution.Of(level, places, 0, 0, 1, 0).Shares.Select(share => share.Wanted).ToList();

            Assert.Equal(level, wanted.Sum());
            Assert.InRange(wanted.Max() - wanted.Min(), 0, 1);
        });

    [Fact]
    public void Shares_by_weight_are_less_than_one_from_their_quota() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 50].Array[1, 9]).Sample((level, weights) =>
        {
            var places = weights.Select((weight, order) => new Place { Name = $"p{order}", Order = order, Weight = weight })
                .ToImmutableArray();
            var shares = Distribution.Of(level, places, 0, 0, 1, 0).Shares;

            Assert.Equal(level, shares.Sum(share => share.Wanted));
            Assert.All(shares.Zip(weights), pair =>
                Assert.InRange(pair.First.Wanted - ((double)level * pair.Second / weights.Sum()), -1 + 1e-9, 1 - 1e-9));
        });

    [Fact]
    public void Beyond_the_bases_each_kind_has_its_part() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 100], Gen.Int[0, 5].Array[2, 9]).Sample((level, percent, bases) =>
        {
            var places = bases.Select((pinned, order) => new Place
            {
                Name = $"p{order}", Order = order, Base = pinned, IsInterruptible = order % 2 == 1,
            }).ToImmutableArray();
            var shares = Distribution.Of(level, places, 0, 0, 1, 0, percent).Shares;
            var onDemand = places.Zip(shares).Where(pair => !pair.First.IsInterruptible).ToList();
            var beyond = level - bases.Sum();

            Assert.Equal(level, shares.Sum(share => share.Wanted));
            if (beyond >= 0)
            {
                Assert.Equal(
                    onDemand.Sum(pair => pair.First.Base) + (int)Math.Ceiling(beyond * percent / 100m),
                    onDemand.Sum(pair => pair.Second.Wanted));
            }
        });

    [Fact]
    public void Nothing_is_launched_where_a_cheaper_place_has_room() => Cases.Sample(test =>
    {
        var places = test.Places.Select(place => place with { Held = 0, Min = 0, Base = 0 }).ToImmutableArray();
        var pairs = Pairs(test, (test with { Places = places, IsCheapest = true, Percent = null, Returns = 0 }).Distribute()).ToList();
        foreach (var (dearer, _) in pairs.Where(pair => pair.Share.Wanted > 0))
        {
            Assert.All(
                pairs.Where(pair => Cost(pair.Place) < Cost(dearer)),
                pair => Assert.True(
                    pair.Place.IsEarlier || pair.Place.IsLeaving || pair.Place.IsLost
                    || pair.Share.Wanted >= Math.Min(pair.Place.Max, pair.Place.Room)));
        }

        static decimal Cost(Place place) => place.Price ?? decimal.MaxValue;
    });

    [Fact]
    public void Prices_that_change_move_nobody() => AtRest.Sample(test =>
    {
        var other = test with { Places = [.. test.Places.Select(place => place with { Price = 1 - place.Price })] };

        foreach (var now in (Case[])[test, other])
        {
            var distribution = now.Distribute();
            Assert.Equal(0, distribution.Moves);
            Assert.All(Pairs(now, distribution), pair => Assert.Equal(pair.Place.Held, pair.Share.Wanted));
        }
    });

    [Fact]
    public void A_place_without_a_price_says_so_and_only_there() => Cases.Sample(test => Assert.All(
        Pairs(test, test.Distribute()),
        pair => Assert.Equal(
            test.IsCheapest && pair.Place is { Price: null, IsEarlier: false },
            pair.Share.Why?.Contains("its price is not known", StringComparison.Ordinal) is true)));

    private static IEnumerable<(Place Place, Share Share)> Pairs(Case test, Distribution distribution) =>
        test.Places.Zip(distribution.Shares);

    private sealed record Case(
        int Level, ImmutableArray<Place> Places, int Surge, int Returns, int Replacing, int? Percent, bool IsCheapest)
    {
        /// <summary>As if all that is held runs.</summary>
        public int Surplus => Math.Max(0, Places.Where(place => !place.IsLost).Sum(place => place.Held) - Level);

        public Distribution Distribute() =>
            Distribution.Of(Level, Places, Surplus, Replacing, Surge, Returns, Percent, IsCheapest, "EUR");
    }
}
