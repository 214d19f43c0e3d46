using System.Diagnostics;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Completion;

public class CompletionTests
{
    [Theory]
    [InlineData("muster gro", "group")]
    [InlineData("muster group sc", "scale")]
    [InlineData("muster group update web --scale-in ", "outdated-first")]
    [InlineData("muster token create x --role o", "operate")]
    [InlineData("muster completion ", "zsh")]
    [InlineData("muster group wait web --time", "--timeout")]
    public async Task The_next_word_is_suggested(string line, string expected)
    {
        var run = await CliRun.Of($"[suggest:{line.Length}]", line);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains(expected, run.Out.Split('\n'));
    }

    [Theory]
    [InlineData("muster token create x --role ", "task read operate admin")]
    [InlineData("muster group update web --scale-in ", "oldest newest outdated-first least-busy")]
    [InlineData("muster group update web --scale-in=o", "--scale-in=oldest --scale-in=outdated-first")]
    [InlineData("muster group create web --distribution ", "ordered balanced cheapest")]
    [InlineData("muster group update web --distribution ", "ordered balanced cheapest")]
    [InlineData("muster scale --distribution=c", "--distribution=cheapest")]
    [InlineData("muster dev --simulate ", "azure digitalocean ec2 gce hetzner libvirt openstack proxmox triton vsphere nomad")]
    [InlineData("muster server --config ", ":files")]
    [InlineData("muster store import ", ":files")]
    [InlineData("muster dev --data ", ":directories")]
    [InlineData("muster group list --", "--addr --archived --columns --format --help --json --token-file --wide")]
    [InlineData("muster --addr http://127.0.0.1:1 template sh", "show")]
    [InlineData("muster help token ", "create renew-key list revoke")]
    [InlineData("muster completion ", "bash zsh fish")]
    [InlineData("muster group show ", "")]
    [InlineData("muster nobody ", "")]
    public async Task Only_what_is_taken_is_offered(string line, string expected)
    {
        // Nobody listens there: names that cannot be asked for are none.
        var run = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = "http://127.0.0.1:1" }, $"[suggest:{line.Length}]", line, "zsh");

        Assert.Equal(
            (ExitCode.Ok, "", expected),
            (run.Code, run.Error, string.Join(' ', run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public async Task A_script_of_an_older_muster_is_offered_no_marks()
    {
        Assert.Empty((await CliRun.Of("[suggest:23]", "muster server --config ")).Out);
    }

    [Fact]
    public async Task Bash_gets_the_part_behind_the_equals_sign()
    {
        Assert.Equal("oldest\noutdated-first\n", (await CliRun.Of("[suggest:36]", "muster group update web --scale-in=o", "bash")).Out);
    }

    [Theory]
    [InlineData("muster group scale ", "web")]
    [InlineData("muster group create x --template ", "web-1")]
    [InlineData("muster template show w", "web-1")]
    [InlineData("muster template create x --cloud ", "local")]
    [InlineData("muster cloud check ", "local")]
    public async Task Names_come_from_the_server(string line, string expected)
    {
        await using var server = await (await RunningServer.StartAsync()).WithGroupAsync("web", 0);

        Assert.Equal($"{expected}\n", (await server.RunAsync($"[suggest:{line.Length}]", line, "fish")).Out);
    }

    [Fact]
    public async Task Placements_come_from_the_group_that_the_line_names()
    {
        await using var server = await RunningServer.StartAsync(config => config.Clouds[0].Options["zones"] = "a b c");
        await server.GoodAsync("template", "create", "web", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "web", "--template", "web", "--zones", "a,b,c", "--capacity", "0");
        await server.GoodAsync("group", "evacuate", "web", "--placement", "b");

        Assert.Equal("a\nc\n", await OfferedAsync("muster group evacuate web --placement "));
        Assert.Equal("--placement=c\n", await OfferedAsync("muster group evacuate web --placement=c"));
        Assert.Equal("b\n", await OfferedAsync("muster group restore web --placement "));
        Assert.Empty(await OfferedAsync("muster group restore --placement "));
        Assert.Empty(await OfferedAsync("muster group restore nobody --placement "));

        async Task<string> OfferedAsync(string line) => (await server.RunAsync($"[suggest:{line.Length}]", line, "fish")).Out;
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var started = Stopwatch.GetTimestamp();

        var run = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = $"http://{silent.LocalEndpoint}" },
            "[suggest:18]",
            "muster group show ",
            "zsh");

        Assert.Equal((ExitCode.Ok, "", ""), (run.Code, run.Out, run.Error));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task A_script_asks_muster_itself(string shell)
    {
        var run = await CliRun.Of("completion", shell);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("[suggest:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_takes_the_script_and_completes_with_it()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no bash");
        using var directory = new TemporaryDirectory();
        var script = directory.Write("completion.bash", (await CliRun.Of("completion", "bash")).Out);
        var driver = directory.Write("driver.bash", """
            # Stands in for muster: answers what it was asked, if it was asked right.
            muster() { [ "$1 $2" = "[suggest:14] muster group s" ] && printf 'scale\nshow\nsuspend\n'; }
            source "$1"
            COMP_WORDS=(muster group s); COMP_CWORD=2; COMP_LINE="muster group s"; COMP_POINT=14
            _muster
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        Assert.Equal("scale\nshow\nsuspend\n", await BashAsync(driver, script));
    }

    [Fact]
    public async Task Bash_runs_nothing_of_what_it_completes_with()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no bash");
        using var directory = new TemporaryDirectory();
        var (script, made) = (
            directory.Write("completion.bash", (await CliRun.Of("completion", "bash")).Out),
            Path.Combine(directory.Path, "x"));
        var driver = directory.Write("driver.bash", """
            muster() { printf '%s\n' "w\$(touch $made)" "w\`touch $made\`" 'web*' 'other'; }
            source "$1"; made="$2"
            COMP_WORDS=(muster group show w); COMP_CWORD=3; COMP_LINE="muster group show w"; COMP_POINT=19
            _muster
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        Assert.Equal($"w$(touch {made})\nw`touch {made}`\nweb*\n", await BashAsync(driver, script, made));
        Assert.False(File.Exists(made));
    }

    [Fact]
    public async Task A_name_that_no_server_of_ours_would_have_is_not_offered()
    {
        await using var server = new HttpSite((_, _) => (200, """
            {"items": [{"name": "$(touch x)", "kind": "local", "watches": true, "launch_tokens": true, "listing_lag_max_s": 0},
                       {"name": "local", "kind": "local", "watches": true, "launch_tokens": true, "listing_lag_max_s": 0}]}
            """));

        var run = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = server.Url }, "[suggest:19]", "muster cloud check ", "bash");

        Assert.Equal("local\n", run.Out);
    }

    private static async Task<string> BashAsync(params string[] args)
    {
        var start = new ProcessStartInfo("/bin/bash", args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, bash.ExitCode);
        return output;
    }
}
