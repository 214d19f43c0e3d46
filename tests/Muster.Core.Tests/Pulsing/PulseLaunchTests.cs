using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Launches: how many at once, and what becomes of one whose answer is lost or that nobody wants any more.</summary>
public sealed class PulseLaunchTests
{
    private readonly Weather _weather = new();

    [Fact]
    public void Launches_run_in_parallel_up_to_the_brake_in_a_sliding_window()
    {
        var bed = new EngineBed(weather: new FairWeather(launchLatency: TimeSpan.FromSeconds(1)));
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(100));
            await bed.PassAsync(10.2);

            Assert.Equal(100, bed.Alive.Count());
        });
    }

    [Fact]
    public void A_group_larger_than_one_checks_brake_goes_on_at_once_until_it_is_full()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(35) with { Brakes = new() { LaunchesPerCheckMax = 10 } });
            await bed.PassAsync(5);

            Assert.Equal(35, bed.Alive.Count());
            Assert.Equal(GroupCondition.Healthy, (await bed.RecordAsync()).State.Condition);
        });
    }

    [Fact]
    public void A_launch_whose_answer_was_lost_is_found_again_and_not_repeated_where_there_are_no_tokens()
    {
        _weather.OnLaunch = _ => _weather.Launches == 1
            ? new() { Loss = new(CloudErrorKind.Ambiguous, "connection reset") }
            : CallFate.Good;
        var bed = new EngineBed(EngineBed.Traits with { LaunchTokens = false }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(120);

            Assert.Equal(1, _weather.Launches);
            Assert.Single(bed.Alive);
            var trail = await bed.TrailAsync();
            Assert.Contains(trail, activity => activity is { Type: ActivityType.Launch, Status: ActivityStatus.Ambiguous });
            Assert.Contains(trail, activity => activity.Description.Contains("found again", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void A_launch_that_never_happened_is_asked_again_by_its_token()
    {
        _weather.OnLaunch = _ => _weather.Launches == 1
            ? new() { Refusal = new(CloudErrorKind.Ambiguous, "connection reset") }
            : CallFate.Good;
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(10);

            Assert.Equal(2, _weather.Launches);
            Assert.Single(bed.Alive);
        });
    }

    [Fact]
    public void A_launch_that_was_cut_short_before_its_start_is_asked_again_although_it_is_listed()
    {
        _weather.OnLaunch = _ => _weather.Launches == 1
            ? new() { Loss = new(CloudErrorKind.Ambiguous, "the daemon was stopped"), IsCutShort = true }
            : CallFate.Good;
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2));
            await bed.PassAsync(10);

            Assert.Equal((2, 3), (bed.Cloud.Instances.Length, _weather.Launches));
            Assert.All(bed.Cloud.Instances, instance => Assert.Equal(InstanceState.Running, instance.StateAt(bed.Now)));
        });
    }

    [Fact]
    public void A_launch_that_was_cut_short_is_not_asked_again_when_it_is_one_too_many()
    {
        _weather.OnLaunch = _ => new() { Loss = new(CloudErrorKind.Ambiguous, "the daemon was stopped"), IsCutShort = true };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2));
            await bed.PassAsync(0.5);
            var before = _weather.Launches;
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 1 } });
            _weather.OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(20);

            Assert.Equal((2, before + 1), (bed.Cloud.Instances.Length, _weather.Launches));
            Assert.Single(bed.Alive);
        });
    }

    [Fact]
    public void A_refusal_to_answer_again_does_not_say_that_the_first_call_made_nothing()
    {
        _weather.OnLaunch = _ => _weather.Launches switch
        {
            1 => new() { Loss = new(CloudErrorKind.Ambiguous, "connection reset") },
            2 => new() { Refusal = new(CloudErrorKind.Unavailable, "down") },
            _ => CallFate.Good,
        };
        _weather.OnPage = () => new() { Lag = TimeSpan.FromSeconds(20) };
        var bed = new EngineBed(EngineBed.Traits with { ListingLagMax = TimeSpan.FromSeconds(20) }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(120);

            Assert.Single(bed.Cloud.Instances);
        });
    }

    [Fact]
    public void A_long_check_stops_launching_what_nobody_wants_any_more()
    {
        _weather.OnLaunch = _ => new() { Before = TimeSpan.FromSeconds(10) };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(20) with { Brakes = new() { LaunchesInFlightMax = 1 } });
            await bed.PassAsync(15);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(30);

            Assert.InRange(_weather.Launches, 2, 3);
            Assert.Equal(2, bed.Alive.Count());
        });
    }

    [Fact]
    public void When_the_whole_group_dies_at_once_it_is_replaced_in_batches()
    {
        _weather.Lives = [new(TimeSpan.Zero, InstanceState.Provisioning), new(TimeSpan.FromSeconds(5), InstanceState.Running)];
        var bed = new EngineBed(EngineBed.Traits with { Watches = true }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(8));
            await bed.PassAsync(100);
            foreach (var instance in bed.Alive.ToList())
            {
                bed.Cloud.Turn(instance, new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            }

            await bed.PassAsync(2);
            var early = await bed.RecordAsync();
            Assert.True(early.State.Placed().MassFailure);
            Assert.Equal(2, bed.Alive.Count());
            Assert.Contains("replacing 2 at a time", early.State.Reason, StringComparison.Ordinal);

            await bed.PassAsync(120);
            Assert.Equal(8, bed.Alive.Count());
            Assert.False((await bed.RecordAsync()).State.Placed().MassFailure);
        });
    }
}
