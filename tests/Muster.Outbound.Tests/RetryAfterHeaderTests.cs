namespace Muster.Outbound.Tests;

public sealed class RetryAfterHeaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("30", 30)]
    [InlineData(" 30 ", 30)]
    [InlineData("2147483647", 365 * 86400)]
    [InlineData("99999999999999999999999", 365 * 86400)]
    [InlineData("Wed, 04 Mar 2026 05:07:07 GMT", 60)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 365 * 86400)]
    public void Both_forms_are_read(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterHeader.Read(text, Now));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("Wed, 04 Mar 2026 05:06:07 GMT")]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    public void What_is_none_or_over_is_no_wait(string text) => Assert.Null(RetryAfterHeader.Read(text, Now));

    [Fact]
    public void It_is_read_off_an_answer()
    {
        using var answer = new HttpResponseMessage();
        Assert.Null(RetryAfterHeader.Read(answer.Headers, Now));

        answer.Headers.TryAddWithoutValidation("Retry-After", "7");

        Assert.Equal(TimeSpan.FromSeconds(7), RetryAfterHeader.Read(answer.Headers, Now));
    }
}
