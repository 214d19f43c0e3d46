using Muster.Core.Metrics;

namespace Muster.Core.Tests.Forecasting;

/// <summary>Loads that were made up: the same seed gives the same load.</summary>
internal static class Loads
{
    /// <summary>A Monday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly string[] Shapes = ["office", "web", "batch", "growth", "shift", "bursts", "spiky"];

    /// <summary>The highest value of each hour; not a number where nothing was read.</summary>
    public static double[] Make(string shape, int seed, int days = 42)
    {
        var random = new Random(seed);
        var values = new double[days * 24];
        var (weather, burst) = (0.0, 0);
        for (var t = 0; t < values.Length; t++)
        {
            var (day, hour) = (t / 24, t % 24);
            var isWeekend = day % 7 >= 5;
            weather = (0.8 * weather) + (0.6 * Normal(random));
            var web = 100 * Math.Max(
                0.1, 1 + (0.6 * Math.Sin((hour - 9) / 24.0 * Math.Tau)) + (0.25 * Math.Sin((hour - 15) / 12.0 * Math.Tau)))
                * (isWeekend ? 0.65 : 1) * Math.Exp(0.06 * weather);
            values[t] = shape switch
            {
                // The 25th day is a holiday.
                "office" when !isWeekend && day != 24 && hour is >= 8 and < 18 =>
                    (hour is 12 ? 75 : hour is 8 ? 60 : 100) * (1 + (0.08 * Normal(random))),
                "office" => 5 + Math.Abs(Normal(random)),
                "batch" when day % 7 == 6 && hour is >= 2 and < 5 => 300 * (1 + (0.08 * Normal(random))),
                "batch" when hour == 1 => 50 * (1 + (0.1 * Normal(random))),
                "batch" => 10 + Math.Abs(2 * Normal(random)),
                "growth" => web * Math.Pow(1.03, day),
                "shift" => web * (day >= 17 ? 1.8 : 1),
                "bursts" => 50 + (3 * Normal(random)),
                _ => web,
            };
            if (shape is "bursts" or "spiky")
            {
                burst = burst > 0 ? burst - 1 : random.NextDouble() < 0.015 ? 1 + random.Next(3) : 0;
                values[t] *= burst == 0 ? 1 : shape == "bursts" ? 3 : 2;
            }

            if (shape == "spiky" && (random.NextDouble() < 0.05 || t is >= 500 and < 520))
            {
                values[t] = double.NaN;
            }
        }

        return values;
    }

    /// <summary>As they are kept: some hours, of which the last ends at an instant.</summary>
    public static Reading[] Readings(double[] values, int from, int to) =>
        [.. Enumerable.Range(from, to - from)
            .Where(t => double.IsFinite(values[t])).Select(t => new Reading(Start.AddHours(t).AddMinutes(17), values[t]))];

    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
