namespace Muster.Core.Tests.Pulsing;

/// <summary>Which groups a sweep checks, and when it comes again.</summary>
public sealed class RunningSweepsTests : IDisposable
{
    private readonly ScheduleBed _bed = new();

    public RunningSweepsTests() => _bed.Hold();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_sweep_comes_again_with_the_first_of_its_groups_and_takes_those_along_that_are_nearly_due()
    {
        _bed.RunSweep(1);
        _bed.Pass(30);
        Assert.Null(_bed.Schedule.Checks.TryBegin(ScheduleBed.Id(2)));
        _bed.Schedule.Sweeps.Place(ScheduleBed.Record(2));
        _bed.Schedule.Checks.End(ScheduleBed.Id(2), ScheduleBed.Idle(2), failedFor: null);
        Assert.Equal(TimeSpan.FromSeconds(30), _bed.Schedule.Due.Take().Next);

        _bed.Pass(30);
        _bed.Hold();

        _bed.BeginSweep(1, 2);
    }

    [Fact]
    public void A_sweep_that_is_not_surely_held_begins_nothing()
    {
        var sweep = _bed.TakeSweep();
        _bed.Pass(ScheduleBed.LeaseDuration.TotalSeconds * 0.8);

        Assert.Empty(_bed.Schedule.RunningSweeps.Begin(sweep, [ScheduleBed.Record(1)]));
    }

    [Fact]
    public void A_group_that_the_store_does_not_list_any_more_is_forgotten()
    {
        _bed.RunSweep(1, 2);
        _bed.Pass(60);
        _bed.Hold();

        _bed.RunSweep(2);

        Assert.Equal(1, _bed.Status.Groups);
    }

    [Fact]
    public void A_user_takes_a_group_back_from_a_sweep_that_only_looks_so_far()
    {
        var sweep = _bed.BeginSweep(1, 2);
        _bed.Schedule.Wakes.Wake(ScheduleBed.Id(1));

        var kept = _bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1), ScheduleBed.Record(2)]);

        Assert.Equal(ScheduleBed.Id(2), Assert.Single(kept).Group.Id);
        _bed.Pass(0.1);
        Assert.Equal([ScheduleBed.Id(1)], _bed.Schedule.Due.Take().Groups);
    }

    [Fact]
    public void A_user_takes_nothing_back_from_a_sweep_that_has_looked()
    {
        var sweep = _bed.BeginSweep(1);
        Assert.Single(_bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]));
        Assert.Empty(_bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]));

        _bed.Schedule.Wakes.Wake(ScheduleBed.Id(1));

        _bed.Pass(1);
        Assert.Empty(_bed.Schedule.Due.Take().Groups);
    }

    [Fact]
    public void Groups_that_a_sweep_did_not_record_are_tried_again_with_it()
    {
        var sweep = _bed.BeginSweep(1);
        _bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]);

        _bed.Schedule.RunningSweeps.End(sweep, [ScheduleBed.Id(1)], retryIn: TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), _bed.Schedule.Due.Take().Next);
        _bed.Pass(2);
        _bed.BeginSweep(1);
    }

    [Fact]
    public void A_group_that_is_still_being_checked_does_not_bring_the_sweep_back()
    {
        var sweep = _bed.BeginSweep(1);
        _bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]);
        _bed.Schedule.RunningSweeps.End(sweep, [], retryIn: null);
        _bed.Pass(600);
        _bed.Hold();
        Assert.Empty(_bed.Schedule.Due.Take().Runs);

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);

        Assert.Equal(TimeSpan.FromSeconds(60), _bed.Schedule.Due.Take().Next);
    }

    [Fact]
    public void A_sweep_without_groups_is_read_again_within_a_lease()
    {
        _bed.RunSweep();

        Assert.Equal(ScheduleBed.LeaseDuration, _bed.Schedule.Due.Take().Next);
    }

    [Fact]
    public void A_sweep_and_its_groups_are_late_when_the_right_to_call_comes_late()
    {
        _bed.RunSweep(1, 2);
        _bed.Pass(60);
        _bed.Hold();
        var sweep = _bed.BeginSweep(1, 2);
        _bed.Pass(7);

        _bed.Schedule.RunningSweeps.OnTurn(sweep, [ScheduleBed.Id(1), ScheduleBed.Id(2)]);

        Assert.Equal((1, 2), (_bed.Status.SweepsLate, _bed.Status.ChecksLate));
    }
}
