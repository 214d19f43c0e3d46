using System.Globalization;

using Cronos;

namespace Muster.Core.Schedules;

/// <summary>Reads windows as people write them.</summary>
internal static class WindowReader
{
    private const string Weekly = "as Mon-Fri 08:00-18:00, Mon,Wed 22:00-06:00 or daily 00:00-24:00";
    private const string OneOff = "as 2026-12-24 18:00 to 2026-12-27 08:00";
    private const string Cron = "as 0 8 * * 1-5 for 10h";

    // Longer than any that says something.
    private const int LengthMax = 200;

    private static readonly TimeSpan CronLengthMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CronLengthMax = TimeSpan.FromDays(366);

    // No cron line has its first time later: leap years are four or eight years apart.
    private static readonly DateTime CronEpoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] DayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] MinuteForms = ["HH:mm", "H:mm"];

    private static readonly string[] DateForms = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd H:mm", "yyyy-MM-ddTHH:mm"];

    /// <summary>The shape, or what is wrong.</summary>
    public static (WindowShape? Shape, string? Problem) Read(string? text)
    {
        if (text is not { Length: > 0 and <= LengthMax } || text.Any(char.IsControl))
        {
            return (null, $"days and times, {Weekly}; or a cron line, {Cron}; or dates, {OneOff}");
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [.. var fields, "for", var length] => ReadCron(fields, length),
            [var days, var times] => ReadWeekly(days, times),
            [_, .., "to", _] or [_, .., "to", _, _] => ReadOneOff(words),
            { Length: 5 } => (null, $"a cron line needs to say for how long, {Cron}"),
            _ => (null, $"days and times, {Weekly}; or a cron line, {Cron}; or dates, {OneOff}"),
        };
    }

    private static (WindowShape? Shape, string? Problem) ReadWeekly(string days, string times)
    {
        if (ReadDays(days) is not ({ } written, var set))
        {
            return (null, $"days of the week, {Weekly}");
        }

        return times.Split('-') is not [var first, var second] || ReadTime(first, isEnd: false) is not { } from
            || ReadTime(second, isEnd: true) is not { } to
            ? (null, $"times from 00:00 to 24:00, {Weekly}")
            : from == to
            ? (null, "it never opens: it closes when it opens; all day is 00:00-24:00")
            : (new WeeklyWindow(written, set, from, to), null);
    }

    private static (string? Written, int Set) ReadDays(string days)
    {
        if (days.Equals("daily", StringComparison.OrdinalIgnoreCase))
        {
            return ("daily", 0b111_1111);
        }

        var set = 0;
        var written = new List<string>();
        foreach (var part in days.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || ReadDay(ends[0]) is not { } from || ReadDay(ends[^1]) is not { } to)
            {
                return default;
            }

            for (var day = from; ; day = (day + 1) % 7)
            {
                set |= 1 << day;
                if (day == to)
                {
                    break;
                }
            }

            written.Add(from == to ? DayNames[from][..3] : $"{DayNames[from][..3]}-{DayNames[to][..3]}");
        }

        return (string.Join(',', written), set);
    }

    private static int? ReadDay(string text)
    {
        var day = text.Length < 3 ? -1 : Array.FindIndex(
            DayNames,
            name => name.Equals(text, StringComparison.OrdinalIgnoreCase) || name[..3].Equals(text, StringComparison.OrdinalIgnoreCase));
        return day < 0 ? null : day;
    }

    private static int? ReadTime(string text, bool isEnd) =>
        isEnd && text == "24:00" ? 24 * 60
        : TimeOnly.TryParseExact(text, MinuteForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (time.Hour * 60) + time.Minute
        : null;

    private static (WindowShape? Shape, string? Problem) ReadCron(string[] fields, string length)
    {
        if (fields.Length != 5 || fields.Any(field => field.Contains('H', StringComparison.OrdinalIgnoreCase) && !IsThursday(field)))
        {
            return (null, $"a cron line of five fields (minute, hour, day of the month, month, day of the week), {Cron}");
        }

        if (!DurationText.TryParse(length, out var span) || span < CronLengthMin || span > CronLengthMax)
        {
            return (null, $"for 1m to 366d, {Cron}");
        }

        var line = string.Join(' ', fields);
        try
        {
            var cron = CronExpression.Parse(line, CronFormat.Standard);
            return cron.GetNextOccurrence(CronEpoch) is null
                ? (null, $"it never opens: no date is {line}")
                : (new CronWindow(line, cron, span), null);
        }
        catch (CronFormatException error)
        {
            return (null, $"a cron line that can be: {error.Message.TrimEnd('.')}");
        }
    }

    // Cronos takes an H for chance; it is a letter of one name as well.
    private static bool IsThursday(string field) =>
        !field.Replace("THU", "", StringComparison.OrdinalIgnoreCase)
            .Contains('H', StringComparison.OrdinalIgnoreCase);

    private static (WindowShape? Shape, string? Problem) ReadOneOff(string[] words)
    {
        var middle = Array.IndexOf(words, "to");
        if (ReadDate(words[..middle]) is not { } from || ReadDate(words[(middle + 1)..]) is not { } to)
        {
            return (null, $"dates with times, {OneOff}");
        }

        return to <= from ? (null, "it never opens: it closes before it opens") : (new OneOffWindow(from, to), null);
    }

    // Room on both sides for the zones.
    private static DateTime? ReadDate(string[] words) =>
        DateTime.TryParseExact(string.Join(' ', words), DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && date.Year is >= 1970 and < 9000
            ? date
            : null;
}
