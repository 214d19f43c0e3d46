using System.Globalization;

using Muster.Core.Forecasting;

namespace Muster.Core.Tests.Forecasting;

/// <summary>Which forecast is best on loads of known shapes: the table of docs/decisions/0202.</summary>
public sealed class RankingTests(ITestOutputHelper output)
{
    private const int Kept = 35 * 24;
    private static readonly int[] Ahead = [1, 2, 6, 24];
    private static readonly int[] Seeds = [1, 2, 3];

    public static TheoryData<string> Shapes => [.. Loads.Shapes];

    [Theory, MemberData(nameof(Shapes))]
    public void The_forecast_beats_yesterday_and_last_week_with_and_without_their_own_errors(string shape)
    {
        var losses = new double[5];
        var (below, count, sum) = (0, 0, 0.0);
        foreach (var values in Seeds.Select(seed => Loads.Make(shape, seed)))
        {
            // From two weeks on; a step that meets every hour of the week.
            for (var now = 14 * 24; now < values.Length - Ahead[^1]; now += 11)
            {
                var from = Math.Max(0, now - Kept);
                var known = values[from..now];
                var at = Loads.Start.AddHours(now);
                var forecast = LoadForecast.Of(Loads.Readings(values, from, now), [], at);
                foreach (var (target, value) in Ahead.Select(ahead => (now + ahead - 1, values[now + ahead - 1]))
                    .Where(pair => double.IsFinite(pair.Item2)))
                {
                    var high = forecast.At(Loads.Start.AddHours(target)).High;
                    (below, count, sum) = (below + (value <= high ? 1 : 0), count + 1, sum + value);
                    losses[0] += Loss(value, high);
                    losses[1] += Loss(value, Naive.Raw(known, target - from, 24));
                    losses[2] += Loss(value, Naive.High(known, target - from, 24));
                    losses[3] += Loss(value, Naive.Raw(known, target - from, 168));
                    losses[4] += Loss(value, Naive.High(known, target - from, 168));
                }
            }
        }

        var row = string.Join(" | ", losses.Select(loss => (100 * loss / sum).ToString("0.00", CultureInfo.InvariantCulture)));
        var stayed = 100.0 * below / count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {shape} | {row} | {stayed:0} % |"));
        Assert.All(losses[1..], loss => Assert.True(losses[0] < loss, row));
        Assert.InRange(stayed, 80, 97);
    }

    /// <summary>Pinball loss at the 90th percentile: too low costs nine times of too high.</summary>
    private static double Loss(double value, double forecast) =>
        value >= forecast ? 0.9 * (value - forecast) : 0.1 * (forecast - value);
}
