using System.Globalization;

using Microsoft.Extensions.Time.Testing;

using Muster.Cli.Arguments;

namespace Muster.Cli.Tests.Arguments;

public sealed class EarlierTimeTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 29, 23, 30, 0, TimeSpan.Zero));

    public EarlierTimeTests() => _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(1), "east", "east"));

    [Theory]
    [InlineData("0:15", "2026-11-30T00:15:00+01:00")]
    [InlineData("00:15:30", "2026-11-30T00:15:30+01:00")]
    [InlineData("23:50", "2026-11-29T23:50:00+01:00")]
    [InlineData("10:42", "2026-11-29T10:42:00+01:00")]
    [InlineData("2026-11-29T10:42:00Z", "2026-11-29T10:42:00+00:00")]
    public void A_time_alone_was_last_so(string text, string expected) => Assert.Equal(
        expected, EarlierTime.Read(text, _time)?.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("25:00")]
    public void What_is_no_time_is_none(string text) => Assert.Null(EarlierTime.Read(text, _time));
}
