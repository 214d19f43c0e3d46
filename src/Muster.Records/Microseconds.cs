namespace Muster.Records;

/// <summary>Times and spans as the stores keep them: whole microseconds, times since 1970 in UTC. Finer is cut off.</summary>
public static class Microseconds
{
    /// <summary>An instant as a number.</summary>
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>An instant as a number; null for none.</summary>
    public static long? From(DateTimeOffset? time) => time is { } value ? From(value) : null;

    /// <summary>A span as a number.</summary>
    public static long From(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant of a number.</summary>
    public static DateTimeOffset ToTime(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The instant of a number; null for none.</summary>
    public static DateTimeOffset? ToTime(long? microseconds) => microseconds is { } value ? ToTime(value) : null;

    /// <summary>The span of a number.</summary>
    public static TimeSpan ToSpan(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The instant as it will be read back.</summary>
    public static DateTimeOffset Kept(DateTimeOffset time) => ToTime(From(time));

    /// <summary>The instant as it will be read back; null for none.</summary>
    public static DateTimeOffset? Kept(DateTimeOffset? time) => time is { } value ? Kept(value) : null;
}
