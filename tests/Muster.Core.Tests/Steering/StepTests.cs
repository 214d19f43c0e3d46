using Muster.Core.Steering;
using Muster.Core.Tests.Support;

using static Muster.Core.Tests.Steering.Readings;

namespace Muster.Core.Tests.Steering;

public sealed class StepTests
{
    private static readonly PolicyRule.Step Alarm = new()
    {
        Metric = "cpu",
        IsAbove = true,
        Threshold = 80,
        For = TimeSpan.FromMinutes(5),
        Steps = [new(0, null, new(AdjustmentKind.Percent, 30))],
    };

    [Fact]
    public void A_breach_that_has_held_adds_its_part()
    {
        var (said, memory) = Ask(Alarm, Steady("cpu", 82, TimeSpan.FromMinutes(5)).At(10));

        var wants = Assert.IsType<Recommendation.Wants>(said);
        Assert.Equal((13, "cpu: 82, above 80 for 5m → 13 (+30% of 10)"), (wants.Count, wants.Reason));
        Assert.Equal((Some.Now, 13), (memory.MovedAt, memory.MovedTo));
    }

    [Theory]
    [InlineData(80, 5)]
    [InlineData(82, 4)]
    public void What_is_no_breach_or_has_not_held_asks_for_nothing(double value, int minutes) =>
        Assert.IsType<Recommendation.Content>(Ask(Alarm, Steady("cpu", value, TimeSpan.FromMinutes(minutes)).At(10)).Recommendation);

    [Fact]
    public void One_reading_below_begins_the_breach_anew()
    {
        var readings = new Readings();
        for (var second = 360; second >= 0; second -= 15)
        {
            readings.With("cpu", Some.Now.AddSeconds(-second), second == 120 ? 70 : 90);
        }

        Assert.Equal("cpu: 90, above 80 for 1m45s of 5m", Ask(Alarm, readings.At(10)).Recommendation.Reason);
    }

    [Fact]
    public void A_breach_does_not_hold_over_a_gap_and_one_old_reading_is_none()
    {
        var gap = new Readings().With("cpu", Some.Now.AddMinutes(-6), 90).With("cpu", Some.Now, 90);
        Assert.IsType<Recommendation.Content>(Ask(Alarm, gap.At(10)).Recommendation);

        var old = new Readings().With("cpu", Some.Now.AddMinutes(-5), 90);
        Assert.IsType<Recommendation.Content>(Ask(Alarm, old.At(10)).Recommendation);
    }

    [Fact]
    public void Readings_that_never_join_on_are_told_since_no_breach_ever_holds()
    {
        var readings = new Readings();
        for (var minute = 10; minute >= 0; minute--)
        {
            readings.With("cpu", Some.Now.AddMinutes(-minute), 90);
        }

        Assert.Equal(
            "cpu: 90, above 80 for 0s of 5m; the last two readings are 1m apart, and max_age is 30s",
            Ask(Alarm with { MaxAge = TimeSpan.FromSeconds(30) }, readings.At(10)).Recommendation.Reason);
        Assert.Equal(13, Assert.IsType<Recommendation.Wants>(
            Ask(Alarm with { MaxAge = TimeSpan.FromSeconds(45) }, readings.At(10)).Recommendation).Count);
    }

    [Fact]
    public void A_breach_holds_also_where_rounds_are_a_little_further_apart_than_a_reading_is_believed_for()
    {
        var readings = new Readings();
        for (var second = 360.0; second >= 0; second -= 15.003)
        {
            readings.With("cpu", Some.Now.AddSeconds(-second), 90);
        }

        var rule = Alarm with { MaxAge = TimeSpan.FromSeconds(15) };
        Assert.Equal(13, Assert.IsType<Recommendation.Wants>(Ask(rule, readings.At(10)).Recommendation).Count);
    }

    [Fact]
    public void Without_a_reading_it_is_blind_and_says_for_how_long()
    {
        Assert.Equal("no reading of cpu yet: nothing shrinks", Blind(new()));
        Assert.Equal("no reading of cpu for 12m: nothing shrinks", Blind(new Readings().With("cpu", Some.Now.AddMinutes(-12), 90)));
        Assert.Equal("no reading of cpu yet: nothing shrinks", Blind(new Readings().With("cpu", Some.Now.AddMinutes(1), 90)));
        Assert.Equal("no reading of cpu yet: nothing shrinks", Blind(new Readings().With("cpu", Some.Now, double.NaN)));

        static string Blind(Readings readings) =>
            Assert.IsType<Recommendation.Blind>(Ask(Alarm, readings.At(10)).Recommendation).Reason;
    }

    [Fact]
    public void While_it_cools_down_a_breach_keeps_the_level_and_asks_for_no_more()
    {
        var memory = new PolicyMemory { MovedAt = Some.Now.AddMinutes(-1), MovedTo = 13 };
        var readings = Steady("cpu", 90, TimeSpan.FromMinutes(10));

        Assert.Equal(13, Assert.IsType<Recommendation.Wants>(Ask(Alarm, readings.At(13, memory: memory)).Recommendation).Count);
        var later = memory with { MovedAt = Some.Now.AddMinutes(-5) };
        Assert.Equal(16, Assert.IsType<Recommendation.Wants>(Ask(Alarm, readings.At(13, memory: later)).Recommendation).Count);
    }

    [Fact]
    public void A_clock_that_was_wrong_does_not_silence_it_for_longer_than_it_cools_down()
    {
        var memory = new PolicyMemory { MovedAt = Some.Now.AddDays(1), MovedTo = 13 };

        Assert.Equal(16, Assert.IsType<Recommendation.Wants>(
            Ask(Alarm, Steady("cpu", 90, TimeSpan.FromMinutes(10)).At(13, memory: memory)).Recommendation).Count);
    }

    [Theory]
    [InlineData(85, 11)]
    [InlineData(89.9, 11)]
    [InlineData(90, 13)]
    [InlineData(double.MaxValue, 13)]
    public void Steps_go_by_how_far_the_threshold_is_passed(double value, int count)
    {
        var rule = Alarm with
        {
            For = TimeSpan.Zero,
            Steps = [new(0, 10, new(AdjustmentKind.Add, 1)), new(10, null, new(AdjustmentKind.Percent, 30))],
        };

        Assert.Equal(count, Assert.IsType<Recommendation.Wants>(
            Ask(rule, new Readings().With("cpu", Some.Now, value).At(10)).Recommendation).Count);
    }

    [Fact]
    public void Below_a_threshold_it_takes_away_and_while_it_cools_down_it_stands_for_what_it_left()
    {
        var rule = Alarm with { IsAbove = false, Threshold = 20, Steps = [new(0, null, new(AdjustmentKind.Add, -1))] };
        var readings = Steady("cpu", 10, TimeSpan.FromMinutes(5));

        Assert.Equal(9, Assert.IsType<Recommendation.Wants>(Ask(rule, readings.At(10)).Recommendation).Count);
        var memory = new PolicyMemory { MovedAt = Some.Now.AddMinutes(-1), MovedTo = 9 };
        Assert.Equal(9, Assert.IsType<Recommendation.Wants>(Ask(rule, readings.At(9, memory: memory)).Recommendation).Count);
        Assert.IsType<Recommendation.Content>(Ask(rule, readings.At(12, memory: memory)).Recommendation);
    }
}
