using System.Diagnostics;
using System.Text;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;

using Spectre.Console;

namespace Muster.Cli.Rendering;

/// <summary>Rows under headings: laid out for a person's screen, or aligned text for a pipe, a row a line.</summary>
internal sealed class Grid
{
    private readonly Column[] _columns;
    private readonly List<Cell[]> _rows = [];

    /// <param name="columns">What stands in each row, in this order. The first names the thing.</param>
    // Headings come from outside too: a cloud's attributes have columns of their own.
    public Grid(params IReadOnlyList<Column> columns) =>
        _columns = [.. columns.Select(column => column with { Heading = VisibleText.OneLine(column.Heading) })];

    /// <summary>Adds a row; as many cells as columns.</summary>
    public void Add(params Cell[] cells)
    {
        Debug.Assert(cells.Length == _columns.Length, "a row has as many cells as the grid has columns");
        _rows.Add(Array.ConvertAll(cells, cell => cell with { Text = VisibleText.OneLine(cell.Text) }));
    }

    /// <summary>Writes it in one piece.</summary>
    /// <exception cref="CliException">A column was asked for that there is not.</exception>
    public void Write(Terminal terminal, Output output)
    {
        var chosen = Chosen(output);
        if (!terminal.OutIsTerminal)
        {
            Align(terminal, chosen);
        }
        else if (output.Format is OutputFormat.Wide || output.Columns is not null)
        {
            Draw(terminal, GridLayout.Whole(_columns, _rows, chosen));
        }
        else
        {
            var layout = GridLayout.Fit(_columns, _rows, chosen, terminal.Width);
            Draw(terminal, layout);
            SayWhatIsLeftOut(terminal, chosen.Except(layout.Columns).ToArray(), output.IsChoosable);
        }
    }

    /// <summary>The numbers of the columns that are asked for.</summary>
    private int[] Chosen(Output output)
    {
        if (output.Columns is not { } asked)
        {
            return [.. Enumerable.Range(0, _columns.Length).Where(index => !_columns[index].IsExtra || output.Format is OutputFormat.Wide)];
        }

        var words = _columns.Select(column => column.Word).ToArray();
        return [.. asked.Select(word => Array.IndexOf(words, word.Trim().ToLowerInvariant()) is >= 0 and var index
            ? index
            : throw new CliException(
                ExitCode.Usage, $"--columns is '{word}': any of {string.Join(", ", words)}, with commas between them"))];
    }

    private void Align(Terminal terminal, int[] chosen)
    {
        var lines = _rows
            .Select(row => Array.ConvertAll(chosen, index => row[index].Text))
            .Prepend(Array.ConvertAll(chosen, index => _columns[index].Heading)).ToList();
        var widths = Enumerable.Range(0, chosen.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => column == line.Length - 1 ? cell : cell.PadRight(widths[column]));
            text.AppendLine(string.Join(GridLayout.Gap, cells).TrimEnd());
        }

        terminal.Out.Write(text.ToString());
    }

    private static void Draw(Terminal terminal, GridLayout layout)
    {
        var text = new StringBuilder();
        AppendRow(
            text, layout, Array.ConvertAll(layout.Headings, heading => new Cell(heading)), cell => Styles.Bold(cell, terminal.Colours));
        foreach (var row in layout.Rows)
        {
            AppendRow(text, layout, row, cell => Styles.Coloured(cell, terminal.Colours));
        }

        terminal.Out.Write(text.ToString());
    }

    /// <summary>One row: as many lines as its longest sentence needs.</summary>
    private static void AppendRow(StringBuilder text, GridLayout layout, Cell[] row, Func<Cell, string> style)
    {
        var cells = row.Select((cell, column) => layout.Wrap(cell.Text, column)).ToArray();
        for (var line = 0; line < cells.Max(lines => lines.Count); line++)
        {
            var end = text.Length;
            for (var column = 0; column < row.Length; column++)
            {
                var part = line < cells[column].Count ? cells[column][line] : "";
                text.Append(style(row[column] with { Text = part }));
                if (part.Length > 0)
                {
                    end = text.Length;
                }

                text.Append(' ', Math.Max(0, layout.Widths[column] - part.GetCellWidth())).Append(GridLayout.Gap);
            }

            // No blanks at the end of a line: on a narrow screen they would make lines of their own.
            text.Length = end;
            text.AppendLine();
        }
    }

    private void SayWhatIsLeftOut(Terminal terminal, int[] leftOut, bool isChoosable)
    {
        if (leftOut.Length > 0 && terminal.ErrorIsTerminal)
        {
            var way = isChoosable ? "--wide shows every column, --columns the ones you name" : "a wider terminal shows every column";
            terminal.Error.WriteLine(
                $"muster: the terminal is too narrow for {string.Join(", ", leftOut.Select(index => _columns[index].Word))}: {way}");
        }
    }
}
