using System.Net;

using Muster.Clouds.Tests.Ec2.Balancing;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Traffic;

namespace Muster.Clouds.Tests.Ec2.Judges;

/// <summary>What target groups are asked, answered by moto.</summary>
/// <remarks>moto has no deregistration delay: what is deregistered is gone at once. It knows a target by its instance alone.</remarks>
public sealed class MotoBalancingTests(MotoServer moto) : IClassFixture<MotoServer>
{
    private static readonly SystemRandomSource Random = new();

    private readonly InstallationId _installation = new(Random.NextId());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_joins_drains_and_leaves()
    {
        await using var cloud = moto.Open();
        var arn = await moto.MakeTargetGroupAsync("web", "instance");
        await using var source = ((IBalancingCloud)cloud).OpenBalancer(new(TimeSpan.Zero));
        var member = await LaunchAsync(cloud);
        var (byName, byArn) = (TargetGroupHarness.Scope(), TargetGroupHarness.Scope(arn, group: 2));

        await source.JoinAsync(byName, member, Cancellation);
        await source.JoinAsync(byName, member, Cancellation);
        var joined = Assert.Single(await source.ListAsync(byName, [member], Cancellation));
        var same = Assert.Single(await source.ListAsync(byArn, [member], Cancellation));
        var drained = await source.DrainAsync(byName, member, Cancellation);
        var empty = await source.ListAsync(byName, [member], Cancellation);
        await source.JoinAsync(byName, member, Cancellation);
        await source.LeaveAsync(byName, joined, Cancellation);
        await source.LeaveAsync(byName, joined, Cancellation);

        Assert.Equal(
            ($"web/{member.Instance.Id}:80", member, TrafficState.Joined, Verdict.Healthy),
            (joined.Key, joined.Member, joined.State, joined.Verdict));
        Assert.Equal(joined, same);
        Assert.Equal(DrainProgress.Empty, drained);
        Assert.Empty(empty);
        Assert.Empty(await source.ListAsync(byArn, [member], Cancellation));
        await cloud.TerminateAsync(member.Instance.Id, Cancellation);
    }

    [Fact]
    public async Task What_cannot_be_used_is_told()
    {
        await using var cloud = moto.Open();
        await moto.MakeTargetGroupAsync("addresses", "ip");
        await using var source = ((IBalancingCloud)cloud).OpenBalancer(new(TimeSpan.Zero));
        var member = await LaunchAsync(cloud);

        Assert.Equal("there is no target group api in eu-central-1", await WhyAsync("api"));
        Assert.Equal(
            "the target group addresses is of type ip: only those of type instance are served",
            await WhyAsync("addresses"));
        await cloud.TerminateAsync(member.Instance.Id, Cancellation);

        async Task<string> WhyAsync(string backend) => (await Assert.ThrowsAsync<CloudException>(
            () => source.JoinAsync(TargetGroupHarness.Scope(backend), member, Cancellation))).Message;
    }

    private async Task<TrafficMember> LaunchAsync(ICloud cloud)
    {
        var request = Local.Requests.Make(Local.Requests.Template("ami-12c6146b") with { Cloud = "moto", Size = "t3.micro" });
        var launched = await cloud.LaunchAsync(
            request with { Tags = request.Tags.SetItem(MusterTags.Installation, _installation.ToString()) }, Cancellation);
        await foreach (var page in cloud.ListAsync(new(_installation), Cancellation))
        {
            if (page.Instances.FirstOrDefault(one => one.Id == launched.Id) is { } found)
            {
                return new("moto", found, new(IPAddress.Parse(found.Addresses[0]), 80));
            }
        }

        throw new InvalidOperationException($"{launched.Id} is not listed");
    }
}
