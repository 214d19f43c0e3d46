namespace Muster.Core.Tests;

public class DurationTextTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("1h30m", 5400)]
    [InlineData("90d", 90 * 86400)]
    [InlineData("10675199d2h48m5s", 922337203685)]
    [InlineData("0s", 0)]
    public void A_time_is_read(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(seconds, value.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("5minutes")]
    [InlineData("1h30")]
    [InlineData("9999999999s")]
    [InlineData("999999999h")]
    [InlineData("999999999d")]
    [InlineData("10675199d2h48m6s")]
    [InlineData("9999999d9999999d")]
    public void What_is_no_time_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("0s")]
    [InlineData("500ms")]
    [InlineData("30s")]
    [InlineData("5m")]
    [InlineData("1h30m")]
    [InlineData("90d")]
    public void A_time_is_written_as_it_is_read(string text)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(text, DurationText.Format(value));
    }

    [Fact]
    public void Only_the_two_largest_units_are_written() =>
        Assert.Equal("1d2h", DurationText.Format(new TimeSpan(1, 2, 3, 4)));
}
