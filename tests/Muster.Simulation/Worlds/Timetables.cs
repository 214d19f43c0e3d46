using System.Globalization;

using Muster.Core.Schedules;

namespace Muster.Simulation.Worlds;

/// <summary>
/// When the windows of schedules are open, by hand, for the few shapes that worlds have: the engine's own answer is judged by it.
/// </summary>
internal static class Timetables
{
    /// <summary>What a schedule allows at an instant.</summary>
    public static Frame FrameAt(Schedule schedule, DateTimeOffset at) =>
        Spans(schedule, at).Any(span => span.Opens <= at && at < span.Closes) ? schedule.Inside : schedule.Outside;

    /// <summary>Every moment between two instants in which it may come to allow something else.</summary>
    public static IEnumerable<DateTimeOffset> Changes(Schedule schedule, DateTimeOffset from, DateTimeOffset until) =>
        Spans(schedule, from).SelectMany(span => new[] { span.Opens, span.Closes }).Where(at => at >= from && at <= until).Distinct()
            .Order();

    private static IEnumerable<(DateTimeOffset Opens, DateTimeOffset Closes)> Spans(Schedule schedule, DateTimeOffset around)
    {
        var today = WallClocks.Read(schedule.Zone, around).Date;
        return schedule.Windows.SelectMany(window => SpansOf(window.Text.Split(' '), schedule.Zone, today))
            .Where(span => span.Opens < span.Closes);
    }

    private static IEnumerable<(DateTimeOffset Opens, DateTimeOffset Closes)> SpansOf(string[] words, string zone, DateTime today)
    {
        if (words is [var fromDay, var fromTime, "to", var toDay, var toTime])
        {
            yield return (
                WallClocks.Reaches(zone, Date(fromDay) + Time(fromTime)), WallClocks.Leaves(zone, Date(toDay) + Time(toTime)));
            yield break;
        }

        for (var day = today.AddDays(-2); day <= today.AddDays(2); day = day.AddDays(1))
        {
            if (words is [var minute, var hour, "*", "*", "*", "for", var length])
            {
                var opens = WallClocks.Reaches(zone, day + Time($"{hour}:{minute}"));
                yield return (opens, opens + TimeSpan.FromMinutes(int.Parse(length.TrimEnd('m'), CultureInfo.InvariantCulture)));
            }
            else if (words[0] == "daily" || words[0] == day.DayOfWeek.ToString()[..3])
            {
                var (from, to) = words[1].Split('-') is [var first, var second] ? (Time(first), Time(second))
                    : throw new FormatException(words[1]);
                yield return (
                    WallClocks.Reaches(zone, day + from),
                    WallClocks.Leaves(zone, day + (to > from ? to : to + TimeSpan.FromDays(1))));
            }
        }
    }

    private static DateTime Date(string text) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static TimeSpan Time(string text) =>
        text.Split(':') is [var hours, var minutes]
            ? new(int.Parse(hours, CultureInfo.InvariantCulture), int.Parse(minutes, CultureInfo.InvariantCulture), 0)
            : throw new FormatException(text);
}
