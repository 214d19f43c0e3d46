using System.Diagnostics;

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

        var start = new ProcessStartInfo("/bin/bash", [driver, script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, bash.ExitCode);
        Assert.Equal("scale\nshow\nsuspend\n", output);
    }
}
