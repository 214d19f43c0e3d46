using System.Runtime.CompilerServices;

using Muster.Core.Checks;
using Muster.Core.Pulsing;

namespace Muster.Core.Tests.Pulsing;

public sealed class CheckHistoryTests
{
    private static readonly DateTimeOffset Start = new(2031, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly CheckHistory _history = new() { Where = "http://127.0.0.1:7474" };

    [Fact]
    public void A_run_comes_back_with_where_when_how_late_how_long_and_how_it_ended()
    {
        var told = new List<CheckRun>();
        _history.Told += told.Add;

        _history.Keep(
            Id(1), new(Start, Start.AddSeconds(2), TimeSpan.FromMilliseconds(7)), CheckOutcome.Held, "3 wanted, 2 running: a brake");

        var run = Assert.Single(_history.Of(Id(1), 10));
        Assert.Equal(
            new CheckRun
            {
                Id = run.Id,
                Group = Id(1),
                Where = "http://127.0.0.1:7474",
                DueAt = Start,
                StartedAt = Start.AddSeconds(2),
                Duration = TimeSpan.FromMilliseconds(7),
                Outcome = CheckOutcome.Held,
                Reason = "3 wanted, 2 running: a brake",
            },
            run);
        Assert.Equal(TimeSpan.FromSeconds(2), run.Lateness);
        Assert.Equal([run], told);
        Assert.Empty(_history.Of(Id(2), 10));
    }

    [Fact]
    public void A_run_that_broke_off_and_was_due_at_no_time_says_so()
    {
        _history.Keep(Id(1), new(null, Start, TimeSpan.Zero), outcome: null, "the store is away");

        var run = Assert.Single(_history.Of(Id(1), 10));
        Assert.Null(run.Outcome);
        Assert.Null(run.DueAt);
        Assert.Null(run.Lateness);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(53)]
    public void The_newest_of_a_group_are_kept_newest_first(int count)
    {
        KeepMany(Id(1), count);

        var kept = _history.Of(Id(1), int.MaxValue);

        Assert.Equal(
            Enumerable.Range(0, count).Reverse().Take(CheckHistory.RunsOfGroupMax).Select(i => Start.AddMinutes(i)),
            kept.Select(run => run.StartedAt));
        Assert.Equal(kept.Take(2), _history.Of(Id(1), 2));
        Assert.Equal(kept.Length, kept.Select(run => run.Id).Distinct().Count());
    }

    [Fact]
    public void With_more_groups_than_all_have_room_for_each_keeps_fewer()
    {
        KeepMany(Id(1), 20);
        for (var i = 2; i <= 40_000; i++)
        {
            _history.Keep(Id(i), new(null, Start, TimeSpan.Zero), CheckOutcome.Idle, "");
        }

        KeepMany(Id(1), 20);
        KeepMany(Id(2), 20);

        Assert.Equal(5, _history.Of(Id(1), 20).Length);
        Assert.Equal(5, _history.Of(Id(2), 20).Length);
        Assert.Single(_history.Of(Id(3), 20));
    }

    [Fact]
    public void Groups_that_are_checked_here_no_more_make_room_when_it_is_needed()
    {
        KeepMany(Id(1), 3);
        for (var i = 2; i <= 1025; i++)
        {
            _history.Keep(Id(i), new(null, Start.AddDays(3), TimeSpan.Zero), CheckOutcome.Idle, "");
        }

        Assert.Empty(_history.Of(Id(1), 20));
        Assert.Single(_history.Of(Id(2), 20));
    }

    [Fact]
    public void A_run_takes_the_room_that_the_bound_is_made_for() => Assert.Equal(40, Unsafe.SizeOf<CheckRing.Entry>());

    private void KeepMany(GroupId group, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _history.Keep(group, new(null, Start.AddMinutes(i), TimeSpan.Zero), CheckOutcome.Idle, "nothing to do");
        }
    }

    private static GroupId Id(int number) => new(StableId.From(BitConverter.GetBytes(number)));
}
