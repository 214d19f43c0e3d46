using System.Text.Json;

using Muster.Simulators.Triton.Machines;

namespace Muster.Clouds.Tests.Triton.Clients;

/// <summary>
/// The simulator checked with a client that knows the real CloudAPI, so that what Muster is tested against is not Muster's own opinion.
/// </summary>
public sealed class TritonProgramTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("ecdsa", "-b", "256")]
    [InlineData("ed25519")]
    public async Task A_machine_is_made_tagged_stopped_and_deleted(string key, params string[] more)
    {
        await using var harness = await TritonHarness.StartAsync();
        var triton = TritonProgram.With(harness, key, more);

        await triton.RunAsync(
            "instance", "create", "--wait", "--name", "db0", "--tag", "role=db", "--metadata", "k=v", Catalogue.Image, Catalogue.Package);
        await triton.RunAsync("instance", "tag", "set", "--wait", "db0", "tier=gold");
        var machine = Assert.Single(await triton.JsonAsync("instance", "list"));
        var tags = Assert.Single(await triton.JsonAsync("instance", "tag", "list", "db0"));
        await triton.RunAsync("instance", "stop", "--wait", "db0");
        var stopped = Assert.Single(harness.Simulator.Machines.Alive).State;
        await triton.RunAsync("instance", "delete", "--force", "--wait", "db0");

        Assert.Equal(("db0", "running", Catalogue.Package), (Text(machine, "name"), Text(machine, "state"), Text(machine, "package")));
        Assert.Equal(("db", "gold"), (Text(tags, "role"), Text(tags, "tier")));
        Assert.Equal("stopped", stopped);
        Assert.Empty(harness.Simulator.Machines.Alive);
    }

    [Fact]
    public async Task It_sees_the_machines_that_Muster_makes_as_Muster_sees_its_own()
    {
        await using var harness = await TritonHarness.StartAsync();
        var triton = TritonProgram.With(harness, "rsa", "-b", "2048", "-m", "PEM");
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var byName = Assert.Single(await triton.JsonAsync("instance", "list", "tag.tsg.name=web"));
        await triton.RunAsync("instance", "enable-deletion-protection", "--wait", launched.Name);
        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(launched.Id.Value, Text(byName, "id"));
        Assert.True(listed.IsProtected);
    }

    [Fact]
    public async Task It_finds_the_account_its_keys_and_what_can_be_launched()
    {
        await using var harness = await TritonHarness.StartAsync();
        var triton = TritonProgram.With(harness, "rsa", "-b", "2048", "-m", "PEM");

        var account = Assert.Single(await triton.JsonAsync("account", "get"));
        var images = await triton.JsonAsync("image", "list");
        var packages = await triton.JsonAsync("package", "list");
        var networks = await triton.JsonAsync("network", "list");
        var keys = await triton.JsonAsync("key", "list");

        Assert.Equal(TritonHarness.Login, Text(account, "login"));
        Assert.Contains(images, image => Text(image, "id") == Catalogue.Image);
        Assert.Contains(packages, package => Text(package, "name") == Catalogue.Package);
        Assert.Contains(networks, network => Text(network, "id") == Catalogue.Network);
        Assert.Contains(keys, one => Text(one, "fingerprint") == triton.KeyId);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
