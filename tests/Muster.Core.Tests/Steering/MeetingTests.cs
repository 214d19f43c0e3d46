using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering;

public sealed class MeetingTests
{
    private static readonly Frame Wide = new(0, 100, null);

    [Fact]
    public void The_highest_wins_for_growing_whoever_is_blind()
    {
        var meeting = Meeting.Of(5, Wide, Wants("cpu", 7), Wants("queue", 9), Blind("lost"), Wants("low", 2));

        Assert.Equal((9, "queue", "queue: so", true), (meeting.Wanted, meeting.Winner, meeting.Conclusion, meeting.Moves));
    }

    [Fact]
    public void It_shrinks_to_the_highest_of_all() =>
        Assert.Equal((4, "queue"), Result(Meeting.Of(5, Wide, Wants("cpu", 3), Wants("queue", 4), Content("alarm"))));

    [Fact]
    public void Nobody_shrinks_while_one_that_is_followed_is_blind()
    {
        Assert.Equal((5, "lost"), Result(Meeting.Of(5, Wide, Wants("cpu", 3), Blind("lost"))));
        Assert.Equal((3, "cpu"), Result(Meeting.Of(5, Wide, Wants("cpu", 3), Blind("lost") with { Mode = PolicyMode.Recommend })));
    }

    [Fact]
    public void One_that_only_grows_is_a_floor_and_never_asks_for_fewer()
    {
        var night = Wants("night", 4) with { Mode = PolicyMode.GrowOnly };

        Assert.Equal((4, "night"), Result(Meeting.Of(5, Wide, Wants("cpu", 3), night)));
        Assert.Equal((5, "night"), Result(Meeting.Of(5, Wide, night)));
        Assert.Equal((6, "night"), Result(Meeting.Of(5, Wide, Wants("night", 6) with { Mode = PolicyMode.GrowOnly })));
    }

    [Fact]
    public void One_that_has_what_it_needs_keeps_the_others_from_taking_it() =>
        Assert.Equal((5, "cpu"), Result(Meeting.Of(5, Wide, Wants("cpu", 5), Wants("queue", 0))));

    [Fact]
    public void What_is_content_only_recommended_or_off_moves_nothing()
    {
        Assert.Equal((5, null), Result(Meeting.Of(5, Wide)));
        Assert.Equal((5, null), Result(Meeting.Of(5, Wide, Content("a"), Wants("b", 9) with { Mode = PolicyMode.Recommend })));
        Assert.Equal((5, null), Result(Meeting.Of(5, Wide, Wants("b", 9) with { Mode = PolicyMode.Off })));
    }

    [Fact]
    public void A_frame_bounds_what_comes_out_and_says_so()
    {
        var meeting = Meeting.Of(5, new(2, 6, 3), Wants("cpu", 9));
        Assert.Equal((6, "so, and at most 6 are allowed"), (meeting.Wanted, meeting.Reason));
        Assert.Equal(3, Meeting.Of(5, new(2, 6, 3), Wants("cpu", 0)).Wanted);
        Assert.False(Meeting.Of(6, new(2, 6, 3), Wants("cpu", 9)).Moves);
    }

    [Fact]
    public void A_move_is_remembered_of_those_that_asked_for_it_and_only_if_it_was_made()
    {
        var after = new PolicyMemory { MovedAt = Some.Now, MovedTo = 7 };
        var (cpu, low, floor) = (Wants("cpu", 7), Wants("low", 2), Wants("floor", 2) with { Mode = PolicyMode.GrowOnly });

        var grown = Meeting.Of(5, Wide, cpu, Wants("queue", 9), low);
        Assert.Equal(after, grown.Remember(cpu, PolicyMemory.None, after));
        Assert.Equal(PolicyMemory.None, grown.Remember(low, PolicyMemory.None, after));
        Assert.Equal(PolicyMemory.None, Meeting.Of(5, new(0, 5, null), cpu).Remember(cpu, PolicyMemory.None, after));
        Assert.Equal(PolicyMemory.None, Meeting.Of(5, Wide, low, floor).Remember(floor, PolicyMemory.None, after));
        Assert.Equal(after, Meeting.Of(5, Wide, low, floor).Remember(low, PolicyMemory.None, after));
    }

    private static (int Wanted, string? Winner) Result(Meeting meeting) => (meeting.Wanted, meeting.Winner);

    private static Voice Wants(string name, int count) => new(name, PolicyMode.On, new Recommendation.Wants(count) { Reason = "so" });

    private static Voice Content(string name) => new(name, PolicyMode.On, new Recommendation.Content { Reason = "fine" });

    private static Voice Blind(string name) => new(name, PolicyMode.On, new Recommendation.Blind { Reason = "dark" });
}
