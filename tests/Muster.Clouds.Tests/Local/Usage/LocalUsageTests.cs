using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Local.Usage;

/// <summary>What real processes use.</summary>
public sealed class LocalUsageTests
{
    [Fact]
    public async Task A_busy_instance_works_harder_than_one_that_sleeps_also_when_its_children_do_the_work()
    {
        await using var harness = new LocalHarness();
        var idle = await harness.LaunchAsync("sleep 1000");
        var busy = await harness.LaunchAsync("sh -c 'while :; do :; done & while :; do sleep 1; done'");
        var metered = (IMeteredCloud)harness.Cloud;

        InstanceUsage[] usage = [];
        await Patiently.UntilAsync(
            async () =>
            {
                usage = [.. await metered.ReadUsageAsync(Requests.Installation, TestContext.Current.CancellationToken)];
                return usage.Length == 2 && usage.All(one => one.CpuPercent is not null);
            },
            "both are measured",
            pause: TimeSpan.FromSeconds(1));

        var (hard, little) = (
            Assert.Single(usage, one => one.Instance == busy.Id), Assert.Single(usage, one => one.Instance == idle.Id));
        Assert.True(hard.CpuPercent > little.CpuPercent, $"{hard} and {little}");
        Assert.All(usage, one => Assert.True(one.MemoryPercent is > 0 and < 100, $"{one}"));
    }
}
