using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Clouds that cannot be looked at.</summary>
public sealed class PulseLookTests
{
    private readonly Weather _weather = new();

    [Fact]
    public void A_listing_that_was_cut_short_changes_nothing_and_says_so()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(5);
            _weather.OnPage = () => new() { CutsListing = true };
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 6 } });
            await bed.PassAsync(30);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal(3, bed.Alive.Count());
            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains("cut short", state.Reason, StringComparison.Ordinal);

            _weather.OnPage = () => CallFate.Good;
            await bed.PassAsync(300);
            Assert.Equal(6, bed.Alive.Count());
        });
    }

    [Fact]
    public void One_look_finds_out_for_every_group_that_waits_for_the_cloud()
    {
        var bed = new EngineBed(EngineBed.Traits with { GroupFilter = false }, _weather);
        var sibling = Some.Group(1) with { Id = new(Some.Id(77)), Name = "sibling" };
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.AddAsync(sibling);
            _weather.OnPage = () => new() { Refusal = new(CloudErrorKind.Unauthorized, "key revoked") };
            await bed.PassAsync(3600);
            _weather.OnPage = () => CallFate.Good;
            bed.Pulse.Wake(sibling.Id);
            await bed.PassAsync(1);

            Assert.Equal(2, bed.Alive.Count());
        });
    }

    [Fact]
    public void Nobody_calls_a_throttled_cloud_before_it_allows_to()
    {
        var calls = new List<DateTimeOffset>();
        EngineBed bed = null!;
        _weather.OnPage = () =>
        {
            calls.Add(bed.Now);
            return calls.Count == 1
                ? new() { Refusal = new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(90)) }
                : CallFate.Good;
        };
        bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(200);

            Assert.True(calls[1] - calls[0] >= TimeSpan.FromSeconds(90), $"called again after {calls[1] - calls[0]}");
            Assert.Single(bed.Alive);
        });
    }
}
