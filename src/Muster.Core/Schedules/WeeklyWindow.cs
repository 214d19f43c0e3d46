using System.Globalization;

namespace Muster.Core.Schedules;

/// <summary>Some days of the week from one time to another, which is on the next day where it is not later.</summary>
/// <param name="Days">The days on which it opens, as written: <c>Mon-Fri</c>, <c>daily</c>.</param>
/// <param name="OpensOn">The same as a set: bit 0 is Sunday.</param>
/// <param name="From">When it opens, in minutes of the day.</param>
/// <param name="To">When it closes, in minutes of the day, up to 24:00.</param>
internal sealed record WeeklyWindow(string Days, int OpensOn, int From, int To) : WindowShape
{
    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"{Days} {From / 60:00}:{From % 60:00}-{To / 60:00}:{To % 60:00}");

    private int Ends => To > From ? To : To + (24 * 60);

    public override DateTimeOffset? OpenUntil(DateTimeOffset now, TimeZoneInfo zone)
    {
        // From two days before: a day that the clock leaves out lies between Thursday evening and Saturday.
        DateTimeOffset? until = null;
        var today = WallClock.Read(now, zone).Date;
        for (var day = -2; day <= 1; day++)
        {
            var date = today.AddDays(day);
            if (IsOn(date) && WallClock.Reaches(date.AddMinutes(From), zone) <= now
                && WallClock.Leaves(date.AddMinutes(Ends), zone) is var closes && closes > now && !(until >= closes))
            {
                until = closes;
            }
        }

        return until;
    }

    public override DateTimeOffset? OpensAfter(DateTimeOffset now, TimeZoneInfo zone)
    {
        // Two weeks: on the one day of the week a change of the clock may leave nothing of the window.
        var today = WallClock.Read(now, zone).Date;
        for (var day = -1; day <= 15; day++)
        {
            var date = today.AddDays(day);
            if (IsOn(date) && WallClock.Reaches(date.AddMinutes(From), zone) is var opens && opens > now
                && WallClock.Leaves(date.AddMinutes(Ends), zone) > opens)
            {
                return opens;
            }
        }

        return null;
    }

    private bool IsOn(DateTime date) => (OpensOn & (1 << (int)date.DayOfWeek)) != 0;
}
