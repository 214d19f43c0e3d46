using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Groups and instances that are to end.</summary>
public sealed class PulseEndTests
{
    private readonly Weather _weather = new();

    [Fact]
    public void A_deleted_group_drains_and_is_archived_when_the_last_instance_is_gone()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(4));
            await bed.PassAsync(10);
            await bed.ChangeAsync(group => group with { Phase = GroupPhase.Draining });
            await bed.PassAsync(10);

            var record = await bed.RecordAsync();
            Assert.Empty(bed.Alive);
            Assert.Equal(GroupPhase.Archived, record.Group.Phase);
            Assert.Equal("deleted: no instance is left", (await bed.TrailAsync())[0].Description);
            Assert.Equal(0, bed.Pulse.Status.Groups);
        });
    }

    [Fact]
    public void A_draining_group_is_not_archived_on_a_listing_that_may_be_older_than_its_last_instance()
    {
        var lag = TimeSpan.Zero;
        _weather.OnPage = () => new() { Lag = lag };
        var bed = new EngineBed(EngineBed.Traits with { ListingLagMax = TimeSpan.FromSeconds(20) }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2));
            await bed.PassAsync(1);
            _weather.OnTerminate = () => new() { Refusal = new(CloudErrorKind.Ambiguous, "connection reset") };
            await bed.ChangeAsync(group => group with { Phase = GroupPhase.Draining });
            await bed.PassAsync(0.2);
            lag = TimeSpan.FromSeconds(19);
            await bed.PassAsync(10);
            Assert.Equal(GroupPhase.Draining, (await bed.RecordAsync()).Group.Phase);

            _weather.OnTerminate = () => CallFate.Good;
            await bed.PassAsync(120);
            Assert.Empty(bed.Alive);
            Assert.Equal(GroupPhase.Archived, (await bed.RecordAsync()).Group.Phase);
        });
    }

    [Fact]
    public void A_deleted_group_is_not_archived_before_every_end_is_told()
    {
        var bed = new EngineBed(EngineBed.Traits with { ListingLagMax = TimeSpan.FromSeconds(40) }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2) with { Interval = TimeSpan.FromSeconds(5) });
            await bed.PassAsync(120);
            _weather.OnTerminate = () => new() { Loss = new(CloudErrorKind.Ambiguous, "connection reset") };
            await bed.ChangeAsync(group => group with { Phase = GroupPhase.Draining });
            await bed.PassAsync(120);

            Assert.Equal(GroupPhase.Archived, (await bed.RecordAsync()).Group.Phase);
            var trail = await bed.TrailAsync();
            Assert.Equal(2, trail.Count(activity => activity is { Type: ActivityType.Terminate, Status: ActivityStatus.Succeeded }));
        });
    }

    [Fact]
    public void An_instance_that_was_to_end_and_was_never_told_so_counts()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(20));
            await bed.PassAsync(60);
            _weather.OnTerminate = () => new() { Refusal = new(CloudErrorKind.Unavailable, "down") };
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 0 } });
            await bed.PassAsync(0.01);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 20 } });
            await bed.PassAsync(60);

            Assert.Equal(20, bed.Cloud.Instances.Length);
        });
    }
}
