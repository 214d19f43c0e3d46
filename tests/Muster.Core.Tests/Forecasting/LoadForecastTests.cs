using CsCheck;

using Muster.Core.Forecasting;
using Muster.Core.Metrics;

namespace Muster.Core.Tests.Forecasting;

public sealed class LoadForecastTests
{
    private const int Month = 35 * 24;
    private static readonly DateTimeOffset Now = Loads.Start.AddHours(Month);

    [Fact]
    public void Less_than_two_days_are_too_little_and_it_says_how_much_it_needs() => Assert.Equal(
        "47 hours of load are known: a forecast needs 48", Of(Loads.Make("web", 1), 0, 47).Lack);

    [Fact]
    public void Two_days_are_enough()
    {
        var forecast = Of(Loads.Make("web", 1), 0, 48);

        Assert.Null(forecast.Lack);
        Assert.InRange(forecast.At(Loads.Start.AddHours(48 + 14)).Expected, 100, 220);
    }

    [Fact]
    public void What_is_not_known_is_not_told() =>
        Assert.Throws<InvalidOperationException>(() => LoadForecast.Of([], [], Now).At(Now));

    [Fact]
    public void Office_hours_are_seen_before_they_begin_and_the_weekend_is_free()
    {
        // Day 35 is a Monday: the hours before it know nothing of the morning to come.
        var forecast = Of(Loads.Make("office", 1), 0, Month + 7, Month + 7);

        Assert.InRange(forecast.At(Now.AddHours(6)).High, 4, 12);
        Assert.InRange(forecast.At(Now.AddHours(10)).High, 95, 135);
        Assert.InRange(Of(Loads.Make("office", 1), 0, Month - 48).At(Now.AddHours(-48 + 10)).High, 4, 30);
    }

    [Fact]
    public void A_load_that_never_changes_is_forecast_exactly()
    {
        var forecast = LoadForecast.Of(Constant(60, Month), [], Now);

        Assert.Equal(60, forecast.At(Now.AddMinutes(10)).High, 6);
        Assert.Equal(60, forecast.At(Now.AddHours(30)).Expected, 6);
    }

    [Fact]
    public void What_was_read_just_now_lifts_the_forecast_and_is_forgotten_by_tomorrow()
    {
        var hours = Loads.Readings(Loads.Make("web", 2), 0, Month);
        var calm = LoadForecast.Of(hours, [], Now);
        var stormy = LoadForecast.Of(hours, [new(Now.AddMinutes(-2), 900)], Now);

        Assert.True(stormy.At(Now.AddMinutes(5)).High > calm.At(Now.AddMinutes(5)).High + 500);
        Assert.Equal(calm.At(Now.AddHours(47)).High, stormy.At(Now.AddHours(47)).High, tolerance: 5);
    }

    [Fact]
    public void A_reading_between_what_two_hours_are_says_nothing_new()
    {
        var hours = Loads.Readings(Loads.Make("office", 3), 0, Month + 8);
        var at = Now.AddHours(8).AddMinutes(5);

        Assert.Equal(
            LoadForecast.Of(hours, [], at).At(at).High,
            LoadForecast.Of(hours, [new(at.AddMinutes(-1), 30)], at).At(at).High);
    }

    [Fact]
    public void The_curve_has_a_point_for_each_hour_of_two_days() =>
        Assert.Equal(49, Of(Loads.Make("web", 1), 0, Month).Curve(TimeSpan.FromDays(90)).Length);

    [Fact]
    public void The_order_of_readings_and_those_of_this_hour_or_long_ago_say_nothing()
    {
        var hours = Loads.Readings(Loads.Make("growth", 1), 0, Month);
        Reading[] more = [.. hours.Reverse(), new(Now, 1e9), new(Now.AddHours(3), 1e9), new(Now.AddDays(-36), 1e9)];

        Assert.Equal(LoadForecast.Of(hours, [], Now).Curve(TimeSpan.FromHours(48)),
            LoadForecast.Of(more, [], Now).Curve(TimeSpan.FromHours(48)));
    }

    [Theory, InlineData(1e-290), InlineData(1e-3), InlineData(1e6), InlineData(1e290)]
    public void The_unit_of_a_load_changes_nothing(double unit)
    {
        var hours = Loads.Readings(Loads.Make("web", 1), 0, Month);
        var (one, other) = (
            LoadForecast.Of(hours, [], Now).At(Now.AddHours(3)).High,
            LoadForecast.Of([.. hours.Select(hour => hour with { Value = hour.Value * unit })], [], Now).At(Now.AddHours(3)).High);

        Assert.Equal(1, other / unit / one, 6);
    }

    [Fact]
    public void Any_finite_input_gives_a_finite_forecast_that_is_ordered() =>
        Gen.Select(
            Gen.Select(Gen.Int[-30, Month + 30], Value, (hour, value) => new Reading(Loads.Start.AddHours(hour), value)).Array[0, 900],
            Gen.Select(Gen.Int[-90, 90], Value, (minute, value) => new Reading(Now.AddMinutes(minute), value)).Array[0, 10]).Sample(
            (hours, recent) =>
            {
                var forecast = LoadForecast.Of(hours, recent, Now);
                return forecast.Lack is not null || forecast.Curve(TimeSpan.FromHours(48)).All(point =>
                    double.IsFinite(point.Expected) && double.IsFinite(point.High) && point.High >= point.Expected);
            }, iter: 100);

    [Fact]
    public void A_load_that_is_never_negative_is_not_forecast_to_be() =>
        Gen.Double[0, 100].Array[48, 400].Sample(
            values => Of(values, 0, values.Length).Curve(TimeSpan.FromHours(48)).All(point => point.Expected >= 0), iter: 100);

    private static readonly Gen<double> Value = Gen.OneOf(
        Gen.Double[0, 100], Gen.Double[-1e6, 1e6], Gen.Const(0.0), Gen.Const(double.MaxValue), Gen.Const(double.MinValue),
            Gen.Const(double.Epsilon));

    private static Reading[] Constant(double value, int hours) =>
        [.. Enumerable.Range(0, hours).Select(hour => new Reading(Loads.Start.AddHours(hour), value))];

    private static LoadForecast Of(double[] values, int from, int to, int? now = null) =>
        LoadForecast.Of(Loads.Readings(values, from, to), [], Loads.Start.AddHours(now ?? to));
}
