using Muster.Core.Metrics;

namespace Muster.Core.Backtesting;

/// <summary>
/// Readings as a replay makes them, kept as those of a group are: an hour as they came, five weeks by the highest of each hour.
/// </summary>
internal sealed class ReplayReadings : IReadings
{
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public ReadOnlySpan<Reading> Recent(string metric) => _kept.TryGetValue(metric, out var kept) ? kept.Recent : [];

    public ReadOnlySpan<Reading> Hours(string metric) => _kept.TryGetValue(metric, out var kept) ? kept.Hours : [];

    public void Add(string metric, Reading reading)
    {
        if (!_kept.TryGetValue(metric, out var kept))
        {
            _kept[metric] = kept = new();
        }

        kept.Add(reading);
    }

    private sealed class Kept
    {
        private readonly Queue _recent = new();
        private readonly Queue _hours = new();
        private Reading? _highest;

        public ReadOnlySpan<Reading> Recent => _recent.All;

        public ReadOnlySpan<Reading> Hours => _hours.All;

        public void Add(Reading reading)
        {
            _recent.Add(reading);
            _recent.DropBefore(reading.At - ReadingChunk.KeptFor(Resolution.Raw));
            if (_highest is { } highest && HourOf(highest.At) != HourOf(reading.At))
            {
                _hours.Add(highest);
                _hours.DropBefore(reading.At - ReadingChunk.KeptFor(Resolution.Hour));
                _highest = null;
            }

            _highest = _highest is { } before && before.Value >= reading.Value ? before : reading;
        }

        private static long HourOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerHour;
    }

    /// <summary>A list whose beginning is dropped cheaply.</summary>
    private sealed class Queue
    {
        private Reading[] _items = new Reading[256];
        private int _from;
        private int _to;

        public ReadOnlySpan<Reading> All => _items.AsSpan(_from.._to);

        public void Add(Reading reading)
        {
            if (_to == _items.Length)
            {
                var kept = All.ToArray();
                Array.Resize(ref _items, Math.Max(256, 2 * kept.Length));
                kept.CopyTo(_items, 0);
                (_from, _to) = (0, kept.Length);
            }

            _items[_to++] = reading;
        }

        public void DropBefore(DateTimeOffset at)
        {
            while (_from < _to && _items[_from].At < at)
            {
                _from++;
            }
        }
    }
}
