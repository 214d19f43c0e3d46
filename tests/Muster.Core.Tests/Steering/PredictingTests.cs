using Muster.Core.Metrics;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Tests.Forecasting;

namespace Muster.Core.Tests.Steering;

public sealed class PredictingTests
{
    // A Monday morning after five weeks of office hours.
    private static readonly DateTimeOffset Now = Loads.Start.AddDays(35).AddHours(7).AddMinutes(55);
    private static readonly PolicyRule.Predictive Rule = new() { Metric = "load", Value = 10, IsTotal = true };
    private static readonly Reading[] Office = Loads.Readings(Loads.Make("office", 1), 0, (35 * 24) + 7);

    [Fact]
    public void The_morning_is_wanted_before_it_comes_and_the_sentence_says_when_and_why()
    {
        var context = Context(Office, 6) with { BootTime = TimeSpan.FromMinutes(10) };

        var wants = Assert.IsType<Recommendation.Wants>(Predicting.Recommend(Rule, context));

        Assert.InRange(wants.Count, 6, 8);
        Assert.Matches(@"^load at 08:05Z will be \d\d(\.\d)? \(90 % sure\) at 10 each → [678]$", wants.Reason);
    }

    [Fact]
    public void It_looks_as_far_ahead_as_it_is_told() => Assert.InRange(Assert.IsType<Recommendation.Wants>(
        Predicting.Recommend(Rule with { Ahead = TimeSpan.FromSeconds(1) }, Context(Office, 6))).Count, 0, 2);

    [Fact]
    public void It_asks_for_no_fewer_and_keeps_the_others_from_going_below_the_forecast()
    {
        var context = Context(Office, 6) with { Desired = 30, BootTime = TimeSpan.FromMinutes(10) };
        var policy = new Policy { Name = "ahead", Rule = Rule, Version = 1, CreatedAt = Now, UpdatedAt = Now };
        var forecast = Voice.Of(policy, Predicting.Recommend(Rule, context));
        var target = new Voice("level", PolicyMode.On, new Recommendation.Wants(1) { Reason = "little to do" });

        Assert.Equal(30, Meeting.Of(30, Frame.Open, forecast).Wanted);
        Assert.InRange(Meeting.Of(30, Frame.Open, target, forecast).Wanted, 6, 8);
    }

    [Fact]
    public void A_mean_is_forecast_as_what_all_instances_had_to_do()
    {
        var means = Array.ConvertAll(Office, reading => reading with { Value = reading.Value / 5, Instances = 5 });

        Assert.InRange(Assert.IsType<Recommendation.Wants>(Predicting.Recommend(
            Rule with { IsTotal = false }, Context(means, 2, instances: 3) with { BootTime = TimeSpan.FromMinutes(10) })).Count, 6, 8);
    }

    [Fact]
    public void With_too_little_to_learn_from_it_asks_for_nothing_and_blocks_nobody() => Assert.Equal(
        "load: 20 hours of load are known: a forecast needs 48",
        Assert.IsType<Recommendation.Content>(Predicting.Recommend(Rule, Context(Office[^20..], 6))).Reason);

    [Fact]
    public void Without_a_reading_of_the_last_minutes_it_is_blind() => Assert.Equal(
        "load: the last reading is 10m old, at most 5m",
        Assert.IsType<Recommendation.Blind>(Predicting.Recommend(Rule, Context(Office, 6) with { Now = Now.AddMinutes(9) })).Reason);

    [Fact]
    public void What_was_learned_before_changes_nothing()
    {
        var memory = new ForecastMemory();
        for (var minute = 0; minute < 4; minute++)
        {
            var context = Context(Office, 6) with { Now = Now.AddMinutes(minute), BootTime = TimeSpan.FromMinutes(10) };

            Assert.Equal(Predicting.Recommend(Rule, context), Predicting.Recommend(Rule, context with { Forecasts = memory }));
        }
    }

    private static PolicyContext Context(Reading[] hours, double now, int instances = 0) => new()
    {
        Now = Now,
        Desired = 1,
        Running = 1,
        Memory = PolicyMemory.None,
        Readings = new Kept(hours, [new(Now.AddMinutes(-1), now, instances)]),
    };

    private sealed class Kept(Reading[] hours, Reading[] recent) : IReadings
    {
        public ReadOnlySpan<Reading> Recent(string metric) => recent;

        public ReadOnlySpan<Reading> Hours(string metric) => hours;
    }
}
