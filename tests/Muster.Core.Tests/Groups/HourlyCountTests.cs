using Muster.Core.Groups;
using Muster.Core.Reconciling;

namespace Muster.Core.Tests.Groups;

public sealed class HourlyCountTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(50);

    [Fact]
    public void What_happened_within_the_hour_counts_and_what_is_older_does_not()
    {
        var count = HourlyCount.Empty.Add(3, Start).Add(2, Start.AddMinutes(30));

        Assert.Equal(5, count.At(Start.AddMinutes(59)));
        Assert.Equal(2, count.At(Start.AddMinutes(66)));
        Assert.Equal(0, count.At(Start.AddMinutes(96)));
    }

    [Fact]
    public void The_release_is_when_the_oldest_bucket_stops_to_count()
    {
        var count = HourlyCount.Empty.Add(3, Start);

        var release = count.NextReleaseAt(Start.AddMinutes(10));

        Assert.NotNull(release);
        Assert.Equal(3, count.At(release.Value.AddSeconds(-1)));
        Assert.Equal(0, count.At(release.Value));
    }

    [Fact]
    public void Buckets_that_are_past_are_dropped_on_the_next_add()
    {
        var count = HourlyCount.Empty.Add(1, Start).Add(1, Start.AddHours(3));

        Assert.Single(count.Buckets);
    }
}
