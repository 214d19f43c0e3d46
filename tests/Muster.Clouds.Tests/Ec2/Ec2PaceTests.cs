namespace Muster.Clouds.Tests.Ec2;

/// <summary>The pace that the cloud declares, under the limits that Amazon publishes.</summary>
public sealed class Ec2PaceTests
{
    // RunInstances, the tightest: at once, and a second.
    private const double BucketBurst = 5, BucketPerSecond = 2;

    [Fact]
    public async Task It_never_asks_for_more_launches_than_there_are_and_leaves_one_for_calls_that_come_closer_together()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var traits = harness.Cloud.Traits;

        Assert.Equal(BucketBurst - 1, traits.Burst);
        Assert.InRange(traits.WritesPerSecond, 0.95 * BucketPerSecond, BucketPerSecond);
        // A hundred launches within a tenth more than the limit allows at best.
        var (ours, ideal) = ((100 - traits.Burst) / traits.WritesPerSecond, (100 - BucketBurst) / BucketPerSecond);
        Assert.InRange(ours / ideal, 1, 1.1);
    }
}
