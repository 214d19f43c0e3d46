using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Tests.Rendering;

public sealed class GridTests
{
    private const string One = "9f0c1f34-1111-4222-8333-444455556666";
    private const string Near = "9f0c1f34-1199-4222-8333-444455556666";
    private const string Other = "00aa1f34-1111-4222-8333-444455556666";

    [Fact]
    public void What_fits_is_shown_with_ids_as_long_as_it_takes_to_tell_them_apart() => Assert.Equal(
        """
        NAME   KIND   REASON           ID
        web    local  nothing to do    9f0c1f34-111
        api    local  launch 2, since  9f0c1f34-119
        batch  local  -                00aa1f34

        """, Drawn(80));

    [Fact]
    public void Sentences_are_wrapped_between_words_before_a_column_goes() => Assert.Equal(
        """
        NAME  REASON
        web   one two three four five
              six seven eight nine ten
              eleven

        """, Drawn(30, new("one two three four five six seven eight nine ten eleven")));

    [Theory]
    [InlineData(80, "NAME KIND REASON ID")]
    [InlineData(40, "NAME REASON ID")]
    [InlineData(30, "NAME ID")]
    [InlineData(5, "NAME ID")]
    public void Columns_go_by_priority_and_no_id_is_ever_broken(int width, string headings)
    {
        var lines = Drawn(width).Split('\n');

        Assert.Equal(headings.Split(' '), lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(lines, line => line.EndsWith("9f0c1f34-111", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pipe_gets_a_row_a_line_and_whole_ids() => Assert.Equal(
        $"""
        NAME   KIND   REASON           ID
        web    local  nothing to do    {One}
        api    local  launch 2, since  {Near}
        batch  local  -                {Other}

        """, Drawn(20, isTerminal: false));

    [Fact]
    public void Wide_shows_everything_whole() => Assert.StartsWith(
        $"""
        NAME   KIND   REASON           ID                                    MORE
        web    local  nothing to do    {One}  x

        """, Drawn(20, output: new(OutputFormat.Wide)), StringComparison.Ordinal);

    [Fact]
    public void Columns_are_chosen_by_their_words_in_any_order()
    {
        Assert.StartsWith("MORE  NAME\nx     web\n", Drawn(20, output: new(OutputFormat.Text, ["more", "NAME"])), StringComparison.Ordinal);
        Assert.Equal(
            "--columns is 'colour': any of name, kind, reason, id, more, with commas between them",
            Assert.Throws<CliException>(() => Drawn(20, output: new(OutputFormat.Text, ["name", "colour"]))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_in_a_cell_reaches_the_terminal_as_an_order(bool isTerminal)
    {
        var drawn = Drawn(80, new("a\e[2Jb\u009b31mc\u202egnp.exe\rd\ne\u2066f"), isTerminal);

        Assert.Contains(@"a\x1b[2Jb\x9b31mc\u202egnp.exe d e\u2066f", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain(drawn, letter => char.IsControl(letter) && letter != '\n');
    }

    private static string Drawn(int width, Cell? sentence = null, bool isTerminal = true, Output? output = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var grid = sentence is { } one ? Sentence(one) : Things();
        grid.Write(
            new Terminal
            {
                Out = text,
                Error = TextWriter.Null,
                OutIsTerminal = isTerminal,
                ErrorIsTerminal = false,
                WidthNow = () => width,
                Environment = name => name == "NO_COLOR" ? "1" : null,
            },
            output ?? Output.Text);
        return text.ToString();
    }

    private static Grid Sentence(Cell sentence)
    {
        var grid = new Grid("NAME", new Column("REASON") { Wraps = true });
        grid.Add("web", sentence);
        return grid;
    }

    private static Grid Things()
    {
        var grid = new Grid(
            "NAME", new Column("KIND", Drop: 2), new Column("REASON", Drop: 1) { Wraps = true }, new Column("ID") { IsId = true },
            new Column("MORE") { IsExtra = true });
        grid.Add("web", "local", "nothing to do", One, "x");
        grid.Add("api", "local", "launch 2, since", Near, "x");
        grid.Add("batch", "local", null, Other, "x");
        return grid;
    }
}
