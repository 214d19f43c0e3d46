using Muster.Core.Forecasting;
using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>
/// What was learned from a group's kept hours, so that it is learned once an hour and not in every round. It changes no recommendation:
/// without it the same is learned anew. For one thread.
/// </summary>
public sealed class ForecastMemory
{
    private readonly Dictionary<(string Metric, bool IsTotal), (Mark Mark, LoadForecast Forecast)> _learned = [];

    /// <summary>The forecast from these readings, from what was learned where the hours are the same.</summary>
    internal LoadForecast Of(
        (string Metric, bool IsTotal) key, ReadOnlySpan<Reading> hours, ReadOnlySpan<Reading> recent, DateTimeOffset now, Func<Reading,
            Reading?> load)
    {
        var mark = new Mark(hours.Length, hours.IsEmpty ? default : hours[^1], now.UtcTicks / TimeSpan.TicksPerHour);
        if (_learned.TryGetValue(key, out var learned) && learned.Mark == mark)
        {
            return learned.Forecast.With(Loads(recent, load), now);
        }

        var forecast = LoadForecast.Of(Loads(hours, load), Loads(recent, load), now);
        _learned[key] = (mark, forecast);
        return forecast;
    }

    private static Reading[] Loads(ReadOnlySpan<Reading> readings, Func<Reading, Reading?> load)
    {
        var loads = new List<Reading>(readings.Length);
        foreach (var reading in readings)
        {
            if (load(reading) is { } one)
            {
                loads.Add(one);
            }
        }

        return [.. loads];
    }

    private readonly record struct Mark(int Count, Reading Newest, long Hour);
}
