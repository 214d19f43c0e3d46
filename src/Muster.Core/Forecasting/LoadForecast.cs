using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Metrics;

namespace Muster.Core.Forecasting;

/// <summary>
/// What a load will be, learned from its own last five weeks: see docs/decisions/0202. Pure, without chance: the same readings give the
/// same forecast. Times are UTC, so a load that follows a clock that is put forward is forecast an hour late until it has been learned.
/// </summary>
/// <remarks>Is no more than a few milliseconds' work. One forecast is for one thread.</remarks>
public sealed class LoadForecast
{
    /// <summary>How many hours must be known before anything is forecast: two of each hour of the day.</summary>
    public const int HoursNeeded = 48;

    /// <summary>How often the load is to stay below <see cref="ForecastPoint.High"/>.</summary>
    public const double Share = 0.9;

    // Errors a little further ahead are as those of the next of these.
    private static readonly int[] Horizons = [1, 2, 3, 6, 12, 24, 48];

    // Fewer errors of a horizon say less than those of the next hour.
    private const int ErrorsMin = 24;

    private readonly HourSeries _series;
    private readonly DateTimeOffset _now;
    private readonly Smoothing _smoothing;
    private readonly SeasonalLevel? _level;
    private readonly double _fresh;
    private readonly Spread?[] _spreads;

    private LoadForecast(HourSeries series, ReadOnlySpan<Reading> recent, DateTimeOffset now)
    {
        (_series, _now, _spreads) = (series, now, new Spread?[Horizons.Length]);
        if (Lack is not null)
        {
            return;
        }

        foreach (var smoothing in Smoothing.Candidates(series.IsNeverNegative))
        {
            var level = new SeasonalLevel(smoothing, series);
            for (var i = 0; i < series.Values.Length; i++)
            {
                level.Take(series.Start + i, series.Values[i]);
            }

            if (_level is null || level.Score < _level.Score)
            {
                (_smoothing, _level) = (smoothing, level);
            }
        }

        _fresh = FreshError(_level!, recent);
    }

    private LoadForecast(LoadForecast learned, ReadOnlySpan<Reading> recent, DateTimeOffset now)
    {
        (_series, _smoothing, _level, _spreads, _now) = (learned._series, learned._smoothing, learned._level, learned._spreads, now);
        _fresh = _level is null ? 0 : FreshError(_level, recent);
    }

    /// <summary>What is missing for a forecast, in a sentence; null where there is one.</summary>
    public string? Lack => _series.Known >= HoursNeeded
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{_series.Known} hours of load are known: a forecast needs {HoursNeeded}");

    /// <summary>Learns from what was.</summary>
    /// <param name="hours">
    /// The highest load of each whole hour, in any order. Gaps are fine; what is older than five weeks or of this hour is left out.
    /// </param>
    /// <param name="recent">The load as it was read in the last hour, in any order; may be empty.</param>
    /// <param name="now">The instant.</param>
    public static LoadForecast Of(ReadOnlySpan<Reading> hours, ReadOnlySpan<Reading> recent, DateTimeOffset now) =>
        new(HourSeries.Before(now, hours), recent, now);

    /// <summary>The same with newer readings, without learning again.</summary>
    /// <param name="recent">The load as it was read in the last hour.</param>
    /// <param name="now">An instant of the same hour.</param>
    /// <exception cref="ArgumentException">The instant is of another hour.</exception>
    public LoadForecast With(ReadOnlySpan<Reading> recent, DateTimeOffset now) =>
        HourSeries.HourOf(now) == _series.End ? new(this, recent, now) : throw new ArgumentException("another hour", nameof(now));

    /// <summary>What is forecast for the hour of an instant that is not past.</summary>
    /// <exception cref="InvalidOperationException">There is a <see cref="Lack"/>.</exception>
    public ForecastPoint At(DateTimeOffset at)
    {
        if (_level is null)
        {
            throw new InvalidOperationException(Lack);
        }

        var hour = HourSeries.HourOf(at);
        var ahead = Math.Max(0, (at - _now).TotalHours);
        var expected = _level.Base(hour) + (Math.Pow(_level.Persistence, ahead) * _fresh);
        var high = Math.Max(expected, expected + SpreadAt(hour - _series.End + 1).Above(hour));
        return new(at, Unscaled(expected), Unscaled(high));
    }

    /// <summary>What is forecast for each hour from this one on.</summary>
    /// <param name="until">How far ahead; at most 48 hours are forecast.</param>
    /// <exception cref="InvalidOperationException">There is a <see cref="Lack"/>.</exception>
    public ImmutableArray<ForecastPoint> Curve(TimeSpan until) =>
        [.. Enumerable.Range(0, 1 + (int)Math.Clamp(until.TotalHours, 0, 48)).Select(hours => At(_now.AddHours(hours)))];

    /// <summary>
    /// What the load is beside level and seasons now. The last hour's readings cover a part of two hours, so they say something only
    /// where they are outside of what both would be.
    /// </summary>
    private double FreshError(SeasonalLevel level, ReadOnlySpan<Reading> recent)
    {
        var highest = double.NaN;
        var oldest = _now;
        foreach (var reading in recent)
        {
            if (reading.At <= _now && _now - reading.At <= TimeSpan.FromHours(1) && double.IsFinite(reading.Value))
            {
                highest = double.IsNaN(highest) ? reading.Value : Math.Max(highest, reading.Value);
                oldest = reading.At < oldest ? reading.At : oldest;
            }
        }

        var carried = level.Error * level.Persistence;
        if (double.IsNaN(highest))
        {
            return carried;
        }

        var (before, present) = (level.Expect(_series.End - 1, hoursAhead: 0), level.Expect(_series.End, hoursAhead: 1));
        var load = Math.Clamp(highest / _series.Scale, -1e6, 1e6);
        var above = load - Math.Max(before, present);
        if (above > 0)
        {
            return carried + above;
        }

        // That the highest is low is known only of an hour that was seen whole.
        var below = load - Math.Min(before, present);
        return below < 0 && _now - oldest >= TimeSpan.FromMinutes(50) ? carried + below : carried;
    }

    private Spread SpreadAt(long hoursAhead)
    {
        var index = Array.FindIndex(Horizons, horizon => horizon >= hoursAhead);
        index = index < 0 ? Horizons.Length - 1 : index;
        var spread = _spreads[index] ??= new(_series, WhatWasSaid(Horizons[index]), Share);
        return spread.Count >= ErrorsMin || index == 0 ? spread : SpreadAt(1);
    }

    /// <summary>What would have been said of each hour so long before.</summary>
    private double[] WhatWasSaid(int hoursAhead)
    {
        var length = _series.Values.Length;
        var said = new double[length];
        Array.Fill(said, double.NaN);
        // What is said before a week is over is said by one who has seen no week; where there is no more, it must do.
        var first = length > 400 ? 192 : length > 192 ? 168 : 24;
        var level = new SeasonalLevel(_smoothing, _series);
        for (var i = 0; i + hoursAhead < length; i++)
        {
            level.Take(_series.Start + i, _series.Values[i]);
            if (i >= first)
            {
                said[i + hoursAhead] = level.Expect(_series.Start + i + hoursAhead, hoursAhead);
            }
        }

        return said;
    }

    private double Unscaled(double value) =>
        Math.Clamp((_series.IsNeverNegative ? Math.Max(0, value) : value) * _series.Scale, -double.MaxValue, double.MaxValue);
}
