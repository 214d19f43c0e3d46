using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Tests.Rendering;

public sealed class NamesTests
{
    [Theory]
    [InlineData(false, "web", "web\n")]
    [InlineData(true, "web", "web\n")]
    [InlineData(true, "a\e[2Jb", "a\\x1b[2Jb\n")]
    [InlineData(false, "a\tb", "a\tb\n")]
    [InlineData(false, "one\ntwo", "one two\n")]
    public void A_value_is_one_line_and_commands_no_terminal(bool isTerminal, string name, string written)
    {
        using var output = new StringWriter();

        Names.Write(Around(output, isTerminal), [name]);

        Assert.Equal(written, output.ToString());
    }

    [Fact]
    public void Headings_and_labels_from_outside_command_no_terminal()
    {
        using var output = new StringWriter();
        var terminal = Around(output, isTerminal: true);
        var grid = new Grid("NAME", new Column("PI\e[2JD"));
        grid.Add("web", "1");

        grid.Write(terminal, Output.Text);
        grid.Write(terminal, new(OutputFormat.Wide));
        new Details().Add("Cloud \e[2J", "x").Write(terminal);

        Assert.DoesNotContain('\e', output.ToString());
        Assert.Contains("PI\\x1b[2JD", output.ToString(), StringComparison.Ordinal);
    }

    private static Terminal Around(TextWriter output, bool isTerminal) => new()
    {
        Out = output, Error = TextWriter.Null, OutIsTerminal = isTerminal,
        ErrorIsTerminal = false, Environment = name => name == "NO_COLOR" ? "1" : null,
    };
}
