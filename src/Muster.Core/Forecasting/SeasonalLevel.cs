namespace Muster.Core.Forecasting;

/// <summary>
/// A load's level, its seasons of days and weeks, and what the last hours were beside them: double seasonal exponential smoothing with
/// an autoregressive correction, after Taylor (2003). A season is an exponentially weighted mean, so that its first weeks count in full.
/// </summary>
internal sealed class SeasonalLevel
{
    private const int Day = 24;
    private const int Week = 7 * Day;

    // An error beyond so many usual ones teaches the seasons no more than that: one burst must not come back every week.
    private const double ClipAt = 4;

    // Errors of a week ago count little for how long an error lasts.
    private const double ErrorMemory = 0.995;

    // An hour that is a hundred times the level says no more about its season than that the level is wrong.
    private const double PartMax = 100;

    private readonly Smoothing _smoothing;
    private readonly double _dayMemory;
    private readonly double _levelMin;
    private readonly int _warmup;
    private readonly Season _week = new(Week);
    private readonly Season _day = new(Day);
    private double _level;
    private double _usualError;
    private double _products;
    private double _squares = 1e-9;
    private int _steps;
    private int _scored;
    private double _score;

    /// <param name="smoothing">How.</param>
    /// <param name="series">What the level begins from; it is learned by <see cref="Take"/>.</param>
    public SeasonalLevel(Smoothing smoothing, HourSeries series)
    {
        _smoothing = smoothing;
        _dayMemory = Math.Pow(smoothing.Memory, 1.0 / 7);
        _warmup = Math.Min(Week, series.Values.Length / 2);
        var (sum, count) = (0.0, 0);
        foreach (var value in series.Values.AsSpan(0, Math.Min(Week, series.Values.Length)))
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
            }
        }

        _level = sum / Math.Max(1, count);
        _levelMin = Math.Max(1e-9, Math.Abs(_level) / 1000);
    }

    /// <summary>What the last hour was beside level and seasons.</summary>
    public double Error { get; private set; }

    /// <summary>What is left of an error after an hour; 0 to 0.95.</summary>
    public double Persistence { get; private set; } = 0.5;

    /// <summary>The mean error of what it would have said of the next hour.</summary>
    public double Score => _score / Math.Max(1, _scored);

    /// <summary>What level and seasons make of an hour.</summary>
    public double Base(long hour)
    {
        var season = _week.Of(hour, _day.Of(hour, other: 0, borrowing: 0), _smoothing.Borrowing);
        return _smoothing.Scales ? _level * (1 + season) : _level + season;
    }

    /// <summary>What an hour is expected to be, some hours after the last one that was taken.</summary>
    public double Expect(long hour, double hoursAhead) => Base(hour) + (Math.Pow(Persistence, hoursAhead) * Error);

    /// <summary>Learns from the next hour; not a number where nothing was read.</summary>
    public void Take(long hour, double value)
    {
        _steps++;
        if (double.IsNaN(value))
        {
            Error *= Persistence;
            return;
        }

        var expected = Base(hour);
        var error = value - expected;
        LearnPersistence(error);
        Error = error;
        Learn(hour, expected, expected + Clipped(error));
    }

    private void LearnPersistence(double error)
    {
        if (_steps > _warmup)
        {
            _score += Math.Abs(error - (Persistence * Error));
            _scored++;
        }

        // The first two days are the learning of the seasons, and no errors.
        if (_steps > 2 * Day)
        {
            _products = (ErrorMemory * _products) + (error * Error);
            _squares = (ErrorMemory * _squares) + (Error * Error);
            Persistence = Math.Clamp(_products / _squares, 0, 0.95);
        }
    }

    private double Clipped(double error)
    {
        var size = Math.Abs(error);
        var most = _scored > 2 * Day ? ClipAt * _usualError : size;
        _usualError = _scored == 0 ? Math.Max(_usualError, size) : _usualError + (0.01 * (size - _usualError));
        return Math.Clamp(error, -most, most);
    }

    private void Learn(long hour, double expected, double value)
    {
        var season = _smoothing.Scales ? Math.Clamp((value / Math.Max(_levelMin, _level)) - 1, -1, PartMax) : value - _level;
        var part = _smoothing.Scales ? Math.Max(0.05, expected / Math.Max(_levelMin, _level)) : 1;
        _week.Add(hour, season, _smoothing.Memory);
        _day.Add(hour, season, _dayMemory);
        _level += _smoothing.LevelGain * (_smoothing.Scales ? value - (_level * part) : value - expected);
    }

    /// <summary>A weighted mean for each hour of a period.</summary>
    private sealed class Season(int period)
    {
        private readonly double[] _sums = new double[period];
        private readonly double[] _weights = new double[period];

        public double Of(long hour, double other, double borrowing)
        {
            var i = Index(hour);
            var weight = _weights[i] + borrowing;
            return weight > 0 ? (_sums[i] + (borrowing * other)) / weight : 0;
        }

        public void Add(long hour, double value, double memory)
        {
            var i = Index(hour);
            _sums[i] = (_sums[i] * memory) + value;
            _weights[i] = (_weights[i] * memory) + 1;
        }

        private int Index(long hour) => (int)(((hour % period) + period) % period);
    }
}
