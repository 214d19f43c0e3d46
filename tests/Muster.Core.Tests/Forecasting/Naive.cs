namespace Muster.Core.Tests.Forecasting;

/// <summary>What anybody would forecast: as at the same time a day or a week ago.</summary>
internal static class Naive
{
    /// <summary>What was a whole number of periods before; the newest that is known.</summary>
    public static double Raw(double[] known, int target, int period)
    {
        for (var t = target - period; t >= 0; t -= period)
        {
            if (t < known.Length && double.IsFinite(known[t]))
            {
                return known[t];
            }
        }

        return known.Last(double.IsFinite);
    }

    /// <summary>The same, and above it what its own errors were nine times of ten.</summary>
    public static double High(double[] known, int target, int period)
    {
        var lag = period * ((target - known.Length + period) / period);
        var errors = Enumerable.Range(lag, Math.Max(0, known.Length - lag)).Select(t => known[t] - known[t - lag]).Where(double.IsFinite)
            .Order().ToArray();
        return Raw(known, target, period) + (errors.Length == 0 ? 0 : errors[(int)(0.9 * (errors.Length - 1))]);
    }
}
