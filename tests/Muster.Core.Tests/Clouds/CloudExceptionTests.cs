using Muster.Core.Clouds;

namespace Muster.Core.Tests.Clouds;

public sealed class CloudExceptionTests
{
    [Fact]
    public void No_cloud_asks_for_more_than_an_hour_of_silence()
    {
        var error = new CloudException(CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(int.MaxValue));

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Equal("slow down (it asked for 24855d3h without a call; Muster waits 1h)", error.Message);
    }

    [Fact]
    public void An_hour_and_less_is_kept_to_the_tick_and_not_commented()
    {
        var error = new CloudException(CloudErrorKind.Throttled, "slow down", TimeSpan.FromHours(1));

        Assert.Equal((TimeSpan.FromHours(1), "slow down"), (error.RetryAfter, error.Message));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void No_time_is_none_asked_for(long ticks) =>
        Assert.Null(new CloudException(CloudErrorKind.Throttled, "slow down", TimeSpan.FromTicks(ticks)).RetryAfter);

    [Fact]
    public void Told_again_by_another_layer_it_stays_as_it_is()
    {
        var first = new CloudException(CloudErrorKind.Throttled, "slow down", TimeSpan.MaxValue);
        var second = new CloudException(CloudErrorKind.Ambiguous, first.Message, first.RetryAfter, first);

        Assert.Equal((first.RetryAfter, first.Message), (second.RetryAfter, second.Message));
    }
}
