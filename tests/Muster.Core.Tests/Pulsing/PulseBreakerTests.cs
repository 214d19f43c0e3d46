using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Launches that keep failing.</summary>
public sealed class PulseBreakerTests
{
    private readonly Weather _weather = new();

    [Fact]
    public void Five_failures_in_a_row_stop_launching_and_the_condition_says_why()
    {
        _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.QuotaExceeded, "20 of 20 used") };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(8));
            await bed.PassAsync(10);
            var before = _weather.Launches;
            var state = (await bed.RecordAsync()).State;

            Assert.InRange(before, 5, 10);
            Assert.True(state.Placed().Breaker.IsOpen);
            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains("quota exceeded: 20 of 20 used", state.Reason, StringComparison.Ordinal);

            await bed.PassAsync(600);
            Assert.InRange(_weather.Launches - before, 2, 10);

            _weather.OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(1200);
            Assert.Equal(8, bed.Alive.Count());
            Assert.Equal(GroupCondition.Healthy, (await bed.RecordAsync()).State.Condition);
        });
    }

    [Fact]
    public void Instances_that_die_young_open_the_breaker()
    {
        _weather.Lives = [new(TimeSpan.Zero, InstanceState.Running), new(TimeSpan.FromSeconds(2), InstanceState.Failed)];
        var bed = new EngineBed(EngineBed.Traits with { Watches = true }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(300);

            Assert.True((await bed.RecordAsync()).State.Placed().Breaker.IsOpen);
            Assert.InRange(_weather.Launches, 5, 12);
            Assert.Contains(
                await bed.TrailAsync(),
                activity => activity.Description.StartsWith("counts as a failed launch: ", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void An_open_breaker_does_not_degrade_a_group_that_misses_nothing()
    {
        _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.QuotaExceeded, "20 of 20 used") };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(8));
            await bed.PassAsync(10);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 0 } });
            await bed.PassAsync(10);

            var state = (await bed.RecordAsync()).State;
            Assert.True(state.Placed().Breaker.IsOpen);
            Assert.Equal(GroupCondition.Healthy, state.Condition);
        });
    }
}
