using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Cli.Tests.Scaling;

/// <summary><c>muster scale</c> with real processes.</summary>
public sealed class ScaleCommandTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public async ValueTask DisposeAsync()
    {
        await ScaleAsync(0);
        _directory.Dispose();
    }

    [Fact]
    public async Task Missing_ones_are_launched_and_a_second_run_has_nothing_to_do()
    {
        var first = await ScaleAsync(2);
        var second = await ScaleAsync(2);

        Assert.Equal(ExitCode.Ok, first.Code);
        Assert.Equal(2, first.Out.Split('\n').Count(
            line => line.StartsWith("LAUNCH ", StringComparison.Ordinal) && line.EndsWith("-> succeeded", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Ok, second.Code);
        Assert.Equal("NO_OP: 2 wanted, 2 running: nothing to do -> succeeded\n", second.Out);
    }

    [Fact]
    public async Task As_json_each_action_is_an_object_on_a_line()
    {
        var run = await ScaleAsync(1, "--json");

        using var json = JsonDocument.Parse(Assert.Single(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        var notification = json.RootElement;
        Assert.Equal("LAUNCH", notification.GetProperty("notification_type").GetString());
        Assert.Equal("job", notification.GetProperty("group").GetString());
        Assert.Equal("succeeded", notification.GetProperty("status").GetString());
        Assert.Contains("1 wanted, 0 running", notification.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(notification.GetProperty("instance_id").GetString()!);
        Assert.True(notification.GetProperty("at").TryGetDateTimeOffset(out _));
    }

    [Fact]
    public async Task A_launch_that_fails_has_a_code_of_its_own()
    {
        var run = await CliRun.Of(
            "scale", "--cloud", "local", "--group", "job", "--count", "1", "--image", "/no/such/program", "--data", _directory.Path);

        Assert.Equal(ExitCode.LevelNotRestored, run.Code);
        Assert.StartsWith("LAUNCH_ERROR: ", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("-> failed\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_dies_at_once_is_seen_and_launched_no_more_than_a_breaker_lets()
    {
        var runs = new List<CliRun>();
        while (runs.Count == 0 || !runs[^1].Out.Contains("held back", StringComparison.Ordinal))
        {
            Assert.InRange(runs.Count, 0, 1000);
            runs.Add(await CliRun.Of(
                "scale", "--cloud", "local", "--group", "job", "--count", "2", "--image", "/bin/false", "--data", _directory.Path));
        }

        Assert.Equal(ExitCode.LevelNotRestored, runs[^1].Code);
        Assert.All(
            runs.Where(run => run.Out.Contains("counts as a failed launch: job-", StringComparison.Ordinal)),
            run => Assert.Equal(ExitCode.LevelNotRestored, run.Code));
        Assert.Contains("launches in a row failed, the last: job-", runs[^1].Out, StringComparison.Ordinal);
        Assert.InRange(
            Directory.EnumerateDirectories(_directory.Path, "*", SearchOption.AllDirectories)
                .Count(path => Guid.TryParse(Path.GetFileName(path), out _)),
            LaunchBreaker.FailuresMax, LaunchBreaker.FailuresMax + 2);

        var mended = await ScaleAsync(2);

        Assert.Equal(2, mended.Out.Split('\n').Count(line => line.StartsWith("LAUNCH ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_changed_template_makes_running_ones_outdated_and_they_go_first()
    {
        await ScaleAsync(1);
        await CliRun.Of(
            "scale", "--cloud", "local", "--group", "job", "--count", "2", "--image", "sleep 2000", "--data", _directory.Path);

        var run = await CliRun.Of(
            "scale", "--cloud", "local", "--group", "job", "--count", "1", "--image", "sleep 2000", "--data", _directory.Path,
            "--scale-in", "outdated-first");

        Assert.Contains("another template", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, run.Code);
    }

    [Fact]
    public async Task Groups_of_other_names_are_left_alone()
    {
        await ScaleAsync(2);

        var other = await CliRun.Of(
            "scale", "--cloud", "local", "--group", "other", "--count", "0", "--image", "sleep 1000", "--data", _directory.Path);

        Assert.Equal("NO_OP: 0 wanted, 0 running: nothing to do -> succeeded\n", other.Out);
        Assert.StartsWith("NO_OP", (await ScaleAsync(2)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cloud is missing: one of the configured clouds: local", "--group", "job", "--count", "1", "--image", "sleep 1")]
    [InlineData(
        "--cloud is 'azure': one of the configured clouds: local", "--cloud", "azure", "--group", "job", "--count", "1",
        "--image", "sleep 1")]
    [InlineData(
        "--group is 'a b': 1 to 182 characters of A-Z a-z 0-9 . _ -", "--cloud", "local", "--group", "a b", "--count", "1", "--image", "x")]
    [InlineData("--count is '-1': a whole number from 0 to 100000", "--cloud", "local", "--group", "job", "--count", "-1", "--image", "x")]
    public async Task Wrong_input_is_named_and_nothing_is_done(string expected, params string[] args)
    {
        var run = await CliRun.Of(["scale", "--data", _directory.Path, .. args]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal($"muster: {expected}", run.ErrorLines[0]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task A_missing_image_is_named()
    {
        var run = await CliRun.Of("scale", "--cloud", "local", "--group", "job", "--count", "1", "--data", _directory.Path);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith("muster: --image is missing", run.ErrorLines[0], StringComparison.Ordinal);
    }

    private Task<CliRun> ScaleAsync(int count, params string[] more) => CliRun.Of(
        [
            "scale", "--cloud", "local", "--group", "job", "--count", $"{count}", "--image", "sleep 1000", "--data", _directory.Path,
            .. more,
        ]);
}
