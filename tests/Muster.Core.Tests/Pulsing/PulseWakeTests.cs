using Muster.Core.Instances;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>How soon a change by a user, or by the cloud, is acted on.</summary>
public sealed class PulseWakeTests
{
    private readonly Weather _weather = new();

    [Fact]
    public void A_change_by_a_user_acts_at_once_both_ways()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(30);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 7 } });
            await bed.PassAsync(1);
            Assert.Equal(7, bed.Alive.Count());

            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(1);
            Assert.Equal(2, bed.Alive.Count());
        });
    }

    [Fact]
    public void A_death_that_the_cloud_hints_at_is_replaced_without_waiting_for_the_interval()
    {
        var bed = new EngineBed(EngineBed.Traits with { Watches = true }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(45);
            bed.Cloud.Turn(bed.Alive.First(), new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            await bed.PassAsync(0.5);

            Assert.Equal(3, bed.Alive.Count());
        });
    }

    [Fact]
    public void A_death_that_is_hinted_at_before_the_listing_shows_it_is_replaced_as_soon_as_it_does()
    {
        var lag = TimeSpan.FromSeconds(2);
        _weather.OnPage = () => new() { Lag = lag };
        var bed = new EngineBed(EngineBed.Traits with { Watches = true, ListingLagMax = lag }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(125);
            bed.Cloud.Turn(bed.Alive.First(), new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            await bed.PassAsync(3);

            Assert.Equal(3, bed.Alive.Count());
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_death_that_is_hinted_at_without_its_group_is_replaced_without_waiting_for_the_interval(double lagSeconds)
    {
        var lag = TimeSpan.FromSeconds(lagSeconds);
        _weather.OnPage = () => new() { Lag = lag };
        _weather.HintsNameGroups = false;
        var bed = new EngineBed(EngineBed.Traits with { Watches = true, ListingLagMax = lag }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(125);
            bed.Cloud.Turn(bed.Alive.First(), new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            await bed.PassAsync(lagSeconds + 1);

            Assert.Equal(3, bed.Alive.Count());
        });
    }
}
