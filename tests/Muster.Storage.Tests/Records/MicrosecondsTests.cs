using Muster.Records;

namespace Muster.Storage.Tests.Records;

public sealed class MicrosecondsTests
{
    [Fact]
    public void Every_moment_and_every_span_comes_back_to_the_microsecond()
    {
        foreach (var time in new[] { DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue })
        {
            Assert.Equal(time.UtcTicks / 10, Microseconds.ToTime(Microseconds.From(time)).UtcTicks / 10);
        }

        foreach (var span in new[] { TimeSpan.MinValue, TimeSpan.Zero, TimeSpan.MaxValue })
        {
            Assert.Equal(span.Ticks / 10, Microseconds.ToSpan(Microseconds.From(span)).Ticks / 10);
        }
    }

    /// <summary>The last would be a moment of 1970 if the product were let overflow.</summary>
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(253402300800000000)]
    [InlineData(-62135596800000001)]
    [InlineData(1 + (long.MaxValue / 5))]
    public void A_number_beyond_all_dates_is_refused(long microseconds) => Assert.Contains(
        "beyond all dates",
        Assert.Throws<OverflowException>(() => Microseconds.ToTime(microseconds)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1 + (long.MaxValue / 5))]
    public void A_number_longer_than_any_span_is_refused(long microseconds) => Assert.Contains(
        "longer than any span",
        Assert.Throws<OverflowException>(() => Microseconds.ToSpan(microseconds)).Message,
        StringComparison.Ordinal);
}
