using Muster.Core.Steering;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering;

public sealed class BootTimesTests
{
    [Fact]
    public void The_time_from_the_first_that_is_missing_until_none_is_counts()
    {
        var boots = BootTimes.Unknown.After(3, 3, Some.Now)
            .After(5, 3, Some.Now.AddSeconds(15))
            .After(5, 4, Some.Now.AddSeconds(30))
            .After(5, 5, Some.Now.AddSeconds(75));

        Assert.Equal(new(TimeSpan.FromSeconds(60), null), boots);
    }

    [Fact]
    public void One_more_measurement_moves_the_mean_by_an_eighth()
    {
        var boots = new BootTimes(TimeSpan.FromSeconds(80), Some.Now).After(5, 5, Some.Now.AddSeconds(160));

        Assert.Equal(TimeSpan.FromSeconds(90), boots.Typical);
    }

    [Fact]
    public void What_takes_longer_than_any_boot_is_no_boot()
    {
        var boots = new BootTimes(null, Some.Now).After(5, 5, Some.Now.AddHours(1));

        Assert.Equal(BootTimes.Unknown, boots);
    }
}
