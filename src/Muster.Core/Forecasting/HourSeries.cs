using Muster.Core.Metrics;

namespace Muster.Core.Forecasting;

/// <summary>The load hour by hour, scaled so that nothing that is computed from it can overflow.</summary>
internal sealed class HourSeries
{
    // What is kept of a metric: five weeks.
    private const int HoursMax = 35 * 24;

    private HourSeries(long start, double[] values, double scale, int known)
    {
        (Start, Values, Scale, Known) = (start, values, scale, known);
        IsNeverNegative = Array.TrueForAll(values, value => !(value < 0));
    }

    /// <summary>The first hour, counted since 1970.</summary>
    public long Start { get; }

    /// <summary>The highest value of each hour, from -1 to 1; not a number where nothing was read.</summary>
    public double[] Values { get; }

    /// <summary>What the values were divided by.</summary>
    public double Scale { get; }

    /// <summary>How many hours have a value.</summary>
    public int Known { get; }

    /// <summary>Whether no value is below zero.</summary>
    public bool IsNeverNegative { get; }

    /// <summary>The hour after the last one of the series: the one that is not over yet.</summary>
    public long End => Start + Values.Length;

    /// <summary>
    /// The whole hours before an instant; what is older than five weeks, of this hour or later, or no number is left out.
    /// </summary>
    public static HourSeries Before(DateTimeOffset now, ReadOnlySpan<Reading> hours)
    {
        var end = HourOf(now);
        var all = new double[HoursMax];
        Array.Fill(all, double.NaN);
        var (first, scale, known) = (HoursMax, 0.0, 0);
        foreach (var reading in hours)
        {
            var index = HourOf(reading.At) - end + HoursMax;
            if (index is < 0 or >= HoursMax || !double.IsFinite(reading.Value))
            {
                continue;
            }

            ref var value = ref all[index];
            known += double.IsNaN(value) ? 1 : 0;
            value = double.IsNaN(value) ? reading.Value : Math.Max(value, reading.Value);
            scale = Math.Max(scale, Math.Abs(reading.Value));
            first = Math.Min(first, (int)index);
        }

        var values = all[first..];
        // A load that was always zero, or so small that dividing by it says nothing, stays as it is.
        scale = scale < 1e-300 ? 1 : scale;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] /= scale;
        }

        return new(end - values.Length, values, scale, known);
    }

    /// <summary>The hour of an instant, counted since 1970.</summary>
    public static long HourOf(DateTimeOffset at) =>
        Math.DivRem(at.ToUnixTimeSeconds(), 3600) is (var hour, var rest) && rest < 0 ? hour - 1 : hour;
}
