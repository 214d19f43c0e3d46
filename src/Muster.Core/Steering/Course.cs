using System.Globalization;

using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>
/// The readings of one metric up to an instant, newest first. What is no number is as if it had not been read, and readings from the
/// future have not been made yet: so an earlier round is explained from what was known then.
/// </summary>
internal readonly ref struct Course
{
    /// <summary>
    /// How much further apart than they are believed for readings may be and still join on: rounds are never quite as far apart as they
    /// should be, and where a reading is believed for no longer than that, no breach would ever have held, and no window been whole.
    /// </summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    /// <summary>How many instances were up, kept beside what was read.</summary>
    internal const string Running = "@running";

    private readonly ReadOnlySpan<Reading> _readings;
    private readonly ReadOnlySpan<Reading> _running;
    private readonly string _metric;
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _maxAge;

    public Course(IReadings readings, string metric, DateTimeOffset now, TimeSpan maxAge)
    {
        _readings = readings.Recent(metric);
        _running = readings.Recent(Running);
        (_metric, _now, _maxAge) = (metric, now, maxAge);
        Last = _readings.Length - 1;
        while (Last >= 0 && (_readings[Last].At > now || !double.IsFinite(_readings[Last].Value)))
        {
            Last--;
        }
    }

    /// <summary>Where the newest is; below zero where there is none.</summary>
    public int Last { get; }

    public Reading this[int index] => _readings[index];

    /// <summary>The newest; null where there is none, or where it is too old to say anything.</summary>
    public Reading? Newest => Last >= 0 && _now - _readings[Last].At <= _maxAge ? _readings[Last] : null;

    /// <summary>The one before; below zero where none joins on, since the gap is longer than a reading speaks for.</summary>
    public int Before(int index)
    {
        var at = _readings[index].At;
        do
        {
            index--;
        }
        while (index >= 0 && !double.IsFinite(_readings[index].Value));

        return index >= 0 && at - _readings[index].At <= _maxAge + Slack ? index : -1;
    }

    /// <summary>
    /// The end of a sentence that says that a window is not whole yet: why it may never be, where the newest readings do not join on.
    /// </summary>
    public string Apart()
    {
        var before = Last - 1;
        while (before >= 0 && !double.IsFinite(_readings[before].Value))
        {
            before--;
        }

        return before >= 0 && Last >= 0 && _readings[Last].At - _readings[before].At is var gap && gap > _maxAge + Slack
            ? $"; the last two readings are {DurationText.Format(gap)} apart, and max_age is {DurationText.Format(_maxAge)}"
            : "";
    }

    /// <summary>Says that there is no newest.</summary>
    public Recommendation.Blind Blind() => new()
    {
        Reading = Last < 0 ? null : _readings[Last],
        Reason = Last < 0
            ? $"no reading of {_metric} yet: nothing shrinks"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"no reading of {_metric} for {DurationText.Format(_now - _readings[Last].At)}: nothing shrinks"),
    };

    /// <summary>Says that a value makes no sense.</summary>
    public Recommendation.Blind Senseless(Reading reading) => new()
    {
        Reading = reading,
        Reason = $"{_metric} is {Figure.Text(reading.Value)}, and nothing is below zero: nothing shrinks",
    };

    /// <summary>For how long readings have been a breach, up to the newest; null where the newest is none.</summary>
    public TimeSpan? Breach(bool isAbove, double threshold)
    {
        TimeSpan? span = null;
        for (var index = Last; index >= 0 && IsBreach(_readings[index].Value, isAbove, threshold); index = Before(index))
        {
            span = _readings[Last].At - _readings[index].At;
        }

        return span;
    }

    /// <summary>
    /// The most that was there within the window before the newest, the reading that held at its beginning included; over all instances.
    /// </summary>
    /// <param name="window">How far back.</param>
    /// <param name="running">Of a mean, how many it is of where a reading does not say; null of a sum.</param>
    /// <returns>The most, and whether the readings reach back to the window's beginning.</returns>
    public (double Most, bool IsWhole) MostWithin(TimeSpan window, int? running)
    {
        var most = 0.0;
        for (var index = Last; index >= 0; index = Before(index))
        {
            var reading = _readings[index];
            most = Math.Max(most, reading.Value * CoveredBy(reading, running));
            if (_readings[Last].At - reading.At >= window)
            {
                return (most, true);
            }
        }

        return (most, false);
    }

    /// <summary>
    /// How many instances a reading is a mean of. What is one number for all is a sum, or a mean of those that were up when it was read:
    /// were it one of those that are up now, an old reading would grow a group again with each instance that came up for it.
    /// </summary>
    /// <param name="reading">Which.</param>
    /// <param name="running">Of a mean, how many are up now, where nobody knows how many were then; null of a sum.</param>
    public int CoveredBy(Reading reading, int? running) =>
        reading.Instances > 0 ? reading.Instances
        : running is not { } now ? 1
        : Math.Max(0, UpAt(reading.At) ?? now);

    private int? UpAt(DateTimeOffset at)
    {
        // The first that is later; by halves, since a window asks for each of its readings.
        var (low, high) = (0, _running.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _running[middle].At <= at ? (middle + 1, high) : (low, middle);
        }

        return _running.IsEmpty ? null : (int)_running[Math.Max(0, low - 1)].Value;
    }

    public static bool IsBreach(double value, bool isAbove, double threshold) => isAbove ? value > threshold : value < threshold;
}
