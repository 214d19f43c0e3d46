namespace Muster.Core.Forecasting;

/// <summary>
/// How far above what is expected a load goes, by what its own past did: the empirical quantile of past errors, each measured by what is
/// usual at its hour (locally weighted conformal prediction, Lei et al. 2018), newer errors counting for more.
/// </summary>
internal sealed class Spread
{
    private const int Day = 24;
    private const int Week = 7 * Day;

    // Half of the weight lies within some ten days.
    private const double HalfLife = 230;

    // So many hours' worth of what is usual for all hours, and for that hour of all days, stand in until an hour has its own.
    private const double DayBorrowing = 3;
    private const double WeekBorrowing = 6;

    private readonly double[] _usual = new double[Week];
    private readonly double _ratio;

    /// <param name="series">What was.</param>
    /// <param name="said">What had been said of it; not a number where nothing was.</param>
    /// <param name="share">How often the load is to stay below; 0 to 1.</param>
    public Spread(HourSeries series, double[] said, double share)
    {
        var errors = new List<(double Error, double Weight, int Hour)>(series.Values.Length);
        for (var i = 0; i < series.Values.Length; i++)
        {
            var error = series.Values[i] - said[i];
            if (!double.IsNaN(error))
            {
                var weight = Math.Pow(0.5, (series.Values.Length - i) / HalfLife);
                errors.Add((error, weight, IndexOf(series.Start + i)));
            }
        }

        Count = errors.Count;
        if (LearnUsual(errors))
        {
            _ratio = Quantile(errors.ConvertAll(error => (Value: error.Error / _usual[error.Hour], error.Weight)), share);
        }
    }

    /// <summary>From how many errors it is known.</summary>
    public int Count { get; }

    /// <summary>What is added to what is expected of an hour.</summary>
    public double Above(long hour) => _ratio * _usual[IndexOf(hour)];

    private static int IndexOf(long hour) => (int)(((hour % Week) + Week) % Week);

    /// <summary>What error is usual at each hour of the week; false where there was never any.</summary>
    private bool LearnUsual(List<(double Error, double Weight, int Hour)> errors)
    {
        var (days, weeks, all) = (new (double Sum, double Weight)[Day], new (double Sum, double Weight)[Week], (Sum: 0.0, Weight: 0.0));
        foreach (var (error, weight, hour) in errors)
        {
            var size = Math.Abs(error);
            Add(ref all, size, weight);
            Add(ref weeks[hour], size, weight);
            Add(ref days[hour % Day], size, weight);
            // What comes at eight today may come at seven tomorrow.
            Add(ref days[(hour + 1) % Day], size, weight / 2);
            Add(ref days[(hour + Day - 1) % Day], size, weight / 2);
        }

        if (!(all.Sum > 0))
        {
            return false;
        }

        var mean = all.Sum / all.Weight;
        for (var hour = 0; hour < Week; hour++)
        {
            var (sum, weight) = days[hour % Day];
            var ofDay = (sum + (DayBorrowing * mean)) / (weight + DayBorrowing);
            _usual[hour] = (weeks[hour].Sum + (WeekBorrowing * ofDay)) / (weeks[hour].Weight + WeekBorrowing);
        }

        return true;
    }

    private static void Add(ref (double Sum, double Weight) mean, double value, double weight) =>
        mean = (mean.Sum + (weight * value), mean.Weight + weight);

    private static double Quantile(List<(double Value, double Weight)> ratios, double share)
    {
        ratios.Sort((one, other) => one.Value.CompareTo(other.Value));
        // The hour to come is one of them, and may be the highest: that is what makes the promise hold with few errors too.
        var wanted = share * (ratios.Sum(ratio => ratio.Weight) + 1);
        foreach (var (value, weight) in ratios)
        {
            wanted -= weight;
            if (wanted <= 0)
            {
                return value;
            }
        }

        return ratios[^1].Value;
    }
}
