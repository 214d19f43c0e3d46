using Muster.Core.Groups;
using Muster.Core.Pulsing;

namespace Muster.Core.Tests.Pulsing;

/// <summary>One group's times, without a clock: every method is told what time it is.</summary>
public sealed class KnownGroupTests
{
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(0.1);

    private readonly KnownGroup _group = new(ScheduleBed.Id(1));

    [Fact]
    public void A_group_is_due_an_interval_after_its_check_began_until_the_check_says_otherwise()
    {
        _group.SetInterval(Seconds(20), now: Seconds(0));
        _group.Begin(Seconds(100), awaitedSince: null);
        Assert.Equal(Seconds(120), _group.Due);

        _group.Conclude(ScheduleBed.Idle(1, 20), new(Seconds(19), Alone: null, FollowUps: 0), Seconds(103));

        Assert.Equal(Seconds(122), _group.Due);
    }

    [Fact]
    public void A_shorter_interval_counts_at_once_and_a_longer_one_from_the_next_check()
    {
        _group.Due = Seconds(160);

        _group.SetInterval(Seconds(10), now: Seconds(100));
        Assert.Equal(Seconds(110), _group.Due);

        _group.SetInterval(Seconds(600), now: Seconds(100));
        Assert.Equal(Seconds(110), _group.Due);
    }

    [Fact]
    public void A_group_comes_along_when_it_is_nearly_due_and_rests()
    {
        _group.Due = Seconds(136);
        Assert.False(_group.ComesAlong(now: Seconds(99), beat: Group.IntervalDefault));
        Assert.True(_group.ComesAlong(now: Seconds(100), beat: Group.IntervalDefault));

        _group.Begin(Seconds(100), awaitedSince: null);
        Assert.False(_group.ComesAlong(now: Seconds(1000), beat: Group.IntervalDefault));
    }

    [Fact]
    public void A_group_whose_cloud_could_not_be_looked_at_comes_along_with_any_look()
    {
        _group.Begin(Seconds(0), awaitedSince: null);
        _group.Conclude(ScheduleBed.Idle(1) with { Plan = null }, new(Seconds(900), Alone: null, FollowUps: 0), Seconds(1));
        _group.End(Seconds(1), Gap);

        Assert.True(_group.ComesAlong(now: Seconds(2), beat: Group.IntervalDefault));
    }

    [Fact]
    public void A_check_that_nobody_woke_meanwhile_asks_for_no_other()
    {
        _group.Begin(Seconds(100), awaitedSince: null);

        Assert.Null(_group.End(Seconds(101), Gap));
        Assert.Null(_group.Check);
        Assert.Equal(Seconds(101), _group.EndedAt);
    }

    [Fact]
    public void A_wake_during_a_check_asks_for_another_after_a_short_gap()
    {
        _group.Begin(Seconds(100), awaitedSince: null);
        _group.Check!.WakeAgain = true;

        Assert.Equal(Seconds(101.1), _group.End(Seconds(101), Gap));
    }

    [Fact]
    public void A_hint_that_the_listing_need_not_have_shown_asks_for_another_check_until_one_begins_late_enough()
    {
        _group.HintShownAt = Seconds(102);
        _group.Begin(Seconds(100), awaitedSince: null);
        Assert.Equal(Seconds(102), _group.End(Seconds(101), Gap));

        _group.Begin(Seconds(102), awaitedSince: null);
        Assert.Null(_group.End(Seconds(103), Gap));
    }

    [Fact]
    public void A_users_wish_goes_to_the_next_check_and_back_when_that_broke_off()
    {
        _group.IsWished = true;
        _group.Begin(Seconds(100), awaitedSince: null);
        Assert.True(_group.Check!.IsWish);
        Assert.False(_group.IsWished);

        _group.BreakOff(wait: Seconds(90), Seconds(101));

        Assert.True(_group.IsWished);
        Assert.Equal(Seconds(191), _group.Due);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_group_is_followed_until_it_has_settled_and_nobody_woke_it_again(bool isWoken, bool isFollowed)
    {
        _group.IsFollowed = true;
        _group.Begin(Seconds(100), awaitedSince: null);
        _group.Conclude(ScheduleBed.Idle(1), new(Seconds(60), Alone: Seconds(1), FollowUps: 1), Seconds(101));
        Assert.True(_group.IsFollowed);

        _group.Check!.WakeAgain = isWoken;
        _group.Conclude(ScheduleBed.Idle(1), new(Seconds(60), Alone: null, FollowUps: 0), Seconds(102));
        Assert.Equal(isFollowed, _group.IsFollowed);
    }

    [Fact]
    public void A_check_that_could_not_look_does_not_say_whether_the_group_is_below_its_level()
    {
        var below = ScheduleBed.Idle(1) with { Plan = ScheduleBed.PlanOf(level: 2, running: 1) };
        _group.Begin(Seconds(100), awaitedSince: null);
        _group.Conclude(below, new(Seconds(60), Alone: null, FollowUps: 0), Seconds(101));
        Assert.True(_group.IsBelow);

        _group.Conclude(below with { Plan = null }, new(Seconds(60), Alone: null, FollowUps: 0), Seconds(102));
        Assert.True(_group.IsBelow);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
