using System.Text;

using Muster.Cli.Terminals;

using Spectre.Console;

namespace Muster.Cli.Rendering;

/// <summary>Rows under headings: a drawn table for a person, aligned text for a pipe.</summary>
/// <param name="headings">One a column.</param>
internal sealed class Grid(params string[] headings)
{
    private readonly List<Cell[]> rows = [];

    /// <summary>Adds a row; as many cells as headings.</summary>
    public void Add(params Cell[] cells)
    {
        System.Diagnostics.Debug.Assert(cells.Length == headings.Length, "a row has as many cells as the grid has headings");
        rows.Add(cells);
    }

    /// <summary>Writes it in one piece.</summary>
    public void Write(Terminal terminal)
    {
        if (terminal.OutIsTerminal)
        {
            Draw(terminal);
        }
        else
        {
            terminal.Out.Write(Align());
        }
    }

    private string Align()
    {
        var lines = rows.Select(row => Array.ConvertAll(row, cell => OneLine(cell.Text))).Prepend(headings).ToList();
        var widths = Enumerable.Range(0, headings.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => column == line.Length - 1 ? cell : cell.PadRight(widths[column]));
            text.AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    private void Draw(Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell.Text, Styles.Of(cell.Tone))));
        }

        terminal.Console().Write(table);
    }

    // A pipe reads one row a line.
    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
