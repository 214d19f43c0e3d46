using Muster.Core.Steering;
using Muster.Core.Tests.Support;

using static Muster.Core.Tests.Steering.Readings;

namespace Muster.Core.Tests.Steering;

public sealed class TargetTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly PolicyRule.Target Level = new() { Metric = "cpu", Value = 60 };

    [Fact]
    public void Load_beyond_the_target_grows_to_what_it_needs()
    {
        var said = Ask(Level, new Readings().With("cpu", Some.Now, 82, 5).At(5)).Recommendation;

        Assert.Equal((7, "target cpu: 82 of 60 on 5 instances → 7"), (Count(said), said.Reason));
    }

    [Fact]
    public void Launches_in_flight_count_so_it_never_grows_twice_for_the_same_load() =>
        Assert.Equal(7, Count(Ask(Level, new Readings().With("cpu", Some.Now, 82, 5).At(7, running: 5)).Recommendation));

    [Fact]
    public void One_number_for_all_is_the_mean_of_those_that_run() =>
        Assert.Equal(7, Count(Ask(Level, new Readings().With("cpu", Some.Now, 82).At(5)).Recommendation));

    [Fact]
    public void One_number_for_all_says_nothing_of_those_that_came_up_since()
    {
        var pushed = Some.Now.AddMinutes(-2);
        var readings = new Readings().With("cpu", pushed, 91);
        foreach (var (ago, up) in new[] { (150, 2), (120, 2), (90, 4), (0, 4) })
        {
            readings.With("@running", Some.Now.AddSeconds(-ago), up);
        }

        var said = Ask(Level, readings.At(4)).Recommendation;

        Assert.Equal((4, "target cpu: 91 of 60 on 2 instances: enough"), (Count(said), said.Reason));
    }

    [Fact]
    public void A_sum_is_shared_by_the_target() => Assert.Equal(
        6, Count(Ask(Level with { IsTotal = true }, new Readings().With("cpu", Some.Now, 340).At(1)).Recommendation));

    [Theory]
    [InlineData(65, 5)]
    [InlineData(67, 6)]
    [InlineData(55, 5)]
    public void Within_the_tolerance_nothing_is_done(double value, int count) =>
        Assert.Equal(count, Count(Ask(Level, Steady("cpu", value, Long, 5).At(5)).Recommendation));

    [Fact]
    public void Readings_that_never_join_on_are_told_since_no_window_is_ever_whole()
    {
        var readings = new Readings().With("cpu", Some.Now.AddMinutes(-4), 20, 5).With("cpu", Some.Now, 20, 5);

        Assert.Equal(
            "target cpu: 20 of 60 on 5 instances → 2, once that has been enough for 5m; "
                + "the last two readings are 4m apart, and max_age is 1m",
            Ask(Level with { MaxAge = TimeSpan.FromMinutes(1) }, readings.At(5)).Recommendation.Reason);
    }

    [Fact]
    public void It_shrinks_to_the_highest_of_the_window_and_only_once_that_is_whole()
    {
        Assert.Equal(2, Count(Ask(Level, Steady("cpu", 20, Long, 5).At(5)).Recommendation));

        var young = Ask(Level, Steady("cpu", 20, TimeSpan.FromMinutes(4), 5).At(5)).Recommendation;
        Assert.Equal((5, "target cpu: 20 of 60 on 5 instances → 2, once that has been enough for 5m"), (Count(young), young.Reason));

        var peak = new Readings();
        for (var second = 600; second >= 0; second -= 15)
        {
            peak.With("cpu", Some.Now.AddSeconds(-second), second == 120 ? 40 : 20, 5);
        }

        Assert.Equal(4, Count(Ask(Level, peak.At(5)).Recommendation));
    }

    [Fact]
    public void A_step_is_no_wider_than_it_may_be()
    {
        Assert.Equal(12, Count(Ask(
            Level with { GrowMax = new(20, IsPercent: true) }, new Readings().With("cpu", Some.Now, 120, 10).At(10)).Recommendation));
        Assert.Equal(9, Count(Ask(Level with { ShrinkMax = new(1, IsPercent: false) }, Steady("cpu", 5, Long, 10).At(10)).Recommendation));
    }

    [Fact]
    public void Those_that_a_reading_does_not_cover_count_as_busy_where_it_would_shrink() =>
        Assert.Equal(5, Count(Ask(Level, Steady("cpu", 20, Long, 1).At(5)).Recommendation));

    [Fact]
    public void Those_that_warm_up_are_left_out_where_it_would_grow()
    {
        var warming = new Readings();
        for (var second = 600; second >= 0; second -= 15)
        {
            warming.With("cpu", Some.Now.AddSeconds(-second), 71, second > 30 ? 5 : 7);
        }

        Assert.Equal(7, Count(Ask(Level, warming.At(7, boot: TimeSpan.FromMinutes(2))).Recommendation));
        Assert.Equal(9, Count(Ask(Level with { Warmup = TimeSpan.Zero }, warming.At(7, boot: TimeSpan.FromMinutes(2))).Recommendation));
    }

    [Fact]
    public void A_mean_keeps_one_and_brings_nothing_back_from_zero()
    {
        Assert.Equal(1, Count(Ask(Level, Steady("cpu", 0, Long, 5).At(5)).Recommendation));
        Assert.IsType<Recommendation.Content>(Ask(Level, Steady("cpu", 82, Long, 5).At(0, running: 5)).Recommendation);
        Assert.Equal(0, Count(Ask(Level with { IsTotal = true }, Steady("cpu", 0, Long).At(5)).Recommendation));
        Assert.Equal(1, Count(Ask(Level with { IsTotal = true }, Steady("cpu", 1, Long).At(0)).Recommendation));
    }

    [Fact]
    public void Nothing_is_recommended_from_what_is_below_zero_or_no_number()
    {
        Assert.IsType<Recommendation.Blind>(Ask(Level, Steady("cpu", -1, Long, 5).At(5)).Recommendation);
        Assert.IsType<Recommendation.Blind>(Ask(Level, Steady("cpu", double.PositiveInfinity, Long, 5).At(5)).Recommendation);
    }

    [Fact]
    public void The_largest_number_there_is_overflows_nothing() => Assert.Equal(
        int.MaxValue, Count(Ask(Level with { Value = double.Epsilon }, Steady("cpu", double.MaxValue, Long, int.MaxValue).At(5))
            .Recommendation));

    private static int Count(Recommendation said) => Assert.IsType<Recommendation.Wants>(said).Count;
}
