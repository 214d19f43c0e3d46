using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What is told of the account's limits.</summary>
public sealed class Ec2QuotaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_in_use_is_counted_in_vcpus_spot_apart_from_the_others()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.MachinesMax = 16);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.Cloud.LaunchAsync(harness.Request() with { IsInterruptible = true }, Cancellation);

        var step = await QuotaAsync(harness);

        Assert.True(step.IsGood);
        Assert.Contains("4 of 32 vCPUs on demand are in use, and 2 of 32 of spot instances", step.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_is_reached_is_told_with_what_to_do()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.MachinesMax = 1);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var step = await QuotaAsync(harness);

        Assert.False(step.IsGood);
        Assert.EndsWith(": ask for a higher limit in Service Quotas, or take another region", step.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_right_to_ask_it_is_said_and_nothing_is_wrong()
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Denied["ServiceQuotasV20190624.GetServiceQuota"] = true;

        Assert.Equal(
            new CloudStep(
                "quota", IsGood: true, "not looked at: the credential lacks servicequotas:GetServiceQuota, which nothing else needs"),
            await QuotaAsync(harness));
    }

    private static async Task<CloudStep> QuotaAsync(Ec2Harness harness) =>
        (await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation)).Single(step => step.Name == "quota");
}
