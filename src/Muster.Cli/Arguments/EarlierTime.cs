using System.Globalization;

namespace Muster.Cli.Arguments;

/// <summary>A time that has been, as people type it.</summary>
internal static class EarlierTime
{
    /// <summary>Reads one; null where it is none.</summary>
    /// <param name="text">
    /// A date and a time, this machine's unless it names its zone; or a time alone, which was last so: after midnight 23:50 is yesterday's.
    /// </param>
    /// <param name="time">The clock, and this machine's zone.</param>
    public static DateTimeOffset? Read(string text, TimeProvider time)
    {
        if (TimeOnly.TryParseExact(text, ["H:mm", "H:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            var now = time.GetLocalNow();
            var local = now.Date.AddDays(now.TimeOfDay < clock.ToTimeSpan() ? -1 : 0) + clock.ToTimeSpan();
            return new(local, time.LocalTimeZone.GetUtcOffset(local));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at) ? at : null;
    }
}
