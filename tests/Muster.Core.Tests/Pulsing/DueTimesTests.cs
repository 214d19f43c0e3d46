using Muster.Core.Pulsing;

namespace Muster.Core.Tests.Pulsing;

public sealed class DueTimesTests
{
    [Theory]
    [InlineData(100, null, 100)]
    [InlineData(100, 50, 100)]
    [InlineData(100, 98, 103)]
    public void A_wake_is_due_at_once_unless_the_last_check_ended_just_now(int now, int? endedAt, int due) =>
        Assert.Equal(Seconds(due), DueTimes.OfWake(Seconds(now), endedAt is { } ended ? Seconds(ended) : null, gap: Seconds(5)));

    [Theory]
    [InlineData(null, 60, null, 60)]
    [InlineData(null, 60, 30, 30)]
    [InlineData(null, 20, 30, 20)]
    [InlineData(null, null, 30, 30)]
    [InlineData(5, 1, 2, 5)]
    public void A_sweep_is_due_with_its_first_group_or_to_be_read_again_or_after_the_wait_of_a_failure(
        int? retryAt, int? first, int? readAgain, int due) =>
        Assert.Equal(Seconds(due), DueTimes.OfSweep(SecondsOrNull(retryAt), SecondsOrNull(first), SecondsOrNull(readAgain)));

    [Fact]
    public void A_sweep_of_which_nothing_rests_is_due_when_a_check_ends() =>
        Assert.Equal(TimeSpan.MaxValue, DueTimes.OfSweep(retryAt: null, first: null, readAgain: null));

    [Theory]
    [InlineData(null, 10, null)]
    [InlineData(12, 10, 12)]
    [InlineData(10, 10, null)]
    [InlineData(8, 10, null)]
    public void A_hint_is_looked_for_again_until_a_look_begins_that_must_show_it(int? shownAt, int lookBeganAt, int? again) =>
        Assert.Equal(SecondsOrNull(again), DueTimes.OfUnseenHint(SecondsOrNull(shownAt), Seconds(lookBeganAt)));

    [Fact]
    public void Groups_of_one_beat_come_along_from_two_fifths_of_their_interval_and_seldom_ones_from_three_quarters()
    {
        Assert.Equal(Seconds(24), DueTimes.Reach(interval: Seconds(40), beat: Seconds(40)));
        Assert.Equal(Seconds(50), DueTimes.Reach(interval: Seconds(200), beat: Seconds(40)));
    }

    [Theory]
    [InlineData(60, 106, false)]
    [InlineData(60, 106.1, true)]
    [InlineData(5, 101, false)]
    [InlineData(5, 101.1, true)]
    public void Late_is_by_more_than_a_tenth_of_the_interval_and_more_than_a_second(double interval, double now, bool isLate) =>
        Assert.Equal(isLate, DueTimes.IsLate(due: Seconds(100), Seconds(interval), Seconds(now)));

    [Fact]
    public void What_nobody_waits_for_is_never_late() =>
        Assert.False(DueTimes.IsLate(due: null, Seconds(5), now: TimeSpan.FromDays(1)));

    [Fact]
    public void The_loop_waits_until_the_next_and_at_most_a_quarter_of_an_hour()
    {
        Assert.Equal(Seconds(7), DueTimes.Until(Seconds(107), now: Seconds(100)));
        Assert.Equal(TimeSpan.FromMinutes(15), DueTimes.Until(TimeSpan.MaxValue, now: Seconds(100)));
        Assert.Equal(TimeSpan.FromMinutes(15), DueTimes.Until(null, now: Seconds(100)));
    }

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(null, 2, 2)]
    [InlineData(2, null, 2)]
    [InlineData(null, null, null)]
    public void The_earlier_of_two_times_wins_and_any_time_wins_over_none(int? a, int? b, int? earlier) =>
        Assert.Equal(SecondsOrNull(earlier), DueTimes.Earlier(SecondsOrNull(a), SecondsOrNull(b)));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan? SecondsOrNull(int? seconds) => seconds is { } some ? Seconds(some) : null;
}
