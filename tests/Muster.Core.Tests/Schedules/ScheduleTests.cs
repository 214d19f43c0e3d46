using System.Globalization;

using CsCheck;

using Muster.Core.Schedules;

namespace Muster.Core.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly Frame Up = new(Min: 3, Max: null, Floor: null);
    private static readonly Frame Down = new(Min: null, Max: 0, Floor: null);

    private static readonly string[] Texts =
    [
        "Mon-Fri 08:00-18:00", "daily 22:00-06:00", "Mon,Wed 02:30-12:00", "Sun 01:30-02:30", "daily 02:15-02:45", "daily 00:00-24:00",
        "0 8 * * 1-5 for 10h", "30 2 * * * for 1h", "*/20 * * * * for 5m", "2026-12-24 18:00 to 2026-12-27 08:00",
        "2026-03-29 02:30 to 2026-10-25 02:30",
    ];

    private static readonly string[] ZoneNames = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"];

    private static readonly Gen<(Schedule Schedule, DateTimeOffset Now)> Inputs =
        from windows in Gen.OneOf(Texts).Array[1, 3]
        from zone in Gen.OneOf(ZoneNames)
        from minutes in Gen.Int[0, 366 * 24 * 60]
        from seconds in Gen.Int[0, 59]
        select (Of(zone, windows), At("2026-01-01 00:00").AddMinutes(minutes).AddSeconds(seconds));

    [Fact]
    public void Work_hours_are_inside_and_the_night_is_outside()
    {
        var office = Of("Europe/Berlin", "Mon-Fri 08:00-18:00");

        var morning = office.FrameAt(At("2026-06-01 06:00"));
        Assert.Equal((Up, "inside Mon-Fri 08:00-18:00 Europe/Berlin"), (morning.Frame, morning.Why));
        Assert.Equal(At("2026-06-01 16:00"), morning.ChangesAt);

        var friday = office.FrameAt(At("2026-06-05 16:00"));
        Assert.Equal((Down, "outside Mon-Fri 08:00-18:00 Europe/Berlin"), (friday.Frame, friday.Why));
        Assert.Equal(At("2026-06-08 06:00"), friday.ChangesAt);
    }

    [Fact]
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_opens()
    {
        var night = Of("UTC", "Fri 22:00-06:00");

        Assert.True(night.FrameAt(At("2026-06-06 05:59")).IsInside);
        Assert.False(night.FrameAt(At("2026-06-05 05:59")).IsInside);
        Assert.Equal(At("2026-06-06 06:00"), night.FrameAt(At("2026-06-05 23:00")).ChangesAt);
    }

    [Fact]
    public void Windows_that_join_are_one_and_the_first_of_several_names_them()
    {
        var joined = Of("UTC", "Mon-Fri 08:00-12:00", "Mon-Fri 12:00-18:00", "Sat 09:00-10:00");

        Assert.Equal(At("2026-06-01 18:00"), joined.FrameAt(At("2026-06-01 09:00")).ChangesAt);
        Assert.Equal("outside Mon-Fri 08:00-12:00 and 2 more, UTC", joined.FrameAt(At("2026-06-07 09:00")).Why);
    }

    [Fact]
    public void A_cron_window_is_open_for_as_long_as_it_says()
    {
        var cron = Of("Europe/Berlin", "0 8 * * 1-5 for 10h");

        Assert.True(cron.FrameAt(At("2026-06-01 06:00")).IsInside);
        Assert.Equal(At("2026-06-01 16:00"), cron.FrameAt(At("2026-06-01 15:59")).ChangesAt);
        Assert.False(cron.FrameAt(At("2026-06-01 16:00")).IsInside);

        // Ten hours by the stop-watch: on the Sunday with 23 hours the wall clock reads one more.
        var night = Of("Europe/Berlin", "0 22 * * * for 10h");
        Assert.Equal(At("2026-03-29 07:00"), night.FrameAt(At("2026-03-28 23:00")).ChangesAt);
    }

    [Fact]
    public void A_one_off_opens_once()
    {
        var holidays = Of("Europe/Berlin", "2026-12-24 18:00 to 2026-12-27 08:00");

        Assert.Equal(At("2026-12-24 17:00"), holidays.FrameAt(At("2026-06-01 00:00")).ChangesAt);
        Assert.Equal(At("2026-12-27 07:00"), holidays.FrameAt(At("2026-12-24 17:00")).ChangesAt);
        Assert.Null(holidays.FrameAt(At("2026-12-27 07:00")).ChangesAt);
    }

    [Theory]
    // Put forward from 02:00 to 03:00: 02:30 does not exist, and is the moment of the jump.
    [InlineData("Europe/Berlin", "Sun 02:30-12:00", "2026-03-29 01:00", "2026-03-29 10:00")]
    [InlineData("Europe/Berlin", "Sat 22:00-02:30", "2026-03-28 21:00", "2026-03-29 01:00")]
    [InlineData("America/New_York", "Sun 02:30-12:00", "2026-03-08 07:00", "2026-03-08 16:00")]
    // Half an hour, from 02:00 to 02:30.
    [InlineData("Australia/Lord_Howe", "Sun 02:15-12:00", "2026-10-03 15:30", "2026-10-04 01:00")]
    // Put back: what exists twice opens at the first, and closes at the last.
    [InlineData("Europe/Berlin", "Sun 02:30-12:00", "2026-10-25 00:30", "2026-10-25 11:00")]
    [InlineData("Europe/Berlin", "Sat 22:00-02:30", "2026-10-24 20:00", "2026-10-25 01:30")]
    [InlineData("America/New_York", "Sun 01:30-01:45", "2026-11-01 05:30", "2026-11-01 06:45")]
    [InlineData("Australia/Lord_Howe", "Sun 01:45-12:00", "2026-04-04 14:45", "2026-04-05 01:30")]
    // Samoa had no Friday, 30 December 2011: Thursday's night ends when Saturday begins, and Friday's begins then.
    [InlineData("Pacific/Apia", "Thu 22:00-06:00", "2011-12-30 08:00", "2011-12-30 10:00")]
    [InlineData("Pacific/Apia", "Fri 22:00-06:00", "2011-12-30 10:00", "2011-12-30 16:00")]
    public void What_does_not_exist_or_exists_twice_opens_and_closes_as_documented(string zone, string window, string opens, string closes)
    {
        var schedule = Of(zone, window);

        var before = schedule.FrameAt(At(opens).AddTicks(-1));
        Assert.Equal((false, At(opens)), (before.IsInside, before.ChangesAt));
        var inside = schedule.FrameAt(At(opens));
        Assert.Equal((true, At(closes)), (inside.IsInside, inside.ChangesAt));
        Assert.True(schedule.FrameAt(At(closes).AddTicks(-1)).IsInside);
        Assert.False(schedule.FrameAt(At(closes)).IsInside);
    }

    [Theory]
    [InlineData("Europe/Berlin", "Sun 02:10-02:50", "2026-03-28 12:00", "2026-04-05 00:10")]
    [InlineData("Pacific/Apia", "Fri 08:00-18:00", "2011-12-29 12:00", "2012-01-05 18:00")]
    public void A_window_within_what_the_clock_jumps_over_does_not_open(string zone, string window, string now, string opens) =>
        Assert.Equal(At(opens), Of(zone, window).FrameAt(At(now)).ChangesAt);

    [Theory]
    [InlineData("30 2 * * * for 1h", "2026-03-28 12:00", "2026-03-29 01:00")]
    [InlineData("30 2 * * * for 1h", "2026-10-24 12:00", "2026-10-25 00:30")]
    [InlineData("30 2 * * * for 1h", "2026-10-25 01:31", "2026-10-26 01:30")]
    public void A_cron_time_that_does_not_exist_is_the_jump_and_one_that_exists_twice_counts_once(
        string window, string now, string opens) =>
        Assert.Equal(At(opens), Of("Europe/Berlin", window).FrameAt(At(now)).ChangesAt);

    [Fact]
    public void A_zone_that_this_machine_does_not_know_is_an_error_and_no_frame()
    {
        var error = Assert.Throws<ZoneException>(() => Of("Mars/Olympus", "daily 08:00-18:00").FrameAt(At("2026-06-01 00:00")));

        Assert.Contains("Mars/Olympus", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("right/Europe/Berlin")]
    [InlineData("")]
    [InlineData(null)]
    public void A_zone_is_a_name_and_no_path(string? name) => Assert.False(Zones.TryFind(name, out _, out _));

    [Fact]
    public void Until_it_changes_it_stays_as_it_is() => Inputs.Sample(input =>
    {
        var framing = input.Schedule.FrameAt(input.Now);
        var last = framing.ChangesAt?.AddTicks(-1) ?? input.Now.AddDays(400);
        var between = input.Now + ((last - input.Now) / 2);
        return framing.ChangesAt is not { } at
            ? input.Schedule.FrameAt(last).IsInside == framing.IsInside
            : at > input.Now && input.Schedule.FrameAt(last).IsInside == framing.IsInside
              && input.Schedule.FrameAt(between).IsInside == framing.IsInside
              && (framing.IsInside || input.Schedule.FrameAt(at).IsInside);
    });

    [Fact]
    public void A_weekly_window_is_open_whenever_the_clock_on_the_wall_reads_a_time_within_it() =>
        Gen.Select(Gen.OneOf(ZoneNames), Gen.Int[0, 366 * 24 * 60], Gen.Int[0, 1439], Gen.Int[1, 1439]).Sample(
            (name, minutes, from, length) =>
            {
                var to = Math.Min(from + length, 1440);
                if (to == from)
                {
                    return true;
                }

                var now = At("2026-01-01 00:00").AddMinutes(minutes);
                var window = string.Create(
                    CultureInfo.InvariantCulture, $"daily {from / 60:00}:{from % 60:00}-{to / 60:00}:{to % 60:00}");
                var wall = TimeZoneInfo.ConvertTime(now, Zones.Get(name)).TimeOfDay.TotalMinutes;
                return !(wall >= from && wall < to) || Of(name, window).FrameAt(now).IsInside;
            });

    private static Schedule Of(string zone, params string[] windows) => new()
    {
        Zone = zone,
        Windows = [.. windows.Select(text => Window.TryParse(text, out var window, out var problem)
            ? window
            : throw new ArgumentException($"{text}: {problem}"))],
        Inside = Up,
        Outside = Down,
    };

    private static DateTimeOffset At(string text) => DateTimeOffset.ParseExact(
        text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
