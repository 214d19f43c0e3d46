using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Help;

public class UsageTests
{
    [Fact]
    public async Task Without_a_command_help_is_on_stderr_and_stdout_stays_empty()
    {
        var run = await CliRun.Of();

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Out);
        Assert.Contains("Commands:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Asked_for_help_is_data(string option)
    {
        var run = await CliRun.Of("group", "scale", option);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Empty(run.Error);
        Assert.Contains("Usage:\n  muster group scale NAME N [options]", run.Out, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  muster group scale web 5", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_command_is_answered_with_a_guess()
    {
        var run = await CliRun.Of("templat", "list");

        // Nothing is said of the word behind it, which is a command of the one that was meant.
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(["muster: unknown command 'templat': did you mean 'template'?", "muster: see 'muster --help'"], run.ErrorLines);
    }

    [Fact]
    public async Task A_mistyped_option_is_answered_with_a_guess()
    {
        var run = await CliRun.Of("group", "list", "--jsn");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("muster: unknown option '--jsn': did you mean '--json'?", run.ErrorLines[0]);
        Assert.Equal("muster: see 'muster group list --help'", run.ErrorLines[^1]);
    }

    // A rule about several options must not hide what is wrong with each of them.
    [Fact]
    public async Task Everything_wrong_with_a_command_line_is_told_at_once()
    {
        var run = await CliRun.Of("group", "create", "--capacity", "many", "--interval", "1s", "--surge", "all");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(
            [
                "muster: NAME is missing: the name of the group; or -f, for a file that has it",
                "muster: --template is missing: the template to launch from, by name or id; or --placement, for several places",
                "muster: --surge is 'all': a number from 0, or 1% to 100%",
                "muster: --capacity is 'many': a whole number, 0 or more",
                "muster: --interval is '1s': a time from 5s to 1h, such as 30s, 5m or 1h",
                "muster: see 'muster group create --help'",
            ],
            run.ErrorLines);
    }

    [Theory]
    [InlineData("--capacity is '-1': a whole number, 0 or more", "group", "create", "web", "--template", "web", "--capacity", "-1")]
    [InlineData("--capacity is 'many': a whole number, 0 or more", "group", "create", "web", "--template", "web", "--capacity", "many")]
    [InlineData("--interval is '1': a time from 5s to 1h, such as 30s, 5m or 1h", "group", "update", "web", "--interval", "1")]
    [InlineData("--interval is '2h': a time from 5s to 1h, such as 30s, 5m or 1h", "group", "update", "web", "--interval", "2h")]
    [InlineData(
        "--scale-in is 'youngest': oldest, newest, outdated-first or least-busy", "group", "update", "web", "--scale-in", "youngest")]
    [InlineData("--launches-in-flight is '101': a whole number from 1 to 100", "group", "update", "web", "--launches-in-flight", "101")]
    [InlineData(
        "N is 'five': a whole number such as 5, or a change of the present capacity such as +2, -2, +30% or -10%",
        "group",
        "scale",
        "web",
        "five")]
    [InlineData("NAME is 'a/b': 1 to 182 characters of A-Z a-z 0-9 . _ -", "group", "show", "a/b")]
    [InlineData("NAME is '--dryrun': a name that does not begin with -, which is how options begin", "group", "create", "--dryrun",
        "--template", "web", "--capacity", "3")]
    [InlineData("NAME is '-x': a name that does not begin with -, which is how options begin", "template", "create", "-x")]
    [InlineData("NAME is '--yes': a name that does not begin with -, which is how options begin", "policy", "create", "--yes",
        "--group", "web")]
    [InlineData("--file is '': the path of a file", "group", "create", "web", "-f", "")]
    [InlineData("--with-policy is '': the path of a file", "group", "plan", "web", "--with-policy", "")]
    [InlineData("--token-file is '': the path of a file", "group", "list", "--token-file", "")]
    [InlineData("--config is '': the path of a file", "server", "--config", "")]
    [InlineData("--output is '': the path of a file", "store", "export", "--config", "m.toml", "--output", "")]
    [InlineData("--traffic is 'edge,backend=a,backend=b': 'backend=b' says again what was said before it", "group", "update", "web",
        "--traffic", "edge,backend=a,backend=b")]
    [InlineData("--traffic is 'edge,backed=a': 'backed=a' is none of what stands behind a source: SOURCE, and behind commas backend=NAME, "
        + "service=NAME, port=N, port=attribute:NAME, path=PATH, network=NETWORK or health", "group", "update", "web", "--traffic",
        "edge,backed=a")]
    [InlineData("--traffic is 'lb,port=0': port is '0': 1 to 65535, or attribute:NAME for the attribute of each instance that holds it",
        "group", "update", "web", "--traffic", "lb,port=0")]
    [InlineData("--traffic is 'lb,backend=web,port=99999': port is '99999': 1 to 65535, or attribute:NAME for the attribute of each "
        + "instance that holds it", "group", "update", "web", "--traffic", "lb,backend=web,port=99999")]
    [InlineData("--traffic is 'lb,port=http': port is 'http': 1 to 65535, or attribute:NAME for the attribute of each instance that holds "
        + "it", "group", "update", "web", "--traffic", "lb,port=http")]
    [InlineData("--traffic is 'lb,backend=': 'backend=' needs a name: backend=NAME", "group", "update", "web", "--traffic", "lb,backend=")]
    [InlineData("--traffic is 'lb,path': 'path' needs a path: path=/PATH", "group", "update", "web", "--traffic", "lb,path")]
    [InlineData("--traffic is 'lb,network=': 'network=' needs a network: network=10.0.0.0/8", "group", "update", "web", "--traffic",
        "lb,network=")]
    [InlineData("--traffic is 'lb,health=true': 'health=true' says too much: health alone has the source's own checks count as health",
        "group", "update", "web", "--traffic", "lb,health=true")]
    [InlineData("--traffic is ',health': the name of a source comes first: SOURCE, and behind commas backend=NAME, service=NAME, port=N, "
        + "port=attribute:NAME, path=PATH, network=NETWORK or health", "group", "update", "web", "--traffic", ",health")]
    [InlineData("--tag is 'colour': key=value", "template", "create", "web", "--tag", "colour")]
    [InlineData("--tag is 'a=2': 'a' was given already", "template", "create", "web", "--tag", "a=1", "--tag", "a=2")]
    [InlineData("--role is 'root': task, read, operate or admin", "token", "create", "ci", "--role", "root")]
    [InlineData("SHELL is 'tcsh': bash, zsh or fish", "completion", "tcsh")]
    public async Task A_wrong_value_is_named_with_what_is_allowed(string expected, params string[] args)
    {
        var run = await CliRun.Of(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal($"muster: {expected}", run.ErrorLines[0]);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_missing_option_is_named()
    {
        var run = await CliRun.Of("group", "create", "web", "--capacity", "3");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith("muster: --template is missing: ", run.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_without_its_value_is_named()
    {
        var run = await CliRun.Of("server", "--config");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("muster: --config has no value: the configuration file; docs/configuration.md explains it", run.ErrorLines[0]);
    }

    [Fact]
    public async Task A_missing_argument_is_named()
    {
        var run = await CliRun.Of("group", "scale", "web");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith("muster: N is missing: ", run.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resume_that_does_not_say_of_what_is_told_both_ways()
    {
        var run = await CliRun.Of("resume");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--all is missing: ", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("'muster group resume", run.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_of_nothing_is_refused()
    {
        var run = await CliRun.Of("group", "update", "web");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith("muster: nothing to change", run.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_arguments_is_not_read_because_names_may_start_with_an_at_sign()
    {
        var run = await CliRun.Of("template", "create", "web", "--image", "@nosuchfile", "--addr", "127.0.0.1:1");

        Assert.Equal(ExitCode.Unreachable, run.Code);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task The_version_is_data(string command)
    {
        var run = await CliRun.Of(command);

        Assert.Equal(ExitCode.Ok, run.Code);
        // The version stays the second word, for scripts; which sources and what kind of build stand behind it.
        Assert.Matches(@"^muster \d+\.\d+\.\d+ \(commit ([0-9a-f]{12}|unknown), managed build for \S+\)\n$", run.Out);
    }
}
