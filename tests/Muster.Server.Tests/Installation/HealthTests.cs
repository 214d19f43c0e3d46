using Muster.Core.Storage;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Installation;

public sealed class HealthTests
{
    [Fact]
    public async Task A_server_is_alive_whatever_its_store_does_and_ready_only_when_it_answers()
    {
        await using var server = await RunningServer.StartDevAsync();
        Assert.True((await server.GetAsync("/readyz")).Good(200).Json.GetProperty("ready").GetBoolean());

        server.Faults.Fault = new StoreException(StoreErrorKind.Unavailable, "no answer from 192.0.2.7");

        (await server.GetAsync("/healthz")).Good(200);
        var answer = (await server.GetAsync("/readyz")).Good(503);
        Assert.False(answer.Json.GetProperty("ready").GetBoolean());
        var store = answer.Json.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("name").GetString() == "store");
        Assert.Equal("unavailable", store.GetProperty("message").GetString());
        Assert.DoesNotContain("192.0.2.7", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_tells_the_installation_the_pulse_and_the_clouds()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        await server.Client.CheckGroupAsync("shop", TestContext.Current.CancellationToken);

        var status = await server.Client.GetStatusAsync(TestContext.Current.CancellationToken);

        Assert.Equal(server.Memory.Installation.Value, status.InstallationId);
        Assert.Equal(("0.1.0", 1, 1), (status.Version, status.Pulse!.Groups, status.Pulse.Checks));
        Assert.Equal(["other", "sim"], status.Clouds.Select(cloud => cloud.Cloud));
        Assert.Equal(3, status.Clouds[1].Writes);
        Assert.True(status.Position >= 4);
    }

    [Fact]
    public async Task The_clouds_are_listed_with_what_they_can_and_checked_by_name()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync(desired: 2);
        await server.Client.CheckGroupAsync("shop", TestContext.Current.CancellationToken);

        var clouds = await server.Client.ListCloudsAsync(TestContext.Current.CancellationToken);
        var check = await server.Client.CheckCloudAsync("sim", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([("other", "simulated"), ("sim", "simulated")], clouds.Items.Select(cloud => (cloud.Name, cloud.Kind)));
        Assert.True(clouds.Items[1].LaunchTokens);
        Assert.Equal((true, 2), (check.Good, check.Instances));
        Assert.Contains(
            "other, sim",
            (await server.GetAsync("/v1/clouds/nowhere/check")).Problem(404, "cloud_not_found").Detail,
            StringComparison.Ordinal);
    }
}
