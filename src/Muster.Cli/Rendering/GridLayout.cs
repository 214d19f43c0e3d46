using Spectre.Console;

namespace Muster.Cli.Rendering;

/// <summary>Which columns of a table are shown, how wide, and what stands in them.</summary>
internal sealed class GridLayout
{
    /// <summary>Between two columns.</summary>
    public const string Gap = "  ";

    // Narrower, and a sentence becomes a column of words.
    private const int SentenceWidthMin = 24;

    private GridLayout(IReadOnlyList<Column> columns, int[] shown, List<Cell[]> rows, int[] widths)
    {
        Columns = shown;
        Headings = Array.ConvertAll(shown, index => columns[index].Heading);
        Rows = [.. rows.Select(row => Array.ConvertAll(shown, index => row[index]))];
        Widths = Array.ConvertAll(shown, index => widths[index]);
        Wraps = Array.ConvertAll(shown, index => columns[index].Wraps);
    }

    /// <summary>The numbers of the columns that are shown.</summary>
    public int[] Columns { get; }

    /// <summary>Their headings.</summary>
    public string[] Headings { get; }

    /// <summary>Their cells, row by row.</summary>
    public IReadOnlyList<Cell[]> Rows { get; }

    /// <summary>Their widths.</summary>
    public int[] Widths { get; }

    private bool[] Wraps { get; }

    /// <summary>Everything that was chosen, however wide.</summary>
    public static GridLayout Whole(IReadOnlyList<Column> columns, List<Cell[]> rows, int[] chosen) =>
        new(columns, chosen, rows, Natural(columns, rows));

    /// <summary>
    /// What fits into a width: ids by their start, sentences wrapped, then columns left out. What must stay is shown in any case.
    /// </summary>
    public static GridLayout Fit(IReadOnlyList<Column> columns, List<Cell[]> rows, int[] chosen, int width)
    {
        var shortened = Shorten(columns, rows);
        var widths = Natural(columns, shortened);
        var shown = chosen.ToList();
        while (true)
        {
            var sentences = shown.Where(index => columns[index].Wraps).ToList();
            var room = width - ((shown.Count - 1) * Gap.Length) - shown.Except(sentences).Sum(index => widths[index]);
            var needed = sentences.Sum(index => Math.Min(widths[index], SentenceWidthMin));
            if (room >= needed || !shown.Any(index => columns[index].Drop > 0))
            {
                Share(widths, sentences, Math.Max(room, needed));
                return new(columns, [.. shown], shortened, widths);
            }

            // What says nothing in any row goes before what says something.
            shown.Remove(shown.Where(index => columns[index].Drop > 0)
                .MaxBy(index => (shortened.All(row => row[index].Text is "" or "-"), columns[index].Drop)));
        }
    }

    /// <summary>A cell's lines.</summary>
    public IReadOnlyList<string> Wrap(string text, int column)
    {
        if (!Wraps[column] || text.GetCellWidth() <= Widths[column])
        {
            return [text];
        }

        var lines = new List<string> { "" };
        foreach (var word in text.Split(' '))
        {
            if (lines[^1].Length > 0 && lines[^1].GetCellWidth() + 1 + word.GetCellWidth() > Widths[column])
            {
                lines.Add(word);
            }
            else
            {
                lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            }
        }

        return lines;
    }

    private static void Share(int[] widths, List<int> sentences, int room)
    {
        // Nearly always there is one; of several, each gets what it needs before the last gets the rest.
        for (var i = 0; i < sentences.Count; i++)
        {
            var others = sentences.Skip(i + 1).Sum(index => Math.Min(widths[index], SentenceWidthMin));
            widths[sentences[i]] = Math.Min(widths[sentences[i]], room - others);
            room -= widths[sentences[i]];
        }
    }

    private static int[] Natural(IReadOnlyList<Column> columns, List<Cell[]> rows) =>
        [.. columns.Select((column, index) => rows.Select(row => row[index].Text.GetCellWidth()).Prepend(column.Heading.Length).Max())];

    private static List<Cell[]> Shorten(IReadOnlyList<Column> columns, List<Cell[]> rows)
    {
        var shortened = rows.ConvertAll(row => (Cell[])row.Clone());
        for (var index = 0; index < columns.Count; index++)
        {
            if (columns[index].IsId)
            {
                var starts = ShortIds.Of([.. rows.Select(row => row[index].Text)]);
                for (var row = 0; row < rows.Count; row++)
                {
                    shortened[row][index] = shortened[row][index] with { Text = starts[row] };
                }
            }
        }

        return shortened;
    }
}
