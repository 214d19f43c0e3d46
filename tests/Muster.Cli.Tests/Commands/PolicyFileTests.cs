using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Policies in files: what counts of them, and what is said of what is wrong.</summary>
public sealed class PolicyFileTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await (await RunningServer.StartAsync()).WithGroupAsync("web", 0);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_file_that_made_one_policy_changes_another_and_renames_nothing()
    {
        var file = _directory.Write("level.toml", "name = \"level\"\nkind = \"target\"\nmetric = \"cpu\"\ntarget = 60\n");
        await _server.GoodAsync("policy", "create", "--group", "web", "-f", file);
        await _server.GoodAsync("policy", "create", "other", "--group", "web", "-f", file, "--target", "20");

        await _server.GoodAsync("policy", "update", "other", "--group", "web", "-f", file);

        var shown = (await _server.GoodAsync("policy", "show", "other", "--group", "web", "--json")).Out;
        Assert.Contains("\"target\": 60", shown.Replace("\":60", "\": 60", StringComparison.Ordinal), StringComparison.Ordinal);
        var all = (await _server.GoodAsync("policy", "list", "--group", "web", "--columns", "policy")).Out;
        Assert.Contains("level", all, StringComparison.Ordinal);
        Assert.Contains("other", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_in_a_file_is_called_as_the_file_calls_it()
    {
        var file = _directory.Write(
            "bad.toml", "name = \"level\"\nkind = \"target\"\nmetric = \"cpu\"\ntarget = 60\nmax_age = \"never\"\n");
        string[][] commands =
        [
            ["policy", "create", "--group", "web", "-f", file], ["group", "plan", "web", "--with-policy", file],
            ["policy", "test", "--group", "web", "-f", file],
        ];
        foreach (var command in commands)
        {
            var run = await _server.RunAsync(command);

            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.StartsWith($"muster: {file}:5: max_age is 'never': ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }

        var typed = await _server.RunAsync(
            "policy", "create", "level", "--group", "web", "--kind", "target", "--metric", "cpu", "--target", "60", "--max-age", "never");
        Assert.StartsWith("muster: --max-age is 'never': ", Assert.Single(typed.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_begins_as_an_option_does_is_not_taken_from_a_file_either()
    {
        var file = _directory.Write("dash.toml", "name = \"--dry-run\"\n");
        string[][] commands =
        [
            ["policy", "create", "--group", "web", "-f", file], ["template", "create", "-f", file],
            ["group", "create", "--template", "web-1", "--capacity", "0", "-f", file],
        ];
        foreach (var command in commands)
        {
            var run = await _server.RunAsync(command);

            Assert.Equal(
                (ExitCode.Usage, $"muster: {file}:1: name is '--dry-run': a name that does not begin with -, which is how options begin"),
                (run.Code, Assert.Single(run.ErrorLines)));
        }

        Assert.DoesNotContain("dry-run", (await _server.GoodAsync("group", "list")).Out, StringComparison.Ordinal);
    }
}
