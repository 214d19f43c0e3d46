using Muster.Clouds.Kit;

namespace Muster.Clouds.Tests.Kit;

public sealed class GraceTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("60m", 3_600_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1m30s", 90_000)]
    public void A_grace_is_a_time_of_an_hour_at_most(string text, int ms) =>
        Assert.Equal(TimeSpan.FromMilliseconds(ms), Grace.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("61m")]
    [InlineData("1h1ms")]
    [InlineData("99999999999s")]
    public void Anything_else_is_none(string text) => Assert.Null(Grace.Parse(text));
}
