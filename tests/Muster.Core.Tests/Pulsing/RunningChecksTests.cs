namespace Muster.Core.Tests.Pulsing;

/// <summary>Never two checks of one group at once; and a group that nobody here looks at again is forgotten.</summary>
public sealed class RunningChecksTests : IDisposable
{
    private readonly ScheduleBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_second_check_of_a_group_waits_for_the_first()
    {
        Assert.Null(_bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1)));
        var running = _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        Assert.False(running!.IsCompleted);

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);

        await running;
        Assert.Null(_bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1)));
        Assert.Equal(1, _bed.Status.ChecksInFlight);
    }

    [Fact]
    public void A_sweep_leaves_out_a_group_that_is_being_checked()
    {
        _bed.Hold();
        Assert.Null(_bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1)));

        var begun = _bed.Schedule.RunningSweeps.Begin(_bed.TakeSweep(), [ScheduleBed.Record(1), ScheduleBed.Record(2)]);

        Assert.Equal(ScheduleBed.Id(2), Assert.Single(begun).Group.Id);
    }

    [Fact]
    public void A_group_that_another_server_keeps_is_forgotten_when_it_has_settled()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        Assert.False(_bed.Schedule.Sweeps.Place(ScheduleBed.Record(1)));
        Assert.Equal(1, _bed.Status.Groups);

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);

        Assert.Equal(0, _bed.Status.Groups);
    }

    [Fact]
    public void A_group_that_another_server_keeps_is_followed_here_until_it_has_settled()
    {
        var onItsWay = ScheduleBed.Idle(1) with { State = new() { Group = ScheduleBed.Id(1), Counts = new() { Provisioning = 1 } } };
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), onItsWay, failedFor: null);

        Assert.Equal(TimeSpan.FromSeconds(1), _bed.Schedule.Due.Take().Next);
        _bed.Pass(1);
        Assert.Equal([ScheduleBed.Id(1)], _bed.Schedule.Due.Take().Groups);
    }

    [Fact]
    public void An_archived_group_is_forgotten_though_its_sweep_is_held()
    {
        _bed.Hold();
        var sweep = _bed.BeginSweep(1);
        _bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]);

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1) with { ArchivedAt = Support.Some.Now }, failedFor: null);

        Assert.Equal(0, _bed.Status.Groups);
    }

    [Fact]
    public void A_check_that_failed_as_a_whole_is_tried_again_when_its_wait_is_over()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), report: null, failedFor: TimeSpan.FromSeconds(3));

        _bed.Pass(2.9);
        Assert.Empty(_bed.Schedule.Due.Take().Groups);
        _bed.Pass(0.1);
        Assert.Equal([ScheduleBed.Id(1)], _bed.Schedule.Due.Take().Groups);
        Assert.True(_bed.Schedule.Checks.IsWish(ScheduleBed.Id(1)));
    }

    // The group was forgotten with the check that was taken back: the new check ran on a group that nobody knew, and never ended for those
    // who waited.
    [Fact]
    public async Task A_check_by_hand_of_a_group_whose_sweep_was_lost_during_its_look_is_known_and_ends()
    {
        var lease = _bed.Hold();
        var sweep = _bed.BeginSweep(1);
        _bed.Schedule.Sweeps.Lose(lease);

        Assert.Null(_bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1)));

        Assert.Empty(_bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]));
        Assert.Equal(1, _bed.Status.ChecksInFlight);
        var running = _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);
        await running!;
        Assert.Equal(0, _bed.Status.ChecksInFlight);
    }

    [Fact]
    public void A_check_knows_when_it_was_due_and_how_long_it_has_taken()
    {
        _bed.Hold();
        _bed.RunSweep(1);
        _bed.Pass(60);
        _bed.Hold();
        var dueAt = Support.Some.Now.AddSeconds(60);
        _bed.BeginSweep(1);
        _bed.Pass(2);

        Assert.Equal(new(dueAt, dueAt, TimeSpan.FromSeconds(2)), _bed.Schedule.Checks.TimingOf(ScheduleBed.Id(1)));
    }

    [Fact]
    public void A_check_that_a_user_asks_for_was_due_at_no_time()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));

        Assert.Null(_bed.Schedule.Checks.TimingOf(ScheduleBed.Id(1)).DueAt);
    }

    [Fact]
    public void A_check_that_waits_for_the_right_to_call_longer_than_a_tenth_of_its_interval_is_late_once()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        _bed.Pass(5);
        _bed.Schedule.Checks.OnTurn(ScheduleBed.Id(1));
        Assert.Equal(0, _bed.Status.ChecksLate);

        _bed.Pass(20);
        Assert.Equal(0, _bed.Status.ChecksLate);

        _bed.Schedule.Checks.OnWaiting(ScheduleBed.Id(1));
        _bed.Pass(7);
        Assert.Equal(1, _bed.Status.ChecksLate);
        _bed.Pass(7);
        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);
        Assert.Equal(1, _bed.Status.ChecksLate);
    }

    [Fact]
    public void Groups_below_their_level_are_those_of_the_sweeps_that_are_held()
    {
        var lease = _bed.Hold();
        var sweep = _bed.BeginSweep(1, 2);
        _bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1), ScheduleBed.Record(2)]);
        var below = ScheduleBed.Idle(1) with { Plan = ScheduleBed.PlanOf(level: 2, running: 1) };
        _bed.Schedule.Checks.End(ScheduleBed.Id(1), below, failedFor: null);
        _bed.Schedule.Checks.End(ScheduleBed.Id(2), ScheduleBed.Idle(2), failedFor: null);
        Assert.Equal(1, _bed.Schedule.Figures.GroupsBelow);

        _bed.Schedule.Sweeps.Lose(lease);
        Assert.Equal(0, _bed.Schedule.Figures.GroupsBelow);
    }
}
