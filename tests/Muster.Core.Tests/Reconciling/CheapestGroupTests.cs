using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

/// <summary>A group that lives where it is cheapest, with the whole engine.</summary>
public sealed class CheapestGroupTests
{
    private static readonly CallFate OutOfStock = new() { Refusal = new(CloudErrorKind.OutOfStock, "none left") };

    [Fact]
    public void Prices_that_change_say_where_the_next_is_launched_and_move_nobody()
    {
        var bed = new SpreadBed("a", "b");
        bed.Prices.Set(("a", 0.2m), ("b", 0.1m));
        bed.Run(async () =>
        {
            await bed.AddAsync(4, Cheapest("a", "b"));
            await bed.PassAsync(120);
            Assert.Equal("0 4", bed.Alive);

            bed.Prices.Set(("a", 0.05m), ("b", 0.1m));
            await bed.PassAsync(3600);
            Assert.Equal("0 4", bed.Alive);

            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 6 } });
            await bed.PassAsync(120);
            Assert.Equal("2 4", bed.Alive);

            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 3 } });
            await bed.PassAsync(120);
            Assert.Equal("2 1", bed.Alive);
            Assert.Contains(await bed.TrailAsync(), told => told.Description.Contains(
                "the cheapest with room, at 0.05 EUR an hour", StringComparison.Ordinal));
            Assert.Empty(bed.Failures);
        });
    }

    [Fact]
    public void What_the_cheapest_has_no_room_for_lives_elsewhere_and_moves_back()
    {
        var bed = new SpreadBed("a", "b");
        bed.Prices.Set(("a", 0.2m), ("b", 0.1m));
        bed.Run(async () =>
        {
            bed["b"].OnLaunch = _ => bed["b"].Launches > 1 ? OutOfStock : CallFate.Good;
            await bed.AddAsync(3, Cheapest("a", "b") with { ReturnAfter = TimeSpan.FromMinutes(1), Surge = new(1, IsPercent: false) });
            await bed.PassAsync(120);
            Assert.Equal("2 1", bed.Alive);
            Assert.Contains(await bed.TrailAsync(), told => told.Description.Contains(
                "instead of in b, at 0.1 EUR an hour:", StringComparison.Ordinal));

            bed["b"].OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(3600);
            Assert.Equal("0 3", bed.Alive);
        });
    }

    [Fact]
    public void A_placement_whose_price_is_gone_counts_as_the_dearest_and_says_so()
    {
        var bed = new SpreadBed("a", "b");
        bed.Prices.Set(("a", 0.2m), ("b", 0.1m));
        bed.Run(async () =>
        {
            await bed.AddAsync(1, Cheapest("a", "b"));
            await bed.PassAsync(120);
            bed.Prices.Set(("a", 0.2m));
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 3 } });
            await bed.PassAsync(120);

            Assert.Equal("2 1", bed.Alive);
            var placement = (await bed.StateAsync()).Of("b");
            Assert.EndsWith("its price is not known, so it counts as the dearest", placement.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_spills_over_to_a_dearer_place_keeps_to_the_accounts_limit()
    {
        var bed = new SpreadBed("a", "b");
        bed.Prices.Set(("a", 0.2m), ("b", 0.1m));
        bed.Run(async () =>
        {
            bed["b"].OnLaunch = _ => bed["b"].Launches > 1 ? OutOfStock : CallFate.Good;
            await bed.Store.ChangeAccountAsync(Some.Account, new() { SpendPerHourMax = 0.5m }, CancellationToken.None);
            await bed.AddAsync(4, Cheapest("a", "b"));
            await bed.PassAsync(300);

            Assert.Equal("2 1", bed.Alive);
            var state = await bed.StateAsync();
            Assert.Equal((0.5m, GroupCondition.Degraded), (state.SpendPerHour, state.Condition));
            Assert.Empty(bed.Failures);
        });
    }

    private static Layout Cheapest(params string[] clouds) => new()
    {
        Distribution = DistributionKind.Cheapest,
        Placements = [.. clouds.Select(cloud => SpreadBed.On(cloud))],
    };
}
