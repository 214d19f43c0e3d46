using Muster.Clouds.Tests.Daemons;
using Muster.Core.Instances;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>
/// The simulator checked with OpenStack's own program, so that what Muster is tested against is not Muster's own opinion. <c>./test</c>
/// installs it. It takes seconds to start, so that one process gets all commands.
/// </summary>
public sealed class OpenStackProgramTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_sees_locks_stops_and_deletes_the_servers_that_Muster_makes()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var first = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var second = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var third = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var said = await RunAsync(
            harness,
            $"server list --tags {MusterTags.Group}={first.Tags[MusterTags.Group]} -f csv",
            $"server lock {first.Id}", $"server stop {second.Id}", $"server delete {third.Id}");
        var listed = await harness.ListAsync();

        Assert.All(
            [first, second, third],
            server => Assert.Contains($"\"{server.Id}\",\"{server.Name}\",\"ACTIVE\"", said, StringComparison.Ordinal));
        Assert.Equal(2, listed.Length);
        Assert.True(listed.Single(one => one.Id == first.Id).IsProtected);
        Assert.Equal(InstanceState.Stopped, listed.Single(one => one.Id == second.Id).State);
    }

    [Fact]
    public async Task What_it_makes_is_made_as_it_asks()
    {
        await using var harness = await OpenStackHarness.StartAsync();

        var said = await RunAsync(
            harness,
            $"server create --image {Catalogue.ImageId} --flavor {Catalogue.Flavor} --network {Catalogue.Network} --key-name ops "
                + $"--security-group web --availability-zone us-east --property role=db --tag blue --config-drive true "
                + $"--hint group={Catalogue.ServerGroupId} db0 -f json -c status -c name");
        var server = Assert.Single(harness.Simulator.Servers.Alive);

        Assert.Contains("db0", said, StringComparison.Ordinal);
        Assert.Equal(
            ("db0", Catalogue.FlavorId, Catalogue.ImageId, "us-east", "ops", Catalogue.ServerGroupId, true, "db"),
            (server.Name, server.Flavor, server.Image, server.Zone, server.KeyName, server.ServerGroup, server.HasConfigDrive,
                server.Metadata["role"]));
        Assert.Equal(["blue"], server.Tags);
        Assert.Equal([Catalogue.Network], server.Networks);
    }

    [Fact]
    public async Task It_lists_what_can_be_launched()
    {
        await using var harness = await OpenStackHarness.StartAsync();

        var said = await RunAsync(
            harness, "flavor list", "image list", "network list", "security group list", "keypair list", "availability zone list --compute",
            "server group list", "limits show --absolute");

        string[] all =
        [
            Catalogue.Flavor, Catalogue.ImageId, Catalogue.OtherNetworkId, Catalogue.SecurityGroupId, "ops", "us-west",
            Catalogue.ServerGroupId, "maxTotalInstances",
        ];
        Assert.All(all, word => Assert.Contains(word, said, StringComparison.Ordinal));
    }

    private static Task<string> RunAsync(OpenStackHarness harness, params string[] commands) => Tool.RunAsync(
        "openstack", [],
        new Dictionary<string, string>
        {
            ["OS_CLIENT_CONFIG_FILE"] = harness.CloudsFile,
            ["OS_CLOUD"] = "rack",
            ["OS_COMPUTE_API_VERSION"] = "2.69",
            ["HOME"] = harness.Root,
            ["PYTHONWARNINGS"] = "ignore",
        },
        string.Join('\n', commands) + "\n");
}
