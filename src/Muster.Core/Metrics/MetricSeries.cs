using System.Collections.Immutable;

namespace Muster.Core.Metrics;

/// <summary>
/// The kept readings of one metric of one group, in memory: those of the last hour as they came, and what is still to be written of the
/// coarser ones.
/// </summary>
/// <remarks>Not safe for several threads: a steering round has one.</remarks>
internal sealed class MetricSeries
{
    // Those of the last hour stand together, from _start on: whoever reads them gets a span, and nothing is copied for it.
    private Reading[] _raw = [];
    private int _start;
    private int _end;

    private readonly List<Reading> _minutes = [];
    private readonly List<Reading> _hours = [];
    private DateTimeOffset? _writtenTo;

    /// <summary>The readings of the last hour, by time.</summary>
    public ReadOnlySpan<Reading> Recent => _raw.AsSpan(_start, _end - _start);

    /// <summary>The newest; null before the first.</summary>
    public Reading? Last => _end == _start ? null : _raw[_end - 1];

    /// <summary>The highest of each whole hour, by time: the one that is still going on is not among them.</summary>
    public ReadOnlySpan<Reading> Hours => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_hours)[..Math.Max(0, _hours.Count - 1)];

    /// <summary>Whether there is anything that was not written yet.</summary>
    public bool HasNews => Last is { } last && last.At > (_writtenTo ?? DateTimeOffset.MinValue);

    /// <summary>Whether nothing of it was ever written.</summary>
    public bool IsFirst => _writtenTo is null && Last is not null;

    /// <summary>Takes a reading; one that is not newer than the newest says nothing new.</summary>
    public void Add(Reading reading)
    {
        if (Last is { } last && reading.At <= last.At)
        {
            return;
        }

        Append(reading);
        Raise(_minutes, reading, TimeSpan.TicksPerMinute);
        Raise(_hours, reading, TimeSpan.TicksPerHour);
    }

    /// <summary>Takes what a store has kept, before the first reading.</summary>
    public void Load(ImmutableArray<ReadingChunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            foreach (var reading in chunk.Readings)
            {
                switch (chunk.Resolution)
                {
                    case Resolution.Raw:
                        Append(reading);
                        break;
                    case Resolution.Minute:
                        _minutes.Add(reading);
                        break;
                    default:
                        _hours.Add(reading);
                        break;
                }
            }
        }

        _writtenTo = Last?.At;
    }

    /// <summary>
    /// The chunks that have something new. What has been handed out and was written is forgotten with <see cref="OnWritten"/>.
    /// </summary>
    public IEnumerable<ReadingChunk> TakeNews(GroupId group, string metric)
    {
        if (!HasNews)
        {
            yield break;
        }

        foreach (var (resolution, readings) in new[]
        {
            (Resolution.Raw, Recent.ToArray()), (Resolution.Minute, _minutes.ToArray()), (Resolution.Hour, _hours.ToArray()),
        })
        {
            var since = _writtenTo is { } written ? ReadingChunk.StartOf(resolution, written) : DateTimeOffset.MinValue;
            foreach (var span in readings
                .GroupBy(reading => ReadingChunk.StartOf(resolution, reading.At))
                .Where(span => span.Key >= since))
            {
                yield return new(group, metric, resolution, span.Key, [.. span]);
            }
        }
    }

    /// <summary>What was handed out is kept: only chunks that can still change stay in memory.</summary>
    /// <param name="keepsHours">Whether somebody wants to see all hours.</param>
    public void OnWritten(bool keepsHours)
    {
        if (Last is not { } last)
        {
            return;
        }

        _writtenTo = last.At;
        Forget(_minutes, ReadingChunk.StartOf(Resolution.Minute, last.At));
        Forget(_hours, keepsHours ? last.At - ReadingChunk.KeptFor(Resolution.Hour) : ReadingChunk.StartOf(Resolution.Hour, last.At));
    }

    private static void Forget(List<Reading> readings, DateTimeOffset before)
    {
        var count = readings.FindIndex(reading => reading.At >= before);
        readings.RemoveRange(0, count < 0 ? readings.Count : count);
    }

    private static void Raise(List<Reading> highest, Reading reading, long span)
    {
        if (highest.Count > 0 && highest[^1].At.UtcTicks / span == reading.At.UtcTicks / span)
        {
            if (reading.Load > highest[^1].Load)
            {
                highest[^1] = reading;
            }
        }
        else
        {
            highest.Add(reading);
        }
    }

    private void Append(Reading reading)
    {
        var oldest = reading.At - ReadingChunk.KeptFor(Resolution.Raw);
        while (_start < _end && _raw[_start].At < oldest)
        {
            _start++;
        }

        if (_end == _raw.Length)
        {
            var kept = Recent;
            var room = _start > kept.Length ? _raw : new Reading[Math.Max(16, kept.Length * 2)];
            kept.CopyTo(room);
            (_raw, _start, _end) = (room, 0, kept.Length);
        }

        _raw[_end++] = reading;
    }
}
