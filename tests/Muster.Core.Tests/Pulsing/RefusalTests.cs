using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>What a refusal costs: its own launch or instance, and nothing else.</summary>
public sealed class RefusalTests
{
    private static readonly CallFate Protected = new() { Refusal = new(CloudErrorKind.InvalidRequest, "protected from deletion") };

    private readonly Weather _weather = new();

    [Fact]
    public void Launches_that_were_refused_do_not_count_for_the_hour()
    {
        _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.Unavailable, "down") };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3) with { Brakes = new() { LaunchesPerHourMax = 6 } });
            await bed.PassAsync(9);
            _weather.OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(60);

            Assert.True(_weather.Launches > 6, $"{_weather.Launches} calls");
            Assert.Equal(3, bed.Alive.Count());
            Assert.Equal(3, (await bed.RecordAsync()).State.Launched.At(bed.Now));
        });
    }

    [Fact]
    public void Launches_that_were_planned_and_never_called_do_not_count_for_the_hour()
    {
        _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.Unavailable, "down") };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(100));
            await bed.PassAsync(240);
            Assert.Equal(0, (await bed.RecordAsync()).State.Launched.At(bed.Now));

            _weather.OnLaunch = _ => CallFate.Good;
            await bed.PassAsync(330);
            Assert.Equal(100, bed.Alive.Count());
        });
    }

    [Fact]
    public void A_launch_in_doubt_stays_spent()
    {
        _weather.OnLaunch = _ =>
            _weather.Launches == 1 ? new() { Refusal = new(CloudErrorKind.Ambiguous, "connection reset") } : CallFate.Good;
        var bed = new EngineBed(EngineBed.Traits with { LaunchTokens = false }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2) with { Brakes = new() { LaunchesInFlightMax = 1 } });
            await bed.PassAsync(60);

            Assert.Equal(2, (await bed.RecordAsync()).State.Launched.At(bed.Now));
            Assert.Single(bed.Alive);
        });
    }

    [Fact]
    public void Terminations_that_were_refused_do_not_count_for_the_hour()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(30) with { Brakes = new() { TerminationsPerHourMax = 40 } });
            await bed.PassAsync(60);
            var stubborn = bed.Cloud.Instances[0].Id;
            _weather.OnTerminateOf = instance => instance == stubborn ? Protected : null;
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(600);

            Assert.Equal(3, bed.Alive.Count());
            Assert.Equal(27, (await bed.RecordAsync()).State.Terminated.At(bed.Now));
        });
    }

    [Theory]
    [InlineData(CloudErrorKind.InvalidRequest)]
    [InlineData(CloudErrorKind.QuotaExceeded)]
    [InlineData(CloudErrorKind.NotFound)]
    [InlineData(CloudErrorKind.Ambiguous)]
    public void One_that_refuses_to_end_holds_up_no_other(CloudErrorKind kind)
    {
        var bed = new EngineBed(EngineBed.Traits with { WritesPerSecond = 5, Burst = 5 }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(62));
            await bed.PassAsync(60);
            var stubborn = bed.Cloud.Instances[0].Id;
            _weather.OnTerminateOf = instance => instance == stubborn ? new() { Refusal = new(kind, "no") } : null;
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(14);

            Assert.Equal(3, bed.Alive.Count());
        });
    }

    [Fact]
    public void A_dead_one_that_refuses_to_end_holds_up_no_launch()
    {
        _weather.Lives = [new(TimeSpan.Zero, InstanceState.Running), new(TimeSpan.FromMinutes(2), InstanceState.Failed)];
        var bed = new EngineBed(EngineBed.Traits with { WritesPerSecond = 5, Burst = 5 }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(5);
            var stubborn = bed.Cloud.Instances[0].Id;
            _weather.Lives = [new(TimeSpan.Zero, InstanceState.Running)];
            _weather.OnTerminateOf = instance => instance == stubborn ? Protected : null;
            await bed.PassAsync(300);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 41 } });
            await bed.PassAsync(9);

            Assert.Equal(41, bed.Alive.Count());
        });
    }

    [Fact]
    public void A_bad_template_stops_no_termination()
    {
        var bed = new EngineBed(EngineBed.Traits with { WritesPerSecond = 5, Burst = 5 }, _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(30));
            await bed.PassAsync(60);
            _weather.OnLaunch = _ => new() { Refusal = new(CloudErrorKind.InvalidRequest, "no such image") };
            foreach (var instance in bed.Cloud.Instances.Take(12))
            {
                bed.Cloud.Turn(instance, new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            }

            bed.Pulse.Wake(Some.GroupId);
            await bed.PassAsync(10);

            Assert.Equal(18, bed.Cloud.Instances.Count(instance => instance.StateAt(bed.Now) is not null));
            Assert.Equal(GroupCondition.Degraded, (await bed.RecordAsync()).State.Condition);
        });
    }

    [Fact]
    public void One_that_refuses_to_end_is_named_asked_ever_less_often_and_told_of_once()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3) with { Interval = TimeSpan.FromSeconds(5) });
            await bed.PassAsync(60);
            var stubborn = bed.Cloud.Instances[0];
            var before = (await bed.TrailAsync()).Length;
            _weather.OnTerminateOf = instance => instance == stubborn.Id ? Protected : null;
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(300);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains($"{stubborn.Name} does not end: refused: protected from deletion", state.Reason, StringComparison.Ordinal);
            Assert.Equal(3, bed.Alive.Count());
            Assert.InRange(_weather.Terminations.Count, 4, 7);
            Assert.InRange((await bed.TrailAsync()).Length - before, 2, 5);

            // Nothing but its own memory knows how often: idle checks in between reset nothing.
            Assert.Equal(_weather.Terminations.Count, Assert.Single(state.RecentTerminations).Failures);

            _weather.OnTerminateOf = _ => null;
            await bed.PassAsync(900);
            Assert.Equal(2, bed.Alive.Count());
            Assert.Equal(GroupCondition.Healthy, (await bed.RecordAsync()).State.Condition);
            Assert.Contains(
                await bed.TrailAsync(),
                activity => activity is { Type: ActivityType.Terminate, Status: ActivityStatus.Succeeded }
                    && activity.Instance == stubborn.Id);
        });
    }

    [Fact]
    public void A_person_who_changes_the_group_has_one_that_refused_asked_at_once()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2));
            await bed.PassAsync(60);
            _weather.OnTerminateOf = _ => Protected;
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 1 } });
            await bed.PassAsync(1800);
            _weather.OnTerminateOf = _ => null;
            await bed.ChangeAsync(group => group);
            await bed.PassAsync(1);

            Assert.Single(bed.Alive);
        });
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void One_whose_end_has_no_effect_degrades_its_group_after_a_minute_and_is_told_of_once(int interval)
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3) with { Interval = TimeSpan.FromSeconds(interval) });
            await bed.PassAsync(60);
            var inert = bed.Cloud.Instances[0];
            var before = (await bed.TrailAsync()).Length;
            _weather.OnTerminateOf = instance => instance == inert.Id ? new() { IsInert = true } : null;
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(10);
            Assert.NotEqual(GroupCondition.Healthy, (await bed.RecordAsync()).State.Condition);

            await bed.PassAsync(120);
            var state = (await bed.RecordAsync()).State;
            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains(
                $"{inert.Name} does not end: the cloud took the order, and it is still running", state.Reason, StringComparison.Ordinal);

            await bed.PassAsync(3 * 3600);
            var trail = (await bed.TrailAsync()).ToList();
            Assert.Equal(GroupCondition.Degraded, (await bed.RecordAsync()).State.Condition);
            Assert.Single(trail, activity => activity is { Type: ActivityType.Terminate, Status: ActivityStatus.Succeeded });
            Assert.InRange(trail.Count - before, 2, 10);
            Assert.InRange(_weather.Terminations.Count, 5, 20);

            _weather.OnTerminateOf = _ => null;
            await bed.PassAsync(1800);
            Assert.Equal(2, bed.Alive.Count());
            Assert.Equal(GroupCondition.Healthy, (await bed.RecordAsync()).State.Condition);
        });
    }

    [Fact]
    public void One_whose_end_comes_to_nothing_known_is_named_and_asked_ever_less_often()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3) with { Interval = TimeSpan.FromSeconds(5) });
            await bed.PassAsync(60);
            var before = (await bed.TrailAsync()).Length;
            _weather.OnTerminate = () => new() { Refusal = new(CloudErrorKind.Ambiguous, "terminate ended with 1") };
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 2 } });
            await bed.PassAsync(300);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains("does not end: outcome unknown: terminate ended with 1", state.Reason, StringComparison.Ordinal);
            Assert.Single(_weather.Terminations.Distinct());
            Assert.InRange(_weather.Terminations.Count, 3, 8);
            Assert.InRange((await bed.TrailAsync()).Length - before, 2, 8);
        });
    }

    [Fact]
    public void One_that_does_not_end_costs_no_other_its_place()
    {
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(4));
            await bed.PassAsync(60);
            _weather.OnTerminate = () => new() { IsInert = true };
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 3 } });
            await bed.PassAsync(1000);
            await bed.ChangeAsync(group => group with { ScaleIn = ScaleInOrder.Newest });
            await bed.PassAsync(20);

            Assert.Single(_weather.Terminations.Distinct());
        });
    }

    [Fact]
    public void A_repeated_launch_goes_out_as_it_was_written_down()
    {
        var requests = new List<LaunchRequest>();
        _weather.OnLaunch = request =>
        {
            requests.Add(request);
            return requests.Count == 1 ? new() { Refusal = new(CloudErrorKind.Ambiguous, "connection reset") } : CallFate.Good;
        };
        var other = Some.Template() with { Id = new(Some.Id(555)), Name = "web-2", Image = "another-image" };
        var bed = new EngineBed(weather: _weather);
        bed.Run(async () =>
        {
            await bed.Store.AddTemplateAsync(other, CancellationToken.None);
            await bed.AddAsync(Some.Group(1));
            await bed.PassAsync(0.2);
            await bed.ChangeAsync(group => group with { Template = other.Id, Name = "renamed", Revision = group.Revision + 1 });
            await bed.Store.ArchiveTemplateAsync(Some.TemplateId, bed.Now, CancellationToken.None);
            await bed.PassAsync(30);

            Assert.Equal(2, requests.Count);
            Assert.True(requests[1].IsRepeat);
            Assert.Equal(requests[0].Template.Id, requests[1].Template.Id);
            Assert.Equal("an-image", requests[1].Template.Image);
            Assert.Equal(requests[0].Name, requests[1].Name);
            Assert.Equal(requests[0].Tags, requests[1].Tags);
            Assert.Single(bed.Alive);
        });
    }
}
