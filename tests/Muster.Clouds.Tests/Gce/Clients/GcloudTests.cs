using System.Text.Json;

using Muster.Clouds.Tests.Gce.Balancing;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Gce.Clients;

/// <summary>The simulator checked with Google's own client, so that what Muster is tested against is not Muster's own opinion.</summary>
public sealed class GcloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_lists_describes_and_deletes_what_Muster_makes()
    {
        await using var harness = await GceHarness.StartAsync();
        var gcloud = Gcloud.With(harness);
        var launched = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "us-central1-b" }, Cancellation);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var all = await gcloud.JsonAsync("instances", "list");
        var ours = await gcloud.JsonAsync(
            "instances", "list", $"--filter=labels.muster_launch={launched.Tags[MusterTags.Launch]}");
        var one = await gcloud.JsonAsync("instances", "describe", launched.Name, "--zone", "us-central1-b");
        await gcloud.RunAsync("instances", "delete", launched.Name, "--zone", "us-central1-b", "--quiet");

        Assert.Equal(2, all.GetArrayLength());
        Assert.Equal(launched.Name, Text(Assert.Single(ours.EnumerateArray()), "name"));
        Assert.Equal(
            ("RUNNING", Local.Requests.Group.ToString()), (Text(one, "status"), Text(one.GetProperty("labels"), "muster_group")));
        Assert.DoesNotContain(await harness.ListAsync(), instance => instance.Id == launched.Id);
    }

    [Fact]
    public async Task Muster_sees_reads_and_ends_what_it_makes()
    {
        await using var harness = await GceHarness.StartAsync();
        var gcloud = Gcloud.With(harness);

        await gcloud.RunAsync(
            "instances", "create", "db0", "--zone", "us-central1-a", "--machine-type", "e2-medium", "--image-family", "debian-12",
            "--image-project", "debian-cloud", "--tags", "db", "--labels",
            $"muster_installation={Local.Requests.Installation},muster_group={Local.Requests.Group},tier=gold", "--metadata", "k=v");
        var listed = Assert.Single(await harness.ListAsync());
        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(new("db0"), Cancellation);
        await harness.Cloud.TerminateAsync(listed.Id, Cancellation);

        Assert.Equal(("us-central1-a.db0", InstanceState.Running, "gold"), (listed.Id.Value, listed.State, listed.Tags["tier"]));
        Assert.Equal(("e2-medium", "db"), (draft.Size, draft.Options["network_tags"]));
        Assert.Empty((await gcloud.JsonAsync("instances", "list")).EnumerateArray());
    }

    [Fact]
    public async Task It_lists_what_Muster_attaches_and_Muster_what_it_attaches()
    {
        await using var rig = await BalancerRig.StartAsync();
        var gcloud = Gcloud.With(rig.Harness);
        var (member, other) = (await rig.LaunchAsync(), await rig.LaunchAsync());
        rig.Groups.Remove(BalancerRig.Zone, BalancerRig.Backend);
        await gcloud.RunAsync(
            "network-endpoint-groups", "create", BalancerRig.Backend, "--zone", BalancerRig.Zone, "--network-endpoint-type",
            "gce-vm-ip-port", "--network", "default");
        await rig.JoinAsync(member);
        await gcloud.RunAsync(
            "network-endpoint-groups", "update", BalancerRig.Backend, "--zone", BalancerRig.Zone, "--add-endpoint",
            $"instance={other.Instance.Name},ip={other.Instance.Addresses[0]},port=8080");

        var groups = await gcloud.JsonAsync("network-endpoint-groups", "list", "--zones", BalancerRig.Zone);
        var listed = await gcloud.JsonAsync(
            "network-endpoint-groups", "list-network-endpoints", BalancerRig.Backend, "--zone", BalancerRig.Zone);
        var entries = await rig.ListAsync(member, other);
        await gcloud.RunAsync(
            "network-endpoint-groups", "update", BalancerRig.Backend, "--zone", BalancerRig.Zone, "--remove-endpoint",
            $"instance={member.Instance.Name},ip={member.Instance.Addresses[0]},port=8080");

        Assert.Equal("GCE_VM_IP_PORT", Text(Assert.Single(groups.EnumerateArray()), "networkEndpointType"));
        Assert.Equal(
            new[] { member, other }.Select(one => one.Instance.Name).Order(StringComparer.Ordinal),
            listed.EnumerateArray().Select(one => Text(one.GetProperty("networkEndpoint"), "instance")));
        Assert.Equal(2, entries.Count(entry => entry.Member is not null));
        Assert.Equal(other, Assert.Single(await rig.ListAsync(member, other)).Member);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
