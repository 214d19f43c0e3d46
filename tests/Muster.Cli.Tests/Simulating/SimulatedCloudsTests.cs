using Muster.Cli.Simulating;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Simulating;

/// <summary>The clouds that <c>muster dev --simulate</c> pretends, without the server beside them.</summary>
public sealed class SimulatedCloudsTests : IDisposable
{
    private static readonly SimulatedBehaviour Quick = new(TimeSpan.Zero, TimeSpan.Zero, FailingShare: 0, PerSecond: 0);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Azure_has_the_subscription_that_it_had_before_a_restart()
    {
        var subscriptions = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var azure = await StartAsync(Simulated.Azure);
            subscriptions.Add(azure.Cloud.Options["subscription_id"]);
        }

        Assert.True(Guid.TryParse(subscriptions[0], out _));
        Assert.Equal(subscriptions[0], subscriptions[1]);
    }

    [Fact]
    public async Task Ec2_names_its_region_to_both_versions_of_the_aws_program()
    {
        await using var ec2 = await StartAsync(Simulated.Ec2);

        var region = ec2.Cloud.Options["region"];
        Assert.Contains($"export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n", ec2.Greeting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ec2")]
    [InlineData("gce")]
    [InlineData("openstack")]
    public async Task Load_balancers_are_shown_with_a_drain_that_may_take_longer_than_their_own_delay(string kind)
    {
        await using var cloud = await StartAsync(SimulatedClouds.Words.Single(one => one.Word == kind).What);

        Assert.Contains(
            "muster group update fleet --traffic lb,backend=web,", cloud.Greeting, StringComparison.Ordinal);
        Assert.Contains(" --drain-through lb --drain-deadline 1m\n", cloud.Greeting, StringComparison.Ordinal);
        Assert.Equal("5s", cloud.Traffic!.Options["settle"]);
    }

    private async Task<SimulatedCloud> StartAsync(Simulated what) =>
        await SimulatedClouds.StartAsync(what, _directory.Path, Quick, TimeProvider.System)
            ?? throw new InvalidOperationException($"{what} is no cloud");
}
