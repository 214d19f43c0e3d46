namespace Muster.Storage.Rows;

/// <summary>Times and spans as the stores keep them: whole microseconds, times since 1970 in UTC. Finer is cut off.</summary>
internal static class Microseconds
{
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static long? From(DateTimeOffset? time) => time is { } value ? From(value) : null;

    public static long From(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static TimeSpan ToSpan(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The instant as it will be read back.</summary>
    public static DateTimeOffset Kept(DateTimeOffset time) => ToTime(From(time));

    /// <summary>The instant as it will be read back; null for none.</summary>
    public static DateTimeOffset? Kept(DateTimeOffset? time) => time is { } value ? Kept(value) : null;
}
