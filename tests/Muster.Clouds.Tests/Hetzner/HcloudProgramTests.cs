using System.Globalization;
using System.Text.Json;

using Muster.Clouds.Tests.Daemons;
using Muster.Core.Instances;
using Muster.Simulators.Hetzner.Servers;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>
/// The simulator checked with Hetzner's own program, so that what Muster is tested against is not Muster's own opinion. <c>./test</c>
/// installs it.
/// </summary>
public sealed class HcloudProgramTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_made_labelled_switched_off_and_deleted()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.ShowsDatacenters = true);

        await HcloudAsync(
            harness, "server", "create", "--name", "db0", "--type", Catalogue.ServerType, "--image", Catalogue.Image, "--location", "hel1",
            "--label", "role=db", "--ssh-key", Catalogue.SshKey, "--network", Catalogue.Network);
        await HcloudAsync(harness, "server", "add-label", "db0", "tier=gold");
        using var made = JsonDocument.Parse(await HcloudAsync(harness, "server", "describe", "db0", "-o", "json"));
        await HcloudAsync(harness, "server", "poweroff", "db0");
        var off = Assert.Single(harness.Simulator.Servers.All).State;
        await HcloudAsync(harness, "server", "delete", "db0");

        var server = made.RootElement;
        Assert.Equal(("db0", "running"), (server.GetProperty("name").GetString(), server.GetProperty("status").GetString()));
        Assert.Equal("gold", server.GetProperty("labels").GetProperty("tier").GetString());
        Assert.Equal("off", off);
        Assert.Empty(harness.Simulator.Servers.All);
    }

    [Fact]
    public async Task It_sees_the_servers_that_Muster_makes_by_their_labels()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.ShowsDatacenters = true);
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var listed = await HcloudAsync(
            harness, "server", "list", "--selector", $"{MusterTags.Launch}={launched.Tags[MusterTags.Launch]},{MusterTags.Group}", "-o",
            "columns=id,name,status,location", "-o", "noheader");
        await HcloudAsync(harness, "server", "enable-protection", launched.Id.Value, "delete");
        var shown = (await harness.ListAsync()).Single(instance => instance.Id == launched.Id);

        Assert.Equal([launched.Id.Value, launched.Name, "running", launched.Zone!],
            listed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.True(shown.IsProtected);
    }

    [Fact]
    public async Task It_lists_what_can_be_launched()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.ShowsDatacenters = true);

        Assert.Contains(Catalogue.Image, await HcloudAsync(harness, "image", "list"), StringComparison.Ordinal);
        Assert.Contains(
            Catalogue.NewerSnapshot.ToString(CultureInfo.InvariantCulture),
            await HcloudAsync(harness, "image", "list", "--type", "snapshot", "--selector", "role=web"), StringComparison.Ordinal);
        Assert.Contains(Catalogue.ServerType, await HcloudAsync(harness, "server-type", "list"), StringComparison.Ordinal);
        Assert.Contains("Falkenstein", await HcloudAsync(harness, "location", "list"), StringComparison.Ordinal);
        Assert.Contains(Catalogue.Network, await HcloudAsync(harness, "network", "list"), StringComparison.Ordinal);
        Assert.Contains(Catalogue.Firewall, await HcloudAsync(harness, "firewall", "list"), StringComparison.Ordinal);
        Assert.Contains(Catalogue.PlacementGroup, await HcloudAsync(harness, "placement-group", "list"), StringComparison.Ordinal);
    }

    private static Task<string> HcloudAsync(HetznerHarness harness, params string[] arguments) => Tool.RunAsync(
        "hcloud",
        arguments,
        new Dictionary<string, string>
        {
            ["HCLOUD_ENDPOINT"] = harness.Simulator.Url.ToString(), ["HCLOUD_TOKEN"] = harness.Token, ["HOME"] = harness.Root,
        });
}
