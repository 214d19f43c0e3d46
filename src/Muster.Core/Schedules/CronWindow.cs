using Cronos;

namespace Muster.Core.Schedules;

/// <summary>Opens at each time of a cron line and stays open for so long, which no change of the clock makes longer or shorter.</summary>
/// <param name="Line">The five fields, as written.</param>
/// <param name="Cron">The same, read.</param>
/// <param name="Length">How long it stays open.</param>
internal sealed record CronWindow(string Line, CronExpression Cron, TimeSpan Length) : WindowShape
{
    public override string Text => $"{Line} for {DurationText.Exactly(Length)}";

    public override DateTimeOffset? OpenUntil(DateTimeOffset now, TimeZoneInfo zone) =>
        Cron.GetPreviousOccurrence(now, zone, inclusive: true) is { } opened && opened + Length > now
            ? (opened + Length).ToUniversalTime()
            : null;

    public override DateTimeOffset? OpensAfter(DateTimeOffset now, TimeZoneInfo zone) =>
        Cron.GetNextOccurrence(now, zone)?.ToUniversalTime();
}
