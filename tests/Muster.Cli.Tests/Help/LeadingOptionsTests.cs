using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Help;

public sealed class LeadingOptionsTests
{
    [Theory]
    [InlineData("--addr", "{0}", "group", "list", "--json")]
    [InlineData("--addr={0}", "--json", "group", "list")]
    [InlineData("--json", "group", "--addr", "{0}", "list")]
    [InlineData("-o", "json", "group", "list", "--addr", "{0}")]
    [InlineData("--wide", "group", "list", "--addr", "{0}", "--json")]
    public async Task Which_server_and_how_to_print_may_stand_anywhere(params string[] args)
    {
        await using var server = await RunningServer.StartAsync();

        var run = await CliRun.Of([.. args.Select(word => word.Replace("{0}", $"http://{server.Listen}", StringComparison.Ordinal))]);

        Assert.Equal((ExitCode.Ok, "[]"), (run.Code, run.Out.Trim()));
    }

    [Fact]
    public async Task A_command_that_asks_no_server_still_takes_no_address()
    {
        var run = await CliRun.Of("--addr", "http://127.0.0.1:1", "version");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("muster: unknown option '--addr'", run.ErrorLines[0]);
    }

    [Fact]
    public async Task Without_a_command_there_is_help()
    {
        var run = await CliRun.Of("--addr", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("Commands:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Keeps groups of instances", "help")]
    [InlineData("Groups: how many", "help", "group")]
    [InlineData("Set how many", "help", "group", "scale")]
    public async Task Help_says_what_the_option_says(string expected, params string[] args)
    {
        var run = await CliRun.Of(args);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.StartsWith(expected, run.Out, StringComparison.Ordinal);
        Assert.Equal((await CliRun.Of([.. args.Skip(1), "--help"])).Out, run.Out);
    }

    [Fact]
    public async Task Help_on_what_there_is_not_guesses()
    {
        var run = await CliRun.Of("help", "group", "scal");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("muster: unknown command 'scal': did you mean 'scale'?", run.ErrorLines[0]);
    }
}
