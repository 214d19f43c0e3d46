using System.Globalization;

namespace Muster.Records;

/// <summary>Times and spans as the stores keep them: whole microseconds, times since 1970 in UTC. Finer is cut off.</summary>
/// <remarks>Not every number is one: what cannot be is refused, and never taken for another moment.</remarks>
public static class Microseconds
{
    private static readonly long TimeMin = From(DateTimeOffset.MinValue);
    private static readonly long TimeMax = From(DateTimeOffset.MaxValue);
    private static readonly long SpanMin = From(TimeSpan.MinValue);
    private static readonly long SpanMax = From(TimeSpan.MaxValue);

    /// <summary>An instant as a number.</summary>
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>An instant as a number; null for none.</summary>
    public static long? From(DateTimeOffset? time) => time is { } value ? From(value) : null;

    /// <summary>A span as a number.</summary>
    public static long From(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant of a number.</summary>
    /// <exception cref="OverflowException">It is beyond all dates.</exception>
    public static DateTimeOffset ToTime(long microseconds) => microseconds >= TimeMin && microseconds <= TimeMax
        ? new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero)
        : throw new OverflowException(string.Create(
            CultureInfo.InvariantCulture, $"{microseconds} microseconds since 1970 are beyond all dates, which end with the year 9999"));

    /// <summary>The instant of a number; null for none.</summary>
    /// <exception cref="OverflowException">It is beyond all dates.</exception>
    public static DateTimeOffset? ToTime(long? microseconds) => microseconds is { } value ? ToTime(value) : null;

    /// <summary>The span of a number.</summary>
    /// <exception cref="OverflowException">It is beyond all spans.</exception>
    public static TimeSpan ToSpan(long microseconds) => microseconds >= SpanMin && microseconds <= SpanMax
        ? new(microseconds * TimeSpan.TicksPerMicrosecond)
        : throw new OverflowException(string.Create(
            CultureInfo.InvariantCulture, $"{microseconds} microseconds are longer than any span, which ends after 10,675,199 days"));

    /// <summary>A span as a number; null for none.</summary>
    public static long? From(TimeSpan? span) => span is { } value ? From(value) : null;

    /// <summary>The span of a number; null for none.</summary>
    /// <exception cref="OverflowException">It is beyond all spans.</exception>
    public static TimeSpan? ToSpan(long? microseconds) => microseconds is { } value ? ToSpan(value) : null;

    /// <summary>The instant as it will be read back.</summary>
    public static DateTimeOffset Kept(DateTimeOffset time) => ToTime(From(time));

    /// <summary>The instant as it will be read back; null for none.</summary>
    public static DateTimeOffset? Kept(DateTimeOffset? time) => time is { } value ? Kept(value) : null;
}
