using System.Globalization;

namespace Muster.Core.Schedules;

/// <summary>Opens once.</summary>
/// <param name="From">When it opens, by the clock on the wall.</param>
/// <param name="To">When it closes.</param>
internal sealed record OneOffWindow(DateTime From, DateTime To) : WindowShape
{
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd HH:mm} to {To:yyyy-MM-dd HH:mm}");

    public override DateTimeOffset? OpenUntil(DateTimeOffset now, TimeZoneInfo zone) =>
        WallClock.Reaches(From, zone) <= now && WallClock.Leaves(To, zone) is var closes && closes > now ? closes : null;

    public override DateTimeOffset? OpensAfter(DateTimeOffset now, TimeZoneInfo zone) =>
        WallClock.Reaches(From, zone) is var opens && opens > now && WallClock.Leaves(To, zone) > opens ? opens : null;
}
