using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Backtesting;
using Muster.Core.Metrics;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Tests.Forecasting;

namespace Muster.Core.Tests.Backtesting;

public sealed class BacktestTests
{
    private static readonly Policy Total = Of(new PolicyRule.Target { Metric = "load", Value = 20, IsTotal = true });
    private static readonly Policy Ahead = Of(new PolicyRule.Predictive { Metric = "load", Value = 20, IsTotal = true });

    [Fact]
    public void A_total_is_followed_up_and_down()
    {
        var result = Backtest.Run(Setting(Minutes(40, 40, 200, 200, 40, 40)), [Total]);

        Assert.Equal(2, result.Steps[0].Wanted);
        Assert.Equal(10, result.Highest);
        Assert.Equal(2, result.Steps[^1].Up);
        Assert.Equal((2, 1), (result.Changes, result.Reversals));
        Assert.Contains(result.Steps, step => step.Moved?.StartsWith("policy: target load: 200", StringComparison.Ordinal) is true);
    }

    [Fact]
    public void Until_a_launch_is_up_there_are_too_few()
    {
        var load = Minutes(40, 40, 200, 200, 200);

        Assert.Equal(TimeSpan.FromSeconds(15), TooFewFor(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromMinutes(5), TooFewFor(TimeSpan.FromMinutes(5)));

        TimeSpan? TooFewFor(TimeSpan bootTime) => Backtest.Run(Setting(load) with { BootTime = bootTime }, [Total]).TooFewFor;
    }

    [Fact]
    public void A_mean_is_shared_by_those_that_the_replay_has_up()
    {
        // 90 on two instances is 180 in all: at 60 each that is three, and three have 60 each.
        var result = Backtest.Run(
            Setting([.. Minutes(90, 90, 90, 90).Select(reading => reading with { Instances = 2 })]),
            [Of(new PolicyRule.Target { Metric = "load", Value = 60 })]);

        Assert.Equal(3, result.Steps[^1].Up);
        Assert.Equal(1, result.Changes);
        Assert.All(result.Steps, step => Assert.Equal(180, step.Load));
    }

    [Fact]
    public void A_forecast_has_the_instances_up_before_the_morning()
    {
        var setting = Setting([.. Loads.Readings(Loads.Make("office", 1), 0, 28 * 24)]) with { BootTime = TimeSpan.FromMinutes(20) };

        var (without, with) = (Backtest.Run(setting, [Total]), Backtest.Run(setting, [Total, Ahead with { Name = "ahead" }]));

        Assert.True(with.TooFewFor < without.TooFewFor / 2, $"{with.TooFewFor} with the forecast, {without.TooFewFor} without");
        Assert.True(with.InstanceHours < 1.5 * without.InstanceHours, $"{with.InstanceHours} hours, {without.InstanceHours} without");
    }

    [Fact]
    public void A_schedule_frames_what_the_others_want()
    {
        var office = Of(new PolicyRule.Calendar(new()
        {
            Zone = "UTC",
            Windows = [new("Mon-Fri 08:00-18:00")],
            Inside = new(Min: 3, Max: null, Floor: null),
            Outside = new(Min: null, Max: 0, Floor: null),
        }));

        var result = Backtest.Run(Setting([.. Loads.Readings(Loads.Make("bursts", 1), 0, 48)]), [office]);

        Assert.All(result.Steps, step => Assert.Equal(step.At.Hour is >= 8 and < 18 ? 3 : 0, step.Wanted));
    }

    [Fact]
    public void A_gap_is_told_and_asks_for_nothing()
    {
        var later = Minutes(100, 100).Select(reading => reading with { At = reading.At.AddHours(3) });

        var result = Backtest.Run(Setting([.. Minutes(100, 100, 100), .. later]), [Total]);

        Assert.InRange(result.Unread, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        Assert.Equal(5, result.Steps[^1].Wanted);
    }

    [Fact]
    public void A_policy_that_only_recommends_is_replayed_as_if_it_were_on_and_one_that_is_off_is_not()
    {
        var setting = Setting(Minutes(200, 200));

        Assert.Equal(10, Backtest.Run(setting, [Total with { Mode = PolicyMode.Recommend }]).Highest);
        Assert.Equal(2, Backtest.Run(setting, [Total with { Mode = PolicyMode.Off }]).Highest);
    }

    [Fact]
    public void What_makes_no_sense_is_told_at_once()
    {
        var error = Assert.Throws<InputException>(() => Backtest.Run(
            Setting([]) with { Min = 3, Max = 2, EachCarries = 0 }, [Of(new PolicyRule.Target { Metric = "cpu", Value = 1 })]));

        Assert.Equal(["load", "metric", "min", "each_carries"], error.Errors.Select(one => one.Field));
    }

    [Fact]
    public void The_level_never_leaves_the_bounds_and_a_second_replay_comes_to_the_same() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 6], Gen.Double[-50, 500].Array[1, 40], Gen.Int[0, 3], Gen.Bool).Sample(
        (min, more, values, instances, ahead) =>
        {
            var load = Minutes(values).Select(reading => reading with { Instances = instances });
            var setting = Setting([.. load]) with { Min = min, Max = min + more };
            ImmutableArray<Policy> policies = ahead ? [Total, Ahead with { Name = "ahead" }] : [Total];
            var (one, other) = (Backtest.Run(setting, policies), Backtest.Run(setting, policies));
            return one.Steps.SequenceEqual(other.Steps)
                && one.Steps.All(step => step.Wanted >= min && step.Wanted <= min + more && step.Up <= min + more && step.Up >= 0);
        }, iter: 100);

    private static Policy Of(PolicyRule rule) => new()
    {
        Name = "policy",
        Rule = rule,
        Mode = PolicyMode.On,
        Version = 1,
        CreatedAt = Loads.Start,
        UpdatedAt = Loads.Start,
    };

    private static BacktestSetting Setting(ImmutableArray<Reading> readings) => new()
    {
        Loads = [new("load", readings)],
        Min = 0,
        Max = 50,
        Level = 2,
        BootTime = TimeSpan.FromMinutes(1),
    };

    /// <summary>Each value for ten minutes, read every minute.</summary>
    private static ImmutableArray<Reading> Minutes(params double[] values) =>
        [.. Enumerable.Range(0, 10 * values.Length).Select(minute => new Reading(Loads.Start.AddMinutes(minute), values[minute / 10]))];
}
