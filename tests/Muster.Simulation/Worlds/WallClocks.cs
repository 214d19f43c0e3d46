namespace Muster.Simulation.Worlds;

/// <summary>What clocks on walls read in a few time zones in 2030, by hand: what the engine reads off its own is judged by this.</summary>
internal static class WallClocks
{
    private static readonly Dictionary<string, (TimeSpan Offset, (DateTimeOffset At, TimeSpan Offset)[] Changes)> Zones =
        new(StringComparer.Ordinal)
        {
            ["UTC"] = (TimeSpan.Zero, []),
            ["Asia/Kolkata"] = (TimeSpan.FromHours(5.5), []),
            ["Europe/Berlin"] = (
                TimeSpan.FromHours(1),
                [(Utc(3, 31, 1), TimeSpan.FromHours(2)), (Utc(10, 27, 1), TimeSpan.FromHours(1))]),
            ["America/New_York"] = (
                TimeSpan.FromHours(-5),
                [(Utc(3, 10, 7), TimeSpan.FromHours(-4)), (Utc(11, 3, 6), TimeSpan.FromHours(-5))]),
        };

    /// <summary>The zones that there are, by their IANA names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Zones.Keys.Order(StringComparer.Ordinal)];

    /// <summary>When clocks are put forward or back, and where.</summary>
    public static IReadOnlyList<(string Zone, DateTimeOffset At)> Changes { get; } =
        [.. Zones.OrderBy(zone => zone.Key, StringComparer.Ordinal)
            .SelectMany(zone => zone.Value.Changes, (zone, change) => (zone.Key, change.At))];

    /// <summary>What the clock reads.</summary>
    public static DateTime Read(string zone, DateTimeOffset at) => at.UtcDateTime + OffsetAt(zone, at);

    /// <summary>The first moment in which the clock reads that or more.</summary>
    public static DateTimeOffset Reaches(string zone, DateTime wall)
    {
        foreach (var (from, until, offset) in Stretches(zone))
        {
            var at = Later(AtOffset(wall, offset), from);
            if (at < until)
            {
                return at;
            }
        }

        return DateTimeOffset.MaxValue;
    }

    /// <summary>The first moment from which on the clock never reads less than that.</summary>
    public static DateTimeOffset Leaves(string zone, DateTime wall)
    {
        foreach (var (from, until, offset) in Stretches(zone).Reverse())
        {
            var at = AtOffset(wall, offset);
            if (at > from)
            {
                return at < until ? at : until;
            }
        }

        return DateTimeOffset.MinValue;
    }

    private static TimeSpan OffsetAt(string zone, DateTimeOffset at) =>
        Stretches(zone).First(stretch => at >= stretch.From && at < stretch.Until).Offset;

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until, TimeSpan Offset)> Stretches(string zone)
    {
        var (offset, changes) = Zones[zone];
        var from = DateTimeOffset.MinValue;
        foreach (var (at, after) in changes)
        {
            yield return (from, at, offset);
            (from, offset) = (at, after);
        }

        yield return (from, DateTimeOffset.MaxValue, offset);
    }

    private static DateTimeOffset AtOffset(DateTime wall, TimeSpan offset) => new(wall.Ticks - offset.Ticks, TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Utc(int month, int day, int hour) => new(2030, month, day, hour, 0, 0, TimeSpan.Zero);
}
