namespace Muster.Cli.Rendering;

/// <summary>Dots in colours, and the characters that show them.</summary>
internal sealed class PlotCanvas
{
    // Which bit of U+2800 is which dot of two columns and four rows: Unicode numbers them so.
    private static readonly int[,] Bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly int[,] _dots;
    private readonly PlotSeries?[,] _owners;
    private readonly PlotGlyphs _glyphs;
    private readonly (int Columns, int Rows) _perCell;

    public PlotCanvas(int columns, int rows, PlotGlyphs glyphs)
    {
        _glyphs = glyphs;
        _perCell = glyphs is PlotGlyphs.Braille ? (2, 4) : (1, 1);
        (_dots, _owners) = (new int[rows, columns], new PlotSeries?[rows, columns]);
        (Columns, Rows) = (columns * _perCell.Columns, rows * _perCell.Rows);
    }

    /// <summary>Columns of dots.</summary>
    public int Columns { get; }

    /// <summary>Rows of dots.</summary>
    public int Rows { get; }

    /// <summary>Sets a column's dots between two rows, both included; rows count from below.</summary>
    public void Draw(int column, int low, int high, PlotSeries series)
    {
        for (var row = Math.Max(0, low); row <= Math.Min(Rows - 1, high); row++)
        {
            var (y, x) = ((Rows - 1 - row) / _perCell.Rows, column / _perCell.Columns);
            _dots[y, x] |= Bits[(Rows - 1 - row) % _perCell.Rows, column % _perCell.Columns];
            _owners[y, x] = series;
        }
    }

    /// <summary>The cells of a row, from above, up to the last that shows something.</summary>
    public IEnumerable<Cell> Row(int row)
    {
        var last = _dots.GetLength(1) - 1;
        while (last >= 0 && _dots[row, last] == 0)
        {
            last--;
        }

        for (var column = 0; column <= last; column++)
        {
            yield return _owners[row, column] is not { } owner ? new(" ")
                : new((_glyphs is PlotGlyphs.Braille ? (char)(0x2800 + _dots[row, column]) : owner.Mark).ToString(), owner.Tone);
        }
    }
}
