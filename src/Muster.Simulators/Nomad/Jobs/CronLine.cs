using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Simulators.Nomad.Jobs;

/// <summary>A cron line as Nomad reads it: five fields; a sixth is the year; with seven the first is the second.</summary>
/// <remarks>
/// Lists, ranges, steps, names of days and months, and the predefined lines. Not <c>L</c>, <c>W</c> and <c>#</c>, which nothing here uses.
/// </remarks>
internal sealed class CronLine
{
    /// <summary>How far ahead a time is looked for before the line counts as never due.</summary>
    private const int YearsMax = 30;

    private static readonly ImmutableArray<string> Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly ImmutableArray<string> Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly ImmutableHashSet<int> _seconds;
    private readonly ImmutableHashSet<int> _minutes;
    private readonly ImmutableHashSet<int> _hours;
    private readonly ImmutableHashSet<int> _daysOfMonth;
    private readonly ImmutableHashSet<int> _months;
    private readonly ImmutableHashSet<int> _daysOfWeek;
    private readonly ImmutableHashSet<int> _years;
    private readonly bool _anyDayOfMonth;
    private readonly bool _anyDayOfWeek;

    private CronLine(string[] fields)
    {
        var all = fields.Length switch { 7 => fields, 6 => ["0", .. fields], _ => ["0", .. fields, "*"] };
        _seconds = Field("second", all[0], 0, 59, []);
        _minutes = Field("minute", all[1], 0, 59, []);
        _hours = Field("hour", all[2], 0, 23, []);
        _daysOfMonth = Field("day-of-month", all[3], 1, 31, []);
        _months = Field("month", all[4], 1, 12, Months, first: 1);
        _daysOfWeek = [.. Field("day-of-week", all[5], 0, 7, Days).Select(day => day % 7)];
        _years = Field("year", all[6], 1970, 2099, []);
        (_anyDayOfMonth, _anyDayOfWeek) = (all[3] is "*" or "?", all[5] is "*" or "?");
    }

    /// <exception cref="FormatException">It is none; the message is Nomad's.</exception>
    public static CronLine Parse(string line)
    {
        var text = line.Trim() switch
        {
            "@yearly" or "@annually" => "0 0 0 1 1 * *",
            "@monthly" => "0 0 0 1 * * *",
            "@weekly" => "0 0 0 * * 0 *",
            "@daily" => "0 0 0 * * * *",
            "@hourly" => "0 0 * * * * *",
            var other => other,
        };
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 5 ? new(fields[..Math.Min(7, fields.Length)]) : throw new FormatException("missing field(s)");
    }

    /// <summary>The next time after <paramref name="after"/>; null for never.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone);
        var at = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second, DateTimeKind.Unspecified)
            .AddSeconds(1);
        var last = at.Year + YearsMax;
        while (at.Year <= last)
        {
            if (!_years.Contains(at.Year))
            {
                at = new DateTime(at.Year + 1, 1, 1);
            }
            else if (!_months.Contains(at.Month))
            {
                at = new DateTime(at.Year, at.Month, 1).AddMonths(1);
            }
            else if (!IsDay(at))
            {
                at = at.Date.AddDays(1);
            }
            else if (!_hours.Contains(at.Hour))
            {
                at = at.Date.AddHours(at.Hour + 1);
            }
            else if (!_minutes.Contains(at.Minute))
            {
                at = at.Date.AddHours(at.Hour).AddMinutes(at.Minute + 1);
            }
            else if (!_seconds.Contains(at.Second))
            {
                at = at.AddSeconds(1);
            }
            else if (zone.IsInvalidTime(at))
            {
                at = at.AddMinutes(1);
            }
            else
            {
                return new(at, zone.GetUtcOffset(at));
            }
        }

        return null;
    }

    private bool IsDay(DateTime at)
    {
        var (month, week) = (_daysOfMonth.Contains(at.Day), _daysOfWeek.Contains((int)at.DayOfWeek));
        return _anyDayOfMonth ? week : _anyDayOfWeek ? month : month || week;
    }

    private static ImmutableHashSet<int> Field(string name, string text, int min, int max, ImmutableArray<string> words, int first = 0)
    {
        var values = ImmutableHashSet.CreateBuilder<int>();
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') is [var before, var after] ? (before, Step(after, part, max)) : (part, 1);
            var (from, to) = range is "*" or "?" ? (min, max)
                : range.Split('-') is [var low, var high] ? (Number(low), Number(high))
                : part.Contains('/') ? (Number(range), max)
                : (Number(range), Number(range));
            for (var value = from; value <= to; value += step)
            {
                values.Add(value);
            }
        }

        return values.ToImmutable();

        int Number(string word)
        {
            var named = words.IndexOf(word.ToLowerInvariant());
            return named >= 0 ? named + first
                : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                    ? number
                : throw new FormatException($"syntax error in {name} field: '{text}'");
        }
    }

    private static int Step(string text, string part, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= max
            ? step
            : throw new FormatException($"invalid interval {part}");
}
