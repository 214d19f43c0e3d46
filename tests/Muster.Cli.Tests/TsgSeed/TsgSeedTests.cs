using Muster.Cli.Exits;
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
        var config = Config("east");
        foreach (var named in (string[][])[[], ["--cloud", "east"]])
        {
            var run = await CliRun.Of(["tsg", "seed", "--config", config, .. named]);
            Assert.True(run.Code is ExitCode.Ok, run.Error);
            Assert.Equal(
                ["muster: test-template-1 to 6, for the cloud 'east', and test-group-1 to 6, suspended, are in the account 'default'"],
                run.ErrorLines);
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

    [Fact]
    public async Task A_cloud_that_the_file_does_not_name_is_refused()
    {
        var run = await CliRun.Of("tsg", "seed", "--config", Config("east", "west"), "--cloud", "triton");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Matches("^muster: --cloud is 'triton': a \\[\\[cloud\\]\\] of kind triton in .*muster.toml: east, west\\s*$", run.Error);
    }

    [Fact]
    public async Task Of_several_clouds_one_must_be_named()
    {
        var run = await CliRun.Of("tsg", "seed", "--config", Config("east", "west"));

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Matches("^muster: .*muster.toml has several clouds of kind triton: name one with --cloud: east, west\\s*$", run.Error);
    }

    [Fact]
    public async Task Templates_that_are_there_for_another_cloud_are_not_taken_for_these()
    {
        var config = Config("east", "west");
        Assert.Equal(ExitCode.Ok, (await CliRun.Of("tsg", "seed", "--config", config, "--cloud", "east")).Code);

        var run = await CliRun.Of("tsg", "seed", "--config", config, "--cloud", "west");

        Assert.Equal(ExitCode.Conflict, run.Code);
        Assert.StartsWith(
            "muster: test-template-1 is there already, for the cloud 'east', and not for 'west'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_of_dev_gets_them_for_the_cloud_that_dev_pretends()
    {
        var run = await CliRun.Of("tsg", "seed", "--data", Path.Combine(_directory.Path, "dev"));

        Assert.True(run.Code is ExitCode.Ok, run.Error);
        Assert.Contains("for the cloud 'triton'", run.Error, StringComparison.Ordinal);
    }

    private string Config(params string[] clouds)
    {
        var key = _directory.Write("key", System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256).ExportECPrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var tables = clouds.Select(cloud => $"""
            [[cloud]]
            name = "{cloud}"
            kind = "triton"
            [cloud.options]
            url = "http://127.0.0.1:1"
            account = "joyent"
            key_file = "{key}"
            """);
        return _directory.Write("muster.toml", $"""
            data = "data"
            [server]
            listen = "127.0.0.1:0"
            log_level = "error"
            [auth]
            mode = "none"
            {string.Join('\n', tables)}
            """);
    }
}
