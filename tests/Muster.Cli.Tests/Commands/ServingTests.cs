using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core;

namespace Muster.Cli.Tests.Commands;

/// <summary><c>muster dev</c> and <c>muster server</c> up to the point where they serve; what they serve is tested elsewhere.</summary>
public sealed class ServingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0.0.0.0:7474", "a loopback address")]
    [InlineData("everywhere", "ADDRESS:PORT")]
    [InlineData("127.0.0.1:99999", "ADDRESS:PORT")]
    public async Task Dev_listens_on_loopback_only(string listen, string expected)
    {
        var run = await CliRun.Of("dev", "--listen", listen, "--data", _directory.Path);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"muster: --listen is '{listen}': {expected}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var other = await RunningServer.StartAsync();

        var run = await CliRun.Of("dev", "--listen", other.Listen, "--data", _directory.Path);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(other.Listen, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_can_be_checked_without_starting()
    {
        var path = Config();

        var run = await CliRun.Of("server", "--config", path, "--check");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(["muster.toml"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_server_that_nobody_could_enter_says_how_to_make_the_first_token()
    {
        var path = Config();

        var run = await CliRun.Of("server", "--config", path);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains($"muster token create admin --role admin --config {path}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_accounts_enter_by_their_signatures_needs_no_token()
    {
        var path = Config("""
            [[cloud]]
            name = "east"
            kind = "triton"
            [cloud.options]
            url = "http://127.0.0.1:9"
            credential = "account"

            """);
        using var stop = new CancellationTokenSource();

        var (address, running) = await ServingProgram.StartAsync(["server", "--config", path], stop.Token);
        using var http = new HttpClient { BaseAddress = new(address) };
        var unsigned = await http.GetAsync("/v1/tsg/groups", TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, unsigned.StatusCode);
        Assert.Equal(ExitCode.Ok, await running);
    }

    [Fact]
    public async Task A_reader_alone_cannot_open_a_server_for_others()
    {
        var path = Config();
        await CliRun.Of("token", "create", "reader", "--role", "read", "--config", path);

        var run = await CliRun.Of("server", "--config", path);

        Assert.Equal(ExitCode.Usage, run.Code);
    }

    [Fact]
    public async Task The_first_token_is_made_beside_the_store_and_opens_the_server()
    {
        var path = Config();
        var created = await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path);
        using var stop = new CancellationTokenSource();

        var (address, running) = await ServingProgram.StartAsync(["server", "--config", path], stop.Token);
        var asAdmin = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = address, ["MUSTER_TOKEN"] = created.Out.Trim() }, "token", "list");
        var asNobody = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = address }, "token", "list");
        var twice = await CliRun.Of("token", "create", "second", "--role", "admin", "--config", path);
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Ok, created.Code);
        Assert.Matches("^mst_[A-Za-z0-9_-]{43}\n$", created.Out);
        Assert.Contains("admin", asAdmin.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Unauthorized, asNobody.Code);
        Assert.Contains("MUSTER_TOKEN", asNobody.Error, StringComparison.Ordinal);
        // The store is the running server's own: who wants a token then asks the server.
        Assert.Equal(ExitCode.Error, twice.Code);
        Assert.Equal(ExitCode.Ok, await running);
    }

    // A machine that started again 90 days after its first start kept no group: the server refused to, since the admin's token had expired.
    [Fact]
    public async Task A_server_whose_admins_tokens_have_all_ended_keeps_its_groups_and_says_how_to_make_a_new_one()
    {
        var path = Config();
        var created = await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path);
        using (var first = new CancellationTokenSource())
        {
            var (address, running) = await ServingProgram.StartAsync(["server", "--config", path], first.Token);
            var revoked = await CliRun.Of(
                new Dictionary<string, string> { ["MUSTER_ADDR"] = address, ["MUSTER_TOKEN"] = created.Out.Trim() },
                "token",
                "revoke",
                "admin");
            await first.CancelAsync();
            Assert.Equal(ExitCode.Ok, revoked.Code);
            Assert.Equal(ExitCode.Ok, await running);
        }

        using var second = new CancellationTokenSource();
        var (again, serving, said) = await ServingProgram.StartHeardAsync(["server", "--config", path], second.Token);
        using var http = new HttpClient { BaseAddress = new(again) };
        var ready = await http.GetAsync("/readyz", TestContext.Current.CancellationToken);
        await second.CancelAsync();

        Assert.Equal(System.Net.HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(ExitCode.Ok, await serving);
        Assert.Contains("no admin's token is valid any more", said, StringComparison.Ordinal);
        Assert.Contains($"'muster token create NAME --role admin --config {path}'", said, StringComparison.Ordinal);
    }

    // docs/tsg.md, taking over, step 5: the server refused to start with an admin of the account that was imported.
    [Fact]
    public async Task An_admin_of_any_account_opens_the_server()
    {
        var path = Config();
        var settings = ConfigReader.Read(
            path,
            new()
            {
                Out = TextWriter.Null,
                Error = TextWriter.Null,
                OutIsTerminal = false,
                ErrorIsTerminal = false,
                Environment = _ => null,
            });
        await using (var store = await StoreFactory.OpenAsync(
            settings.Store, TimeProvider.System, new SystemRandomSource(), TestContext.Current.CancellationToken))
        {
            await store.EnsureAccountAsync(
                new() { Id = new(new SystemRandomSource().NextId()), Name = "jane.doe", CreatedAt = TimeProvider.System.GetUtcNow() },
                TestContext.Current.CancellationToken);
        }

        var created = await CliRun.Of("token", "create", "jane", "--role", "admin", "--account", "jane.doe", "--config", path);
        using var stop = new CancellationTokenSource();
        var (address, running) = await ServingProgram.StartAsync(["server", "--config", path], stop.Token);
        var groups = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = address, ["MUSTER_TOKEN"] = created.Out.Trim() }, "group", "list");
        await stop.CancelAsync();

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (groups.Code, await running));
    }

    [Fact]
    public async Task A_second_token_of_the_same_name_is_a_conflict()
    {
        var path = Config();
        await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path);

        var run = await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path);

        Assert.Equal(ExitCode.Conflict, run.Code);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_token_goes_into_a_file_that_only_its_owner_reads_and_never_over_another()
    {
        var path = Config();
        var file = Path.Combine(Path.GetDirectoryName(path)!, "admin.token");

        var made = await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path, "--output", file);
        var again = await CliRun.Of("token", "create", "second", "--role", "admin", "--config", path, "--output", file);
        var taken = await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path, "--output", $"{file}2");

        Assert.Equal((ExitCode.Ok, ""), (made.Code, made.Out));
        Assert.StartsWith("muster: token 'admin' (admin, installation) expires ", made.Error, StringComparison.Ordinal);
        Assert.Matches("^mst_[A-Za-z0-9_-]{43}\n$", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(ExitCode.Error, again.Code);
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Conflict, taken.Code);
        Assert.False(File.Exists($"{file}2"));
    }

    [Fact]
    public async Task A_scope_that_is_refused_is_named_as_it_was_typed()
    {
        var path = Config();
        // An export with a second account, acme.
        var export = Path.Combine(RepositoryRoot.Path, "tests", "Muster.Storage.Tests", "Transfer", "Older", "version-2.jsonl");
        Assert.Equal(ExitCode.Ok, (await CliRun.Of("store", "import", "--config", path, export)).Code);

        var run = await CliRun.Of(
            "token", "create", "far", "--role", "admin", "--scope", "installation", "--config", path, "--account", "acme");

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.StartsWith("muster: --scope is 'installation': account", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_of_a_cloud_is_named()
    {
        var path = Config("[cloud.options]\nport_first = 7\nspeed = \"high\"\n");
        await CliRun.Of("token", "create", "admin", "--role", "admin", "--config", path);

        var run = await CliRun.Of("server", "--config", path);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("cloud[0].options.speed is 'high'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dev_greets_with_its_address_and_stops_when_told()
    {
        using var stop = new CancellationTokenSource();

        var (address, running) = await ServingProgram.StartAsync(["dev", "--listen", "127.0.0.1:0", "--data", _directory.Path], stop.Token);
        var status = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = address }, "status");
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Ok, status.Code);
        Assert.Equal(ExitCode.Ok, await running);
    }

    [Fact]
    public async Task Dev_has_a_local_cloud_with_three_zones_to_try()
    {
        using var stop = new CancellationTokenSource();
        var (address, running) = await ServingProgram.StartAsync(["dev", "--listen", "127.0.0.1:0", "--data", _directory.Path], stop.Token);
        async Task GoodAsync(params string[] args)
        {
            var run = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = address }, args);
            Assert.True(run.Code is ExitCode.Ok, $"muster {string.Join(' ', args)}: {run.Code}\n{run.Out}\n{run.Error}");
        }

        await GoodAsync("template", "create", "sleeper", "--cloud", "local", "--image", "sleep 1000");
        await GoodAsync("group", "create", "web", "--template", "sleeper", "--capacity", "3");
        await GoodAsync("group", "wait", "web");
        string[] zones = [.. Records().Select(record => record.RootElement.GetProperty("zone").GetString()!).Order(StringComparer.Ordinal)];
        await GoodAsync("group", "scale", "web", "0");
        await GoodAsync("group", "wait", "web");
        await stop.CancelAsync();

        Assert.Equal(["a", "b", "c"], zones);
        Assert.Equal(ExitCode.Ok, await running);
        Assert.Empty(Records());
    }

    private IEnumerable<System.Text.Json.JsonDocument> Records() => Directory
        .EnumerateFiles(Path.Combine(_directory.Path, "clouds", "local", "instances"), "instance.json", SearchOption.AllDirectories)
        .Select(path => System.Text.Json.JsonDocument.Parse(File.ReadAllText(path)));

    private string Config(string more = "") => _directory.Write(
        "muster.toml", $"data = \"data\"\n[server]\nlisten = \"127.0.0.1:0\"\n[[cloud]]\nname = \"local\"\nkind = \"local\"\n{more}");
}
