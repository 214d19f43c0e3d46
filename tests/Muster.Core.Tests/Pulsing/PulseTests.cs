using Muster.Core.Activities;
using Muster.Core.Checks;
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
    public void Healthy_checks_melt_into_one_activity_with_a_count()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2) with { Interval = TimeSpan.FromSeconds(10) });
            await bed.PassAsync(600);

            var heartbeat = (await bed.TrailAsync())[0];
            Assert.Equal(ActivityType.NoOp, heartbeat.Type);
            Assert.InRange(heartbeat.Count, 50, 70);
        });
    }

    [Fact]
    public void Groups_that_came_up_one_after_another_soon_share_one_listing_an_interval()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            for (var number = 0; number < 40; number++)
            {
                await bed.AddAsync(
                    Some.Group(1) with { Id = new(Some.Id(number)), Name = $"web-{number}", Interval = TimeSpan.FromSeconds(40) });
                await bed.PassAsync(1);
            }

            await bed.PassAsync(200);
            var reads = bed.Governed.Governor.Figures.Reads;
            await bed.PassAsync(400);

            // A beat comes when the first of its groups is due: a tenth before the interval at most.
            Assert.InRange(bed.Governed.Governor.Figures.Reads - reads, 10, 12);
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void Groups_that_are_checked_seldom_are_not_drawn_along_by_those_that_are_checked_often()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1) with { Interval = TimeSpan.FromSeconds(200) });
            await bed.AddAsync(Some.Group(1) with { Id = new(Some.Id(2)), Name = "often", Interval = TimeSpan.FromSeconds(10) });
            await bed.PassAsync(300);
            var before = (await bed.TrailAsync())[0].Count;
            await bed.PassAsync(1800);

            Assert.InRange((await bed.TrailAsync())[0].Count - before, 9, 12);
        });
    }

    [Fact]
    public void Ticks_say_when_they_were_due_and_checks_at_somebodys_wish_do_not()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2) with { Interval = TimeSpan.FromSeconds(10) });
            await bed.PassAsync(35);
            await bed.Pulse.CheckAsync(Some.GroupId, CancellationToken.None);

            var runs = bed.Pulse.History.Of(Some.GroupId, 20);
            Assert.Null(runs[0].DueAt);
            Assert.All(runs.Skip(1).Take(2), run =>
            {
                Assert.Equal("http://127.0.0.1:1", $"http://{run.Where}");
                Assert.InRange(run.StartedAt - run.DueAt!.Value, TimeSpan.FromSeconds(-6), TimeSpan.FromSeconds(1));
                Assert.Equal(CheckOutcome.Idle, run.Outcome);
                Assert.Equal("2 wanted, 2 running: nothing to do", run.Reason);
            });
            Assert.Equal(CheckOutcome.Acted, runs[^1].Outcome);
            Assert.Null(runs[^1].DueAt);
        });
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
            Assert.Contains(await bed.TrailAsync(), activity => activity.Description.StartsWith("boot failure", StringComparison.Ordinal));
        });
    }

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

    [Fact]
    public void A_group_that_somebody_else_acts_on_is_not_looked_at_in_a_hurry()
    {
        var pages = 0;
        _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.Unavailable, "down") };
        _weather.OnPage = () =>
        {
            pages++;
            return CallFate.Good;
        };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(10);
            var state = (await bed.RecordAsync()).State;
            Assert.NotNull(state.NextAttemptAt);
            Assert.NotNull(await bed.Store.TryAcquireLeaseAsync(
                Some.GroupId, "another", state.Fence, bed.Now, TimeSpan.FromMinutes(5), CancellationToken.None));
            pages = 0;
            await bed.PassAsync(120);

            Assert.InRange(pages, 2, 12);
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

    [Fact]
    public void A_check_that_outlasts_its_groups_interval_does_not_have_the_sweep_spin()
    {
        _weather.OnLaunch = _ => new() { Before = TimeSpan.FromSeconds(60) };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(0) with { Interval = TimeSpan.FromSeconds(5) });
            await bed.PassAsync(20);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 1 } });
            await bed.PassAsync(55);

            Assert.Equal(1, bed.Pulse.Status.ChecksInFlight);
            Assert.InRange(bed.Pulse.Status.Sweeps, 1, 20);
        });
    }
}
