namespace Muster.Core.Schedules;

/// <summary>When the clock on the wall of a time zone reads what.</summary>
/// <remarks>
/// Where it is put forward, some readings do not exist: it reaches and leaves them in the moment in which it jumps over them. Where it is
/// put back, some exist twice: it reaches them the first time, and leaves them the last time.
/// </remarks>
internal static class WallClock
{
    /// <summary>What the clock reads.</summary>
    public static DateTime Read(DateTimeOffset now, TimeZoneInfo zone) =>
        DateTime.SpecifyKind(now.UtcDateTime + zone.GetUtcOffset(now), DateTimeKind.Unspecified);

    /// <summary>The first instant at which the clock reads that or more.</summary>
    public static DateTimeOffset Reaches(DateTime reading, TimeZoneInfo zone) => Instants(reading, zone).First;

    /// <summary>The first instant from which on the clock never reads less.</summary>
    public static DateTimeOffset Leaves(DateTime reading, TimeZoneInfo zone) => Instants(reading, zone).Last;

    private static (DateTimeOffset First, DateTimeOffset Last) Instants(DateTime reading, TimeZoneInfo zone)
    {
        // No clock is more than a day from UTC, and none is changed twice within two days. A day beyond, for Samoa left one out.
        var naive = new DateTimeOffset(DateTime.SpecifyKind(reading, DateTimeKind.Unspecified), TimeSpan.Zero);
        var (before, after) = (zone.GetUtcOffset(naive.AddHours(-36)), zone.GetUtcOffset(naive.AddHours(36)));
        var (early, late) = (naive - before, naive - after);
        if (before == after)
        {
            return (early, early);
        }

        return (zone.GetUtcOffset(early) == before, zone.GetUtcOffset(late) == after) switch
        {
            (true, true) => (early, late),
            (true, false) => (early, early),
            (false, true) => (late, late),
            _ => Twice(Jump(late, early, zone)),
        };
    }

    private static (DateTimeOffset First, DateTimeOffset Last) Twice(DateTimeOffset instant) => (instant, instant);

    /// <summary>The first instant, after one and up to another, at which the offset is another than at the first.</summary>
    private static DateTimeOffset Jump(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var before = zone.GetUtcOffset(from);
        var (low, high) = (from.UtcTicks, to.UtcTicks);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == before ? (middle, high) : (low, middle);
        }

        return new(high, TimeSpan.Zero);
    }
}
