using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Configuration.Files;

/// <summary>A file with which a server cannot start is never good, and everything that is wrong with it is said at once.</summary>
public sealed class ServingCheckTests
{
    [Theory]
    [InlineData("--check")]
    [InlineData(null)]
    public async Task Everything_in_every_table_is_named_with_its_line(string? option)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("none.db", "this is no store");
        var file = directory.Write("muster.toml", """
            data = "data"

            [server]
            colour = "red"

            [store]
            path = "none.db"

            [secrets]
            vault_url = "https://vault.example"
            vault_token_file = "nothing"

            [[cloud]]
            name = "a"
            kind = "exec"

            [[cloud]]
            name = "b"
            kind = "triton"

            [[cloud]]
            name = "c"
            kind = "local"
            [cloud.options]
            color = "red"
            port_first = "80"

            [[cloud]]
            name = "d"
            kind = "docker"
            color = "red"

            [[cloud]]
            name = "e"
            kind = "triton"
            [cloud.options]
            url = "https://cloudapi.example"
            account = "joyent"
            key_file = "/nonexistent"
            """);

        var run = await CliRun.Of([.. new[] { "server", "--config", file, option }.OfType<string>()]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(
            [
                "4: server.colour is unknown", "7: store.path is ", "11: secrets.vault_token_file is ",
                "14: cloud[0].options.command is missing", "18: cloud[1].options.account is missing",
                "18: cloud[1].options.key_file is missing", "18: cloud[1].options.url is missing", "25: cloud[2].options.color is 'red'",
                "26: cloud[2].options.port_first is '80'", "31: cloud[3].color is unknown",
                "39: cloud[4].options.key_file is '/nonexistent'",
            ],
            run.ErrorLines.Select(line => line[$"muster: {file}:".Length..]).Select(Start));
    }

    [Fact]
    public async Task A_good_file_is_good_and_nothing_is_made_by_looking()
    {
        using var directory = new TemporaryDirectory();

        var run = await CheckLocalAsync(directory);

        Assert.Equal(
            (ExitCode.Ok, $"muster: {Path.Combine(directory.Path, "muster.toml")} is good\n"), (run.Code, run.Error));
        Assert.False(Directory.Exists(Path.Combine(directory.Path, "data")));
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_named_where_only_its_directory_was_given()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "data"));
        var store = directory.Write("data/muster.db", "no store");

        var run = await CheckLocalAsync(directory);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.EndsWith(
            $": a directory for the store muster.db, which must be a SQLite file; {store} is something else",
            Assert.Single(run.ErrorLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_below_a_file_cannot_be()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("data", "");

        var run = await CheckLocalAsync(directory);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("a path in a directory; ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_not_good()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("muster.toml", """
            [store]
            url = "postgres://muster@127.0.0.1:1/muster?sslmode=disable&connect_timeout=1"
            [[cloud]]
            name = "local"
            kind = "local"
            """);

        var run = await CliRun.Of(new Dictionary<string, string> { ["HOME"] = directory.Path }, "server", "--config", file, "--check");

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Commands that only need the store read the same file where no cloud's key is.</summary>
    [Fact]
    public async Task What_only_a_server_needs_keeps_no_other_command_from_the_store()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("muster.toml", """
            data = "data"
            [[cloud]]
            name = "e"
            kind = "triton"
            """);

        Assert.Equal(ExitCode.Ok, (await CliRun.Of("migrate", "--config", file)).Code);
    }

    /// <summary>Checks a file that has one local cloud and says no more than where its data is: in <c>data</c>.</summary>
    private static Task<CliRun> CheckLocalAsync(TemporaryDirectory directory)
    {
        var file = directory.Write("muster.toml", """
            data = "data"
            [[cloud]]
            name = "local"
            kind = "local"
            """);
        return CliRun.Of("server", "--config", file, "--check");
    }

    // Up to the second colon, or to the value where that is a path of this run.
    private static string Start(string line) =>
        line.Contains("/tmp", StringComparison.Ordinal) || line.Contains("muster-cli", StringComparison.Ordinal)
            ? line[..(line.IndexOf(" is ", StringComparison.Ordinal) + 4)]
            : line[..line.IndexOf(':', line.IndexOf(':', StringComparison.Ordinal) + 1)];
}
