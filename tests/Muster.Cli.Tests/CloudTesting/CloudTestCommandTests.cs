using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.CloudTesting;

public sealed class CloudTestCommandTests : IDisposable
{
    private const string Describes = """case $1 in describe) echo '{"contract":1,"launch_tokens":true}'; exit;; esac""";

    private readonly TemporaryDirectory _directory = new();

    private static string Processes => Path.Combine(RepositoryRoot.Path, "examples", "clouds", "processes");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_good_plugin_keeps_the_rules_and_leaves_nothing_running()
    {
        var image = $"sleep 1{Environment.ProcessId}7";

        var run = await CliRun.Of(
            "cloud", "test", "--exec", Processes, "--image", image, "--bad-image", "/nowhere/at-all", "--only", "terminat", "--crowd", "3");

        Assert.True(run.Code is ExitCode.Ok, $"{run.Out}{run.Error}");
        Assert.Single(run.ErrorLines);
        Assert.Contains("✓ Terminating one leaves its neighbours alone (", run.Out, StringComparison.Ordinal);
        Assert.Contains("    skipped: there is no --kill, ", run.Out, StringComparison.Ordinal);
        Assert.EndsWith(" 0 broken, 3 skipped", run.ErrorLines[^1], StringComparison.Ordinal);
        AssertNoneRuns(image);
    }

    [Fact]
    public async Task A_test_that_is_stopped_leaves_nothing_running()
    {
        var image = $"sleep 1{Environment.ProcessId}8";
        var launched = Path.Combine(_directory.Path, "launched");
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [launched]))
        {
            await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var plugin = Plugin($"""'{Processes}' "$1" && case $1 in launch) echo >'{launched}' ;; esac""", describes: "");
        using var stop = new CancellationTokenSource();

        var running = CliRun.Of(
            stop.Token, "cloud", "test", "--exec", $"/bin/sh {plugin}", "--image", image, "--only", "leaves its neighbours");
        await File.ReadAllTextAsync(launched, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        var run = await running;

        Assert.Equal((ExitCode.Interrupted, "muster: interrupted"), (run.Code, run.ErrorLines[^1]));
        Assert.Contains("    skipped: stopped: ", run.Out, StringComparison.Ordinal);
        AssertNoneRuns(image);
    }

    [Theory]
    [InlineData("--kill", "killed by hand", 9)]
    [InlineData("--notice", "A notice shows", 5)]
    public async Task A_command_behind_the_clouds_back_that_fails_leaves_nothing_running(string option, string rule, int digit)
    {
        var image = $"sleep 1{Environment.ProcessId}{digit}";

        var run = await CliRun.Of(
            "cloud", "test", "--exec", Processes, "--image", image, option, "/bin/false", "--only", rule);

        Assert.Equal((ExitCode.Usage, $"muster: {option} is '/bin/false': it ended with exit code 1"), (run.Code, run.ErrorLines[^1]));
        AssertNoneRuns(image);
    }

    [Fact]
    public async Task A_command_that_gives_notice_gets_the_instance_and_its_end()
    {
        var image = $"sleep 1{Environment.ProcessId}6";
        var notice = Path.Combine(_directory.Path, "notice.sh");
        await File.WriteAllTextAsync(
            notice,
            """
            file=$(grep -hz "^MUSTER_NOTICE_FILE=.*/$1/" /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | head -n 1)
            touch -d "$2" "${file#*=}.new" && mv "${file#*=}.new" "${file#*=}"
            """,
            TestContext.Current.CancellationToken);

        var run = await CliRun.Of(
            "cloud", "test", "--exec", Processes, "--image", image, "--notice", $"/bin/sh {notice}", "--only", "A notice shows");

        Assert.True(run.Code is ExitCode.Ok, $"{run.Out}{run.Error}");
        Assert.Equal("1 kept, 0 broken, 0 skipped", run.ErrorLines[^1]);
        AssertNoneRuns(image);
    }

    [Fact]
    public async Task A_bad_plugin_hears_which_rule_it_breaks_and_why()
    {
        var plugin = Plugin("""case $1 in list) echo '{"end":true}' ;; check) echo '{"findings":[]}' ;; *) exit 11 ;; esac""");

        var run = await CliRun.Of("cloud", "test", "--exec", $"/bin/sh {plugin}", "--image", "x", "--only", "check", "--json");

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains(
            "\"rule\":\"A good template passes the check\",\"verdict\":\"broken\",\"reason\":\"the check says "
            + "nothing of what it looked at\"",
            run.Out, StringComparison.Ordinal);
        Assert.Equal("0 kept, 2 broken, 0 skipped", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task What_a_plugin_says_is_shown()
    {
        var plugin = Plugin("echo 'no such region' >&2; exit 12");

        var run = await CliRun.Of("cloud", "test", "--exec", $"/bin/sh {plugin}", "--image", "x", "--only", "empty listing");

        Assert.Contains("the cloud failed (Unauthorized): list failed: no such region", run.Out, StringComparison.Ordinal);
        Assert.Contains("  test: no such region", run.ErrorLines);
    }

    [Theory]
    [InlineData("--exec is missing: the executable to try, or --config and --cloud", "--image", "x")]
    [InlineData("--config is 'x.toml': not together with --exec or --cloud-option; the file says what the cloud is",
        "--exec", "/bin/true", "--config", "x.toml", "--image", "x")]
    [InlineData("--config is 'x.toml': not together with --exec or --cloud-option; the file says what the cloud is",
        "--cloud-option", "a=b", "--config", "x.toml", "--image", "x")]
    [InlineData("--exec is '/bin/sh '-c': position 9: the single quote is never closed", "--exec", "/bin/sh '-c", "--image", "x")]
    [InlineData("--image is missing: one whose instances come up and stay up", "--exec", "/bin/true")]
    [InlineData("--exec is '/nowhere': '/nowhere' does not exist", "--exec", "/nowhere", "--image", "x")]
    [InlineData("--cloud-option timeout is 'long': 1s to 60m", "--exec", "/bin/true", "--cloud-option", "timeout=long", "--image", "x")]
    public async Task What_is_missing_or_wrong_is_named(string error, params string[] arguments)
    {
        var run = await CliRun.Of(["cloud", "test", .. arguments]);

        Assert.Equal((ExitCode.Usage, $"muster: {error}"), (run.Code, run.ErrorLines[0]));
    }

    private static void AssertNoneRuns(string image) => Assert.DoesNotContain(
        Directory.EnumerateDirectories("/proc").Select(process => Read(Path.Combine(process, "cmdline"))),
        line => line.Contains(image.Split(' ')[1], StringComparison.Ordinal) && line.StartsWith("sleep", StringComparison.Ordinal));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string Plugin(string script, string describes = Describes)
    {
        var path = Path.Combine(_directory.Path, "plugin.sh");
        File.WriteAllText(path, $"{describes}\n{script}\n");
        return path;
    }
}
