using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>When groups are looked at whom nothing hurries.</summary>
public sealed class PulseIntervalTests
{
    private readonly Weather _weather = new();

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
                await bed.AddAsync(Some.Group(1) with
                {
                    Id = new(Some.Id(number)),
                    Name = $"web-{number}",
                    Interval = TimeSpan.FromSeconds(40),
                });
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
