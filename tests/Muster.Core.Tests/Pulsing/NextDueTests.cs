using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Pulsing;

public sealed class NextDueTests : IRandomSource
{
    private static readonly TimeSpan FollowUpMin = TimeSpan.FromMilliseconds(500);

    private double _unit = 0.5;

    [Theory]
    [InlineData(0, 54)]
    [InlineData(0.5, 60)]
    [InlineData(1, 66)]
    public void A_settled_group_is_due_with_its_sweep_after_its_interval_a_tenth_either_way(double unit, double seconds)
    {
        _unit = unit;

        var next = After(ScheduleBed.Idle(1));

        Assert.Equal(seconds, next.Sweep.TotalSeconds, 6);
        Assert.Null(next.Alone);
        Assert.Equal(0, next.FollowUps);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(6, 60)]
    public void A_group_on_its_way_is_followed_up_alone_ever_later_up_to_its_interval(int followUps, double seconds)
    {
        var report = ScheduleBed.Idle(1) with { State = new() { Group = ScheduleBed.Id(1), Counts = new() { Provisioning = 1 } } };

        var next = After(report, followUps);

        Assert.Equal(seconds, next.Alone!.Value.TotalSeconds, 6);
        Assert.Equal(followUps + 1, next.FollowUps);
    }

    [Fact]
    public void A_check_that_acted_is_followed_up_at_once_however_many_went_before()
    {
        var next = After(ScheduleBed.Idle(1) with { Outcome = CheckOutcome.Acted }, followUps: 9);

        Assert.Equal(FollowUpMin, next.Alone);
        Assert.Equal(0, next.FollowUps);
    }

    [Theory]
    [InlineData(90, 90)]
    [InlineData(-5, 0)]
    [InlineData(3600, 900)]
    public void A_cloud_that_could_not_be_looked_at_is_looked_at_by_the_sweep_when_the_wait_is_over(int wait, int seconds)
    {
        var report = ScheduleBed.Idle(1) with { Outcome = CheckOutcome.Failed, Plan = null, State = Waiting(wait) };

        var next = After(report);

        Assert.Equal(TimeSpan.FromSeconds(seconds), next.Sweep);
        Assert.Null(next.Alone);
    }

    [Fact]
    public void What_failed_is_tried_again_alone_when_the_wait_is_over()
    {
        var report = ScheduleBed.Idle(1) with
        {
            Outcome = CheckOutcome.Failed,
            State = Waiting(20).WithPlacement(only => only with { FailuresInRow = 1 }),
        };

        Assert.Equal(TimeSpan.FromSeconds(20), After(report).Alone);
    }

    [Fact]
    public void What_failed_for_one_instance_keeps_nobody_from_following_the_others_up()
    {
        var report = ScheduleBed.Idle(1) with { Outcome = CheckOutcome.Acted, State = Waiting(20) };

        Assert.Equal(FollowUpMin, After(report).Alone);
    }

    [Fact]
    public void An_open_breaker_is_waited_for()
    {
        var report = ScheduleBed.Idle(1) with
        {
            Outcome = CheckOutcome.Acted,
            State = Waiting(20).WithPlacement(only => only with { Breaker = new() { ProbeAt = Some.Now.AddSeconds(20) } }) with
            {
                Counts = new() { Running = 1 },
            },
        };

        Assert.Equal(TimeSpan.FromSeconds(20), After(report).Alone);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(-5, 0)]
    [InlineData(3600, 60)]
    public void A_claim_that_ends_is_looked_at_with_the_sweep_and_never_later_than_without_it(int seconds, int sweep)
    {
        var next = After(ScheduleBed.Idle(1) with { ChangesAt = Some.Now.AddSeconds(seconds) });

        Assert.Equal(TimeSpan.FromSeconds(sweep), next.Sweep);
        Assert.Null(next.Alone);
    }

    [Fact]
    public void Who_yielded_to_another_knows_of_no_wait()
    {
        var report = ScheduleBed.Idle(1) with { Outcome = CheckOutcome.Yielded, State = Waiting(-100) };

        Assert.Equal(TimeSpan.FromSeconds(1), After(report).Alone);
    }

    public Guid NextId() => throw new InvalidOperationException("a time has no id");

    public double NextUnit() => _unit;

    private static GroupState Waiting(int seconds) => new() { Group = ScheduleBed.Id(1), NextAttemptAt = Some.Now.AddSeconds(seconds) };

    private NextDue After(CheckReport report, int followUps = 0) => NextDue.After(report, followUps, FollowUpMin, Some.Now, this);
}
