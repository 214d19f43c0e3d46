using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Arguments;

public sealed class OutputOptionsTests
{
    [Theory]
    [InlineData("group list -o name --wide", "--format name and --wide cannot be combined: give one form of output")]
    [InlineData("group list --json -o name", "--json and --format name cannot be combined")]
    [InlineData("group list --json --columns name", "--columns cannot be combined with --json: only a table has columns")]
    [InlineData("group list -o name --columns name", "--columns cannot be combined with --format name")]
    [InlineData("--columns name group list -o json", "--columns cannot be combined with --format json")]
    [InlineData("cloud orphans --columns id --json", "--columns cannot be combined with --json")]
    [InlineData(
        "group instances web --only id --json", "--json cannot be combined with --only: --only prints one field, a line an instance")]
    [InlineData("group instances web --only id -o name", "--format cannot be combined with --only")]
    [InlineData("group instances web --only id --columns name", "--columns cannot be combined with --only")]
    [InlineData("group activity web --follow --wide", "--wide cannot be combined with --follow: --follow prints a line an entry")]
    [InlineData("group activity web --follow -o wide", "--format cannot be combined with --follow")]
    [InlineData("group activity web --follow --columns time", "--columns cannot be combined with --follow")]
    public async Task Two_forms_of_output_are_refused_and_none_is_ignored(string line, string said)
    {
        var run = await CliRun.Of(line.Split(' '));

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.StartsWith($"muster: {said}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("group list --json -o json")]
    [InlineData("group list --wide -o wide")]
    [InlineData("group list --wide --columns name")]
    [InlineData("group list --wide --json")]
    [InlineData("group list -o wide --json")]
    [InlineData("group activity web --follow --json --wide")]
    [InlineData("group activity web --follow --json")]
    [InlineData("group activity web --follow -o json")]
    [InlineData("group instances web --only id")]
    [InlineData("cloud orphans -o wide")]
    [InlineData("cloud orphans -o name")]
    public void What_goes_together_is_taken(string line) => Assert.Empty(CommandTree.Build(Nothing()).Parse(line).Errors);

    [Fact]
    public async Task A_table_without_options_for_columns_does_not_tell_of_them()
    {
        await using var server = await (await RunningServer.StartAsync()).WithGroupAsync("web", 1);

        var show = await server.AtTerminalAsync(["group", "show", "web"], width: 12);
        var list = await server.AtTerminalAsync(["group", "list"], width: 12);

        Assert.Contains("too narrow for late, exit, where: a wider terminal shows every column", show.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--wide", show.Error, StringComparison.Ordinal);
        Assert.Contains("--wide shows every column, --columns the ones you name", list.Error, StringComparison.Ordinal);
    }

    private static Terminal Nothing() => new()
    {
        Out = TextWriter.Null, Error = TextWriter.Null, OutIsTerminal = false, ErrorIsTerminal = false, Environment = _ => null,
    };
}
