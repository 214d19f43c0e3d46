using Muster.Core.Pulsing;
using Muster.Core.Storage;

namespace Muster.Core.Tests.Pulsing;

public sealed class KnownGroupsTests
{
    private readonly KnownGroups _groups = new();

    [Fact]
    public void Groups_that_are_due_alone_come_in_the_order_in_which_they_are_due()
    {
        _groups.Hurry(_groups.Get(ScheduleBed.Id(1)), Seconds(3));
        _groups.Hurry(_groups.Get(ScheduleBed.Id(2)), Seconds(1));
        _groups.Hurry(_groups.Get(ScheduleBed.Id(3)), Seconds(2));

        Assert.Equal(Seconds(1), _groups.NextAlone);
        Assert.Equal([ScheduleBed.Id(2), ScheduleBed.Id(3)], TakeAlone(Seconds(2)));
        Assert.Equal([ScheduleBed.Id(1)], TakeAlone(Seconds(3)));
        Assert.Null(_groups.NextAlone);
    }

    [Fact]
    public void The_earliest_of_several_times_is_the_one_that_counts_and_the_group_comes_once()
    {
        var group = _groups.Get(ScheduleBed.Id(1));
        _groups.Hurry(group, Seconds(9));
        _groups.Hurry(group, Seconds(5));
        _groups.Hurry(group, Seconds(7));

        Assert.Equal(Seconds(5), group.AloneAt);
        Assert.Equal([group.Id], TakeAlone(Seconds(5)));
        group.Begin(Seconds(5), awaitedSince: null);
        group.End(Seconds(6), TimeSpan.Zero);
        Assert.Empty(TakeAlone(Seconds(10)));
    }

    [Fact]
    public void A_group_that_is_being_checked_or_was_forgotten_does_not_come()
    {
        var busy = _groups.Get(ScheduleBed.Id(1));
        var gone = _groups.Get(ScheduleBed.Id(2));
        _groups.Hurry(busy, Seconds(1));
        _groups.Hurry(gone, Seconds(1));
        busy.Begin(Seconds(0), awaitedSince: null);
        _groups.Remove(gone);
        _groups.Get(ScheduleBed.Id(2));

        Assert.Empty(TakeAlone(Seconds(2)));
    }

    [Fact]
    public void A_group_that_is_put_off_comes_later()
    {
        var group = _groups.Get(ScheduleBed.Id(1));
        _groups.Hurry(group, Seconds(1));
        Assert.True(_groups.TryTakeAlone(Seconds(1), out _));

        _groups.Postpone(group, Seconds(4));

        Assert.Empty(TakeAlone(Seconds(3)));
        Assert.Equal([group.Id], TakeAlone(Seconds(4)));
    }

    [Fact]
    public void A_group_that_moved_to_another_cloud_is_another_sweeps()
    {
        var elsewhere = new SweepKey(ScheduleBed.Sweep.Account, "elsewhere");
        var group = _groups.Get(ScheduleBed.Id(1));
        _groups.Place(group, ScheduleBed.Sweep, Seconds(60), now: Seconds(0));
        _groups.Place(group, elsewhere, Seconds(60), now: Seconds(0));

        Assert.Empty(_groups.Of(ScheduleBed.Sweep));
        Assert.Equal([group], _groups.Of(elsewhere));

        _groups.Remove(group);
        Assert.Empty(_groups.Of(elsewhere));
    }

    [Fact]
    public void Bringing_a_sweep_forward_puts_no_group_off()
    {
        var (soon, late) = (_groups.Get(ScheduleBed.Id(1)), _groups.Get(ScheduleBed.Id(2)));
        foreach (var group in (ReadOnlySpan<KnownGroup>)[soon, late])
        {
            _groups.Place(group, ScheduleBed.Sweep, Seconds(60), now: Seconds(0));
        }

        (soon.Due, late.Due) = (Seconds(2), Seconds(50));
        _groups.BringForward(ScheduleBed.Sweep, Seconds(10));

        Assert.Equal((Seconds(2), Seconds(10)), (soon.Due, late.Due));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private List<GroupId> TakeAlone(TimeSpan now)
    {
        var taken = new List<GroupId>();
        while (_groups.TryTakeAlone(now, out var group))
        {
            taken.Add(group.Id);
        }

        return taken;
    }
}
