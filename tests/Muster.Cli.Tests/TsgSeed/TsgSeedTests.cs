using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.TsgSeed;

/// <summary>The original's test data, as a client in dev mode finds it over the wire.</summary>
public sealed class TsgSeedTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_originals_test_data_is_there_under_its_ids_and_a_repeat_changes_nothing()
    {
        var key = _directory.Write("key", System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256).ExportECPrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var config = _directory.Write("muster.toml", $"""
            data = "data"
            [server]
            listen = "127.0.0.1:0"
            log_level = "error"
            [auth]
            mode = "none"
            [[cloud]]
            name = "east"
            kind = "triton"
            [cloud.options]
            url = "http://127.0.0.1:1"
            account = "joyent"
            key_file = "{key}"
            """);
        for (var turn = 0; turn < 2; turn++)
        {
            var run = await CliRun.Of("tsg", "seed", "--config", config, "--cloud", "east");
            Assert.True(run.Code is ExitCode.Ok, run.Error);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var (address, running) = await ServingProgram.StartAsync(["server", "--config", config], stop.Token);
        using var http = new HttpClient { BaseAddress = new(address) };
        var group = await http.GetStringAsync("/v1/tsg/groups/1398d5b9-5750-4ed8-af0d-fe328f5d8cd0", stop.Token);
        var template = await http.GetStringAsync("/v1/tsg/templates/437c560d-b1a9-4dae-b3b3-6dbabb7d23a7", stop.Token);
        await stop.CancelAsync();
        await running;

        Assert.StartsWith(
            """{"id":"1398d5b9-5750-4ed8-af0d-fe328f5d8cd0","group_name":"test-group-6","template_id":"437c560d-b1a9-4dae-b3b3-6dbabb7d23a7","capacity":12,""",
            group, StringComparison.Ordinal);
        Assert.StartsWith(
            """{"id":"437c560d-b1a9-4dae-b3b3-6dbabb7d23a7","template_name":"test-template-6","package":"test-package","image_id":"49b22aec-0c8a-11e6-8807-a3eb4db576ba","firewall_enabled":false,"networks":["f7ed95d3-faaf-43ef-9346-15644403b963"],"userdata":"bash script here","metadata":null,"tags":null,""",
            template, StringComparison.Ordinal);
    }
}
