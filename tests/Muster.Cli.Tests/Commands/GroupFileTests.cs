using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Groups in files: what the server refuses of one is told with its line, and what one would come to is shown.</summary>
public sealed class GroupFileTests : IAsyncLifetime
{
    private const string Bad = """
        name = "api"
        template = "nobody"
        interval_s = 0.001

        [capacity]
        desired = 3
        min = 7
        max = 5

        [health]
        kind = "http"
        port = 80
        path = "healthz"

        [[hooks]]
        name = "bake"
        at = "launch"
        timeout_s = 0

        """;

    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await (await RunningServer.StartAsync()).WithGroupAsync("web", 0);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task All_that_the_server_refuses_of_a_file_is_told_with_its_lines()
    {
        var file = _directory.Write("bad.toml", Bad);
        string[] told =
        [
            $"muster: {file}:3: interval_s is '0.001': ", $"muster: {file}:7: capacity.min is '7': ",
            $"muster: {file}:13: health.path is 'healthz': ", $"muster: {file}:18: hooks[0].timeout_s is '0': ",
        ];
        string template = $"muster: {file}:2: template is 'nobody': ";
        (string[] Command, IEnumerable<string> Told)[] commands =
        [
            (["group", "create", "-f", file], told.Prepend(template)),
            (["group", "create", "-f", file, "--dry-run"], told.Prepend(template)),
            (["group", "update", "web", "-f", file], told.Prepend(template)),
            (["group", "update", "web", "-f", file, "--dry-run"], told.Prepend(template)),
            // What is typed is called as it was typed, after all of the file.
            (["group", "create", "-f", file, "--template", "web-1", "--min", "9"],
                [told[0], told[2], told[3], "muster: --min is '9': "]),
        ];
        foreach (var (command, expected) in commands)
        {
            var run = await _server.RunAsync(command);

            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.Equal(expected.Count(), run.ErrorLines.Length);
            Assert.All(expected.Zip(run.ErrorLines), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("api", (await _server.GoodAsync("group", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capacity_alone_is_found_in_its_table()
    {
        var file = _directory.Write("bounds.toml", "\n[capacity]\nmin = 4\nmax = 2\n");

        var run = await _server.RunAsync("group", "update", "web", "-f", file);

        Assert.StartsWith($"muster: {file}:3: capacity.min is '4': ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_field_that_is_missing_are_told_with_the_file()
    {
        var taken = _directory.Write("web.toml", "template = \"web-1\"\nname = \"web\"\ncapacity = { desired = 0 }\n");
        var short_ = _directory.Write("short.toml", "name = \"api\"\n");

        foreach (string[] more in new string[][] { [], ["--dry-run"] })
        {
            var run = await _server.RunAsync(["group", "create", "-f", taken, .. more]);
            Assert.Equal(ExitCode.Conflict, run.Code);
            Assert.StartsWith(
                $"muster: {taken}:2: a group named web exists already", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
            run = await _server.RunAsync(["group", "create", "-f", short_, .. more]);
            Assert.Equal(2, run.ErrorLines.Length);
            Assert.All(run.ErrorLines, line => Assert.StartsWith($"muster: {short_}: ", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_a_new_group_would_launch_is_shown_in_the_words_of_a_plan_and_nothing_is_made()
    {
        var file = _directory.Write(
            "api.toml",
            "name = \"api\"\ntemplate = \"web-1\"\ncapacity = { desired = 3 }\n[health]\nkind = \"tcp\"\nport = \"attribute:port\"\n");

        var shown = await _server.GoodAsync("group", "create", "-f", file, "--dry-run");
        var spread = await _server.GoodAsync(
            "group", "create", "two", "--capacity", "2", "--placement", "a=web-1", "--placement", "b=web-1", "--distribution", "balanced",
            "--dry-run", "--json");
        var listed = await _server.GoodAsync("group", "list");
        await _server.GoodAsync("group", "create", "-f", file);

        Assert.Contains("  launch 3: ", shown.Out, StringComparison.Ordinal);
        Assert.Contains("\"level\":2", spread.Out.Replace("\": ", "\":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("api", listed.Out, StringComparison.Ordinal);
        Assert.Contains(
            "\"attribute\":\"port\"",
            (await _server.GoodAsync("group", "show", "api", "--json")).Out.Replace("\": ", "\":", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_in_a_file_is_refused_with_its_lines_too()
    {
        var file = _directory.Write("t.toml", "name = \"t\"\ncloud = \"moon\"\nimage = \"sleep 1\"\n");

        var run = await _server.RunAsync("template", "create", "-f", file);
        var typed = await _server.RunAsync("template", "create", "-f", file, "--cloud", "mars");

        Assert.StartsWith($"muster: {file}:2: cloud is 'moon': ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith("muster: --cloud is 'mars': ", Assert.Single(typed.ErrorLines), StringComparison.Ordinal);
    }
}
