using System.Collections.Frozen;
using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Metrics;

namespace Muster.Core.Tests.Metrics;

public sealed class SampleRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SampleLimits Any = new();
    private static readonly GroupId Group = new(new SystemRandomSource().NextId());

    [Fact]
    public void One_value_for_the_group_is_its_reading_now()
    {
        var read = Read(Any, new MetricSample(91));

        Assert.Equal(new Reading(Now, 91), read.Reading);
        Assert.Null(read.Missing);
    }

    [Fact]
    public void Several_instances_come_to_their_mean_as_of_the_oldest_of_them()
    {
        var read = Read(Any, new(10, "a", Now.AddSeconds(-20)), new(20, "b", Now.AddSeconds(-5)), new(60, "c"));

        Assert.Equal(new Reading(Now.AddSeconds(-20), 30, 3), read.Reading);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "the value is infinite, or has more digits than a number can")]
    [InlineData(double.NegativeInfinity, "the value is infinite, or has more digits than a number can")]
    [InlineData(double.NaN, "the value is no number (NaN)")]
    [InlineData(-1, "the value is -1: 0 or more")]
    public void What_no_queue_can_hold_is_no_reading(double value, string why) =>
        Assert.Equal(why, Read(new SampleLimits { AllowsNegative = false }, new MetricSample(value)).Missing);

    [Fact]
    public void A_temperature_may_be_below_zero() => Assert.Equal(-4, Read(Any, new MetricSample(-4)).Reading?.Value);

    [Fact]
    public void A_clock_that_is_a_minute_ahead_is_forgiven_and_one_further_ahead_is_told()
    {
        Assert.Equal(new Reading(Now, 5), Read(Any, new MetricSample(5, null, Now.AddMinutes(1))).Reading);
        Assert.Equal(
            "the value is from the future, by 1m1s: compare the clocks of the source and of this server",
            Read(Any, new MetricSample(5, null, Now.AddSeconds(61))).Missing);
    }

    [Fact]
    public void An_old_value_is_none_and_its_age_is_told()
    {
        Assert.Equal("the newest value is 1h old: at most 1m", Read(Any, new MetricSample(5, null, Now.AddHours(-1))).Missing);
        Assert.Equal(5, Read(Any, new MetricSample(5, null, Now.AddMinutes(-1))).Reading?.Value);
    }

    [Fact]
    public void An_old_value_of_one_instance_leaves_the_others_as_they_are()
    {
        var read = Read(Any, new(10, "a"), new(90, "gone", Now.AddMinutes(-5)), new(double.NaN, "idle"));

        Assert.Equal((new Reading(Now, 10, 1), 2), (read.Reading, read.LeftOut));
    }

    [Fact]
    public void One_infinite_value_among_good_ones_refuses_them_all() => Assert.Equal(
        "the value of the instance b is infinite, or has more digits than a number can",
        Read(Any, new(10, "a"), new(double.PositiveInfinity, "b")).Missing);

    [Fact]
    public void Two_values_for_one_instance_are_refused() =>
        Assert.Equal("the source has two values for the instance a", Read(Any, new(10, "a"), new(20, "a")).Missing);

    [Fact]
    public void Several_values_without_instances_are_refused() =>
        Assert.Equal("the source has 2 values, not all of which name an instance", Read(Any, new(10), new(20, "a")).Missing);

    [Fact]
    public void More_values_than_any_group_has_are_refused() => Assert.Equal(
        "the source has 10001 values for this group: at most 10000",
        Read(Any, [.. Enumerable.Range(0, 10_001).Select(i => new MetricSample(1, $"i{i}"))]).Missing);

    [Fact]
    public void Ten_thousand_values_are_read() => Assert.Equal(
        new Reading(Now, 1, 10_000), Read(Any, [.. Enumerable.Range(0, 10_000).Select(i => new MetricSample(1, $"i{i}"))]).Reading);

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("10.0.0.7:9100")]
    [InlineData("[fe80::7]:9100")]
    [InlineData("web-3")]
    public void Instances_that_warm_up_are_left_out_by_any_of_their_names(string instance)
    {
        var limits = new SampleLimits { Warming = FrozenSet.Create("10.0.0.7", "fe80::7", "web-3") };

        Assert.Equal((new Reading(Now, 80, 1), 1), (Read(limits, new(80, "old"), new(2, instance)).Reading, 1));
        Assert.Equal("every instance that has a value still warms up", Read(limits, new MetricSample(2, instance)).Missing);
    }

    [Fact]
    public void What_the_source_says_is_handed_on()
    {
        Assert.Equal("it rains", SampleRules.Read(new(Group, [], "it rains"), Any, Now).Missing);
        Assert.Equal("the source has no value for this group", Read(Any).Missing);
        Assert.Equal("the source has no value for this group", SampleRules.Read(new(Group, default), Any, Now).Missing);
    }

    [Fact]
    public void An_instance_s_name_cannot_move_a_cursor() =>
        Assert.DoesNotContain('\u001b', Read(Any, new(1, "\u001b[2J"), new(1, "\u001b[2J")).Missing!);

    [Fact]
    public void There_is_either_a_finite_reading_between_least_and_most_or_a_sentence() =>
        Gen.Select(Samples, Gen.Bool).Sample(
            (samples, allowsNegative) =>
            {
                var read = Read(new SampleLimits { AllowsNegative = allowsNegative }, [.. samples]);
                return read.Reading is { } reading
                    ? read.Missing is null && double.IsFinite(reading.Value) && reading.At <= Now
                        && Now - reading.At <= SampleLimits.AgeMaxDefault
                        && reading.Instances <= samples.Length
                        && IsBetween(reading.Value, samples)
                    : read.Missing is { Length: > 0 };
            });

    [Fact]
    public void The_order_of_the_samples_changes_whether_there_is_a_reading_in_no_way() =>
        Samples.Sample(samples =>
        {
            var (one, other) = (Read(Any, [.. samples]), Read(Any, [.. samples.Reverse()]));
            return one.Reading?.Instances == other.Reading?.Instances && one.Reading is null == other.Reading is null;
        });

    private static Gen<MetricSample[]> Samples =>
        Gen.Select(
            Gen.OneOf(
                Gen.Double[-1000, 1000], Gen.Const(double.NaN), Gen.Const(double.PositiveInfinity), Gen.Const(double.MaxValue),
                Gen.Const(-double.MaxValue), Gen.Const(0.0)),
            Gen.Int[0, 8],
            Gen.Int[-90, 70])
        .Select((value, instance, seconds) => new MetricSample(value, instance == 0 ? null : $"i{instance}", Now.AddSeconds(seconds)))
        .Array[0, 6];

    private static bool IsBetween(double value, MetricSample[] samples)
    {
        var finite = samples.Select(sample => sample.Value).Where(double.IsFinite).ToArray();
        var slack = finite.Max(Math.Abs) * 1e-9;
        return value >= finite.Min() - slack && value <= finite.Max() + slack;
    }

    private static SampleReading Read(SampleLimits limits, params ImmutableArray<MetricSample> samples) =>
        SampleRules.Read(new(Group, samples), limits, Now);
}
