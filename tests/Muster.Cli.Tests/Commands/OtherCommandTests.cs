using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Clouds, status, tokens and the connection itself, against a real server.</summary>
public sealed class OtherCommandTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_local_cloud_is_listed_and_good()
    {
        using var clouds = JsonDocument.Parse((await _server.GoodAsync("cloud", "list", "--json")).Out);
        var check = await _server.GoodAsync("cloud", "check", "local");

        Assert.Equal("local", clouds.RootElement[0].GetProperty("kind").GetString());
        Assert.Matches("Verdict: +good\n", check.Out);
    }

    [Fact]
    public async Task A_cloud_is_checked_step_by_step_up_to_what_is_wrong_with_a_template()
    {
        await _server.GoodAsync("template", "create", "gone", "--cloud", "local", "--image", "/no/such/program", "--no-check");

        var check = await _server.RunAsync("cloud", "check", "local", "--template", "gone");

        Assert.Equal(ExitCode.Error, check.Code);
        Assert.StartsWith(
            "✓ endpoint: answers\n✓ credentials: taken\n✓ permissions: may list; 0 instances of this account\n"
            + "✗ image: image is '/no/such/program': '/no/such/program' does not exist\n",
            check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_kind_of_cloud_cannot_do_is_said()
    {
        var leftovers = await _server.RunAsync("cloud", "leftovers", "local");
        var like = await _server.RunAsync("template", "create", "web", "--cloud", "local", "--like", "1");

        Assert.EndsWith(
            "makes nothing with an instance that outlives it: there is nothing to look for", leftovers.ErrorLines[0],
            StringComparison.Ordinal);
        Assert.Contains("cannot read a machine into a template", like.Error, StringComparison.Ordinal);
        Assert.All([leftovers, like], run => Assert.NotEqual(ExitCode.Ok, run.Code));
    }

    [Fact]
    public async Task A_machine_to_read_needs_its_cloud_and_no_file_beside_it()
    {
        var (nowhere, both) = (
            await _server.RunAsync("template", "create", "web", "--like", "1"),
            await _server.RunAsync("template", "create", "web", "--cloud", "local", "--like", "1", "-f", "web.toml"));

        Assert.Contains("--cloud must say where", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("--like cannot be combined with --file", both.Error, StringComparison.Ordinal);
        Assert.All([nowhere, both], run => Assert.Equal(ExitCode.Usage, run.Code));
    }

    [Fact]
    public async Task An_unknown_cloud_is_not_found() =>
        Assert.Equal(ExitCode.NotFound, (await _server.RunAsync("cloud", "check", "nowhere")).Code);

    [Fact]
    public async Task Status_tells_version_and_groups()
    {
        await _server.WithGroupAsync("web", 0);

        // A group that is settled before its sweep is held here is nobody's for a moment.
        CliRun? run = null;
        await Patiently.UntilAsync(
            async () => Regex.IsMatch((run = await _server.GoodAsync("status")).Out, "Groups: +1, "), "status tells of the one group");

        Assert.Matches(@"Version: +\d+\.\d+\.\d+\n", run!.Out);
    }

    [Fact]
    public async Task A_token_is_alone_on_stdout_so_that_a_file_can_take_it()
    {
        var created = await _server.GoodAsync("token", "create", "deploy", "--role", "operate", "--expires", "1h");

        Assert.Matches("^mst_[A-Za-z0-9_-]{43}\n$", created.Out);
        Assert.Contains("'deploy' (operate, installation)", created.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Out.Trim(), (await _server.GoodAsync("token", "list", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_is_listed_as_such()
    {
        await _server.GoodAsync("token", "create", "deploy", "--role", "read");

        await _server.GoodAsync("token", "revoke", "deploy");

        Assert.Contains("revoked", (await _server.GoodAsync("token", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named_with_what_to_do()
    {
        var run = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = "http://127.0.0.1:1" }, "group", "list");

        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Empty(run.Out);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.Contains("http://127.0.0.1:1/", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("muster dev", run.ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://x", "MUSTER_ADDR is 'ftp://x': http://HOST:PORT or https://HOST:PORT")]
    [InlineData("http://", "MUSTER_ADDR is 'http://': http://HOST:PORT or https://HOST:PORT")]
    public async Task An_address_that_is_none_is_refused(string address, string expected)
    {
        var run = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = address }, "group", "list");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal($"muster: {expected}", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_broken_token_is_refused_without_being_shown()
    {
        var file = _directory.Write("token", "mst_secret with spaces");

        var run = await _server.RunAsync("group", "list", "--token-file", file);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }
}
