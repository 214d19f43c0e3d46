using System.Text;
using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Sqlite;

namespace Muster.Cli.Tests.Commands;

/// <summary>A store moved, looked at and migrated from the command line, while no server runs.</summary>
public sealed class StoreCommandTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    private string From => Path.Combine(_directory.Path, "from");

    private string To => Path.Combine(_directory.Path, "to");

    private string Export => Path.Combine(_directory.Path, "muster.jsonl");

    public async ValueTask InitializeAsync()
    {
        await using var store = await OpenAsync(From);
        await store.EnsureAccountAsync(
            new() { Id = new(new SystemRandomSource().NextId()), Name = Account.DefaultName, CreatedAt = TimeProvider.System.GetUtcNow() },
            TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_export_is_taken_into_a_new_store_with_the_same_checksum()
    {
        await GoodAsync("store", "export", "--data", From, "--output", Export);
        var imported = await GoodAsync("store", "import", "--data", To, Export);

        Assert.Matches("imported 1 rows of installation .*, sha256 [0-9a-f]{64}", imported.Error);
        Assert.Equal(await ChecksumAsync("--data", From), await ChecksumAsync("--data", To));
        Assert.Equal(await ChecksumAsync("--data", From), await ChecksumAsync("--file", Export));
        await using var from = await OpenAsync(From);
        await using var to = await OpenAsync(To);
        Assert.Equal(from.Installation, to.Installation);
    }

    [Fact]
    public async Task The_file_of_an_export_is_its_owners_alone_and_never_overwritten()
    {
        await GoodAsync("store", "export", "--data", From, "--output", Export);

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Export) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(ExitCode.Error, (await CliRun.Of("store", "export", "--data", From, "--output", Export)).Code);
    }

    [Fact]
    public async Task A_pipe_carries_an_export_from_one_store_into_the_next()
    {
        using var pipe = new MemoryStream();
        await GoodAsync("store", "export", "--data", From, "--output", Export);
        pipe.Write(await File.ReadAllBytesAsync(Export, TestContext.Current.CancellationToken));
        pipe.Position = 0;

        var imported = await CliRun.Of(pipe, "store", "import", "--data", To, "-");

        Assert.True(imported.Code is ExitCode.Ok, imported.Error);
        Assert.Equal(await ChecksumAsync("--data", From), await ChecksumAsync("--data", To));
    }

    [Fact]
    public async Task A_store_that_holds_something_takes_no_import()
    {
        await GoodAsync("store", "export", "--data", From, "--output", Export);

        var run = await CliRun.Of("store", "import", "--data", From, Export);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("this one holds accounts already", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_is_not_sound_and_says_at_which_line()
    {
        await GoodAsync("store", "export", "--data", From, "--output", Export);
        var changed = Path.Combine(_directory.Path, "changed.jsonl");
        await File.WriteAllTextAsync(
            changed,
            (await File.ReadAllTextAsync(Export, TestContext.Current.CancellationToken))
                .Replace("\"default\"", "\"mine\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var run = await CliRun.Of("store", "check", "--file", changed);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("line 3", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_not_made_by_looking_at_it()
    {
        Assert.Equal(ExitCode.NotFound, (await CliRun.Of("store", "export", "--data", To, "--output", Export)).Code);
        Assert.Equal(ExitCode.NotFound, (await CliRun.Of("store", "check", "--data", To)).Code);
        Assert.Equal(ExitCode.NotFound, (await CliRun.Of("store", "check", "--file", Export)).Code);
        Assert.Equal(ExitCode.NotFound, (await CliRun.Of("store", "import", "--data", To, Export)).Code);
        Assert.False(Directory.Exists(To));
    }

    [Fact]
    public async Task Two_words_on_which_store_are_one_too_many()
    {
        var run = await CliRun.Of("store", "check", "--data", From, "--config", "muster.toml");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("give one of them", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrating_makes_a_store_and_says_at_which_schema_it_is()
    {
        var run = await GoodAsync("migrate", "--data", To);

        Assert.Matches(@"the sqlite store is at schema \d{4}_\w+\n", run.Error);
        Assert.Equal(run.Error, (await GoodAsync("migrate", "--data", To)).Error);
    }

    private static async Task<CliRun> GoodAsync(params string[] args)
    {
        var run = await CliRun.Of(args);
        Assert.True(run.Code is ExitCode.Ok, $"muster {string.Join(' ', args)}: {run.Code}\n{run.Out}\n{run.Error}");
        return run;
    }

    private static async Task<string?> ChecksumAsync(params string[] which)
    {
        using var json = JsonDocument.Parse((await GoodAsync(["store", "check", "--json", .. which])).Out);
        Assert.True(json.RootElement.GetProperty("sound").GetBoolean());
        Assert.Equal(1, json.RootElement.GetProperty("rows").GetProperty("accounts").GetInt64());
        return json.RootElement.GetProperty("sha256").GetString();
    }

    private static Task<SqliteStore> OpenAsync(string data) => SqliteStore.OpenAsync(
        new() { Path = Path.Combine(data, "muster.db") },
        new SystemRandomSource(),
        TimeProvider.System,
        TestContext.Current.CancellationToken);
}
