using Muster.Core.Schedules;

namespace Muster.Core.Tests.Schedules;

public sealed class WindowTests
{
    [Theory]
    [InlineData("mon-fri  8:00-18:00", "Mon-Fri 08:00-18:00")]
    [InlineData("Monday,wed 08:00-12:00", "Mon,Wed 08:00-12:00")]
    [InlineData("Sat-Mon 22:00-06:00", "Sat-Mon 22:00-06:00")]
    [InlineData("DAILY 00:00-24:00", "daily 00:00-24:00")]
    [InlineData(" 0 8 * * 1-5  for 10h", "0 8 * * 1-5 for 10h")]
    [InlineData("0 8 * * thu for 90m", "0 8 * * thu for 1h30m")]
    [InlineData("2026-12-24T18:00 to 2026-12-27 8:00", "2026-12-24 18:00 to 2026-12-27 08:00")]
    public void A_window_is_kept_without_what_says_nothing(string text, string kept)
    {
        Assert.True(Window.TryParse(text, out var window, out var problem), problem);
        Assert.Equal(kept, window.Text);
        Assert.Equal(window, new Window(kept));
    }

    [Theory]
    [InlineData("Mon-Fri 08:00-08:00", "never opens")]
    [InlineData("0 8 30 2 * for 1h", "never opens")]
    [InlineData("2026-12-27 08:00 to 2026-12-24 18:00", "never opens")]
    [InlineData("Mon-Fry 08:00-18:00", "days of the week")]
    [InlineData("Mon-Fri 08:00-25:00", "24:00")]
    [InlineData("Mon-Fri 24:00-08:00", "24:00")]
    [InlineData("Mon-Fri 08:00", "24:00")]
    [InlineData("0 8 * * 1-5", "for how long")]
    [InlineData("0 8 * * 1-5 for 10", "1m to 366d")]
    [InlineData("0 8 * * 1-5 for 0s", "1m to 366d")]
    [InlineData("0 8 * * for 10h", "five fields")]
    [InlineData("0 0 8 * * 1 for 10h", "five fields")]
    [InlineData("@daily for 10h", "five fields")]
    [InlineData("H 8 * * 1-5 for 10h", "five fields")]
    [InlineData("0 25 * * 1-5 for 10h", "between 0 and 23")]
    [InlineData("2026-02-30 08:00 to 2026-03-01 08:00", "dates")]
    [InlineData("to", "Mon-Fri")]
    [InlineData("a b to", "Mon-Fri")]
    [InlineData("for 1h", "five fields")]
    [InlineData("whenever", "Mon-Fri")]
    [InlineData("", "Mon-Fri")]
    [InlineData(null, "Mon-Fri")]
    public void What_is_no_window_or_never_opens_is_refused_with_what_is_allowed(string? text, string allowed)
    {
        Assert.False(Window.TryParse(text, out _, out var problem));
        Assert.Contains(allowed, problem, StringComparison.Ordinal);
    }
}
