using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>The engine as a whole: pulse, reconciler, planner and governor over a simulated cloud in virtual time.</summary>
public sealed class PulseTests
{
    private readonly Weather _weather = new();

    [Fact]
    public void A_new_group_comes_up_at_once_and_is_healthy()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(2);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal(3, bed.Alive.Count());
            Assert.Equal(GroupCondition.Healthy, state.Condition);
            Assert.Equal("3 wanted, 3 running: nothing to do", state.Reason);
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void Groups_below_their_level_are_counted_while_they_are()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(30);
            Assert.Equal(0, bed.Pulse.GroupsBelow);

            _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.QuotaExceeded, "no more", null) };
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 4 } });
            await bed.PassAsync(30);

            Assert.Equal(1, bed.Pulse.GroupsBelow);
        });
    }

    [Fact]
    public void Foreign_instances_are_neither_counted_nor_terminated()
    {
        var bed = new EngineBed(weather: _weather);
        var foreign = Some.Instance(1).Tags.SetItem(MusterTags.Installation, Some.Id(9).ToString());
        bed.Cloud.Place("foreign-1", foreign);
        bed.Cloud.Place("foreign-2", foreign.Remove(MusterTags.Installation));
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(10);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 0 } });
            await bed.PassAsync(10);

            Assert.Equal(["foreign-1", "foreign-2"], bed.Alive.Select(instance => instance.Name).Order());
        });
    }

    [Fact]
    public void A_stop_finishes_what_is_in_flight_and_starts_nothing_new()
    {
        _weather.OnLaunch = _ => new() { Before = TimeSpan.FromSeconds(3) };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(30));
            await bed.PassAsync(1);
            await bed.StopAsync();

            Assert.Equal(10, _weather.Launches);
            Assert.Equal(10, bed.Alive.Count());
            Assert.All((await bed.RecordAsync()).OpenLaunches, launch => Assert.Equal(LaunchPhase.Accepted, launch.Phase));
        });
    }
}
