using System.Globalization;
using System.Text;

using Muster.Core;

namespace Muster.Cli.Rendering;

/// <summary>Draws values over time in characters. Pure.</summary>
internal static class Plot
{
    /// <summary>Rows that a screen has room for beside the rest.</summary>
    public const int HeightDefault = 12;

    // Wider, and nobody's eye follows a line back to its label.
    private const int WidthMax = 160;
    private const int WidthMin = 20;
    private const int TimeLabelRoom = 12;
    private const double ValueMax = 1e300;

    /// <summary>Draws lines under each other's scale, with axes and a legend; later ones lie on top.</summary>
    /// <param name="series">Two or three.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="height">Rows of the plot, without axis and legend.</param>
    /// <param name="glyphs">What it is drawn with.</param>
    /// <param name="colours">Whether colours may be used.</param>
    public static string Draw(IReadOnlyList<PlotSeries> series, int width, int height, PlotGlyphs glyphs, bool colours)
    {
        var text = new StringBuilder();
        var points = series.SelectMany(one => one.Points).ToList();
        var values = points.Select(Drawn).OfType<double>().ToList();
        if (values.Count == 0)
        {
            return "nothing was read\n";
        }

        var (from, to) = (points.Min(point => point.At), points.Max(point => point.At));
        // From zero, unless something is below: half of a bar must be half of the load.
        var (low, high) = (Math.Min(0, values.Min()), values.Max());
        var step = PlotAxes.StepOf(high - low, Math.Max(1, (height - 1) / 3));
        (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        high = high > low ? high : low + step;

        var labels = Labels(low, high, step, height);
        var margin = labels.Max(label => label.Length);
        var canvas = new PlotCanvas(Math.Clamp(width, WidthMin, WidthMax) - margin - 2, height, glyphs);
        foreach (var one in series)
        {
            Draw(canvas, one, from, to, low, high);
        }

        var isAscii = glyphs is PlotGlyphs.Ascii;
        for (var row = 0; row < height; row++)
        {
            var edge = labels[row].Length == 0 ? (isAscii ? '|' : '│') : isAscii ? '+' : '┤';
            text.Append(labels[row].PadLeft(margin)).Append(' ').Append(edge);
            AppendRow(text, canvas.Row(row), colours);
            text.Append('\n');
        }

        AppendTimes(text, from, to, margin, canvas.Columns / (isAscii ? 1 : 2), isAscii);
        AppendLegend(text, series, margin, Math.Clamp(width, WidthMin, WidthMax), isAscii, colours);
        return text.ToString();
    }

    /// <summary>A value that can be drawn: what is so large that spans overflow lies at the edge. Null for none.</summary>
    private static double? Drawn(PlotPoint point) =>
        point.Value is { } value && double.IsFinite(value) ? Math.Clamp(value, -ValueMax, ValueMax) : null;

    private static string[] Labels(double low, double high, double step, int height)
    {
        var labels = new string[height];
        Array.Fill(labels, "");
        for (var value = low; value <= high + (step / 2); value += step)
        {
            labels[height - 1 - (int)Math.Round((value - low) / (high - low) * (height - 1))] = PlotAxes.Text(value, step);
        }

        return labels;
    }

    private static void Draw(PlotCanvas canvas, PlotSeries series, DateTimeOffset from, DateTimeOffset to, double low, double high)
    {
        var span = Math.Max(1, (to - from).Ticks);
        var (next, standing) = (0, default(double?));
        for (var column = 0; column < canvas.Columns; column++)
        {
            var end = column == canvas.Columns - 1 ? to : from.AddTicks((long)((double)span * (column + 1) / canvas.Columns) - 1);
            var (least, most) = (standing ?? double.MaxValue, standing ?? double.MinValue);
            for (; next < series.Points.Count && series.Points[next].At <= end; next++)
            {
                standing = Drawn(series.Points[next]);
                (least, most) = (Math.Min(least, standing ?? least), Math.Max(most, standing ?? most));
            }

            if (least <= most)
            {
                canvas.Draw(column, RowOf(least), RowOf(most), series);
            }
        }

        int RowOf(double value) => (int)Math.Round((value - low) / (high - low) * (canvas.Rows - 1));
    }

    private static void AppendRow(StringBuilder text, IEnumerable<Cell> cells, bool colours)
    {
        // Neighbours of one colour go out as one piece.
        var run = new StringBuilder();
        var tone = Tone.Plain;
        foreach (var cell in cells)
        {
            if (cell.Tone != tone)
            {
                text.Append(Styles.Coloured(new(run.ToString(), tone), colours));
                run.Clear();
                tone = cell.Tone;
            }

            run.Append(cell.Text);
        }

        text.Append(Styles.Coloured(new(run.ToString(), tone), colours));
    }

    private static void AppendTimes(StringBuilder text, DateTimeOffset from, DateTimeOffset to, int margin, int columns, bool isAscii)
    {
        var line = new StringBuilder().Append(isAscii ? '-' : '─', columns);
        var labels = new StringBuilder();
        foreach (var (at, label) in PlotAxes.Times(from, to, columns / TimeLabelRoom))
        {
            var column = Math.Min(columns - 1, (int)((double)(at - from).Ticks / Math.Max(1, (to - from).Ticks) * columns));
            // The first may stand too near to the second, or the last too far to the right.
            if (labels.Length <= column && column + label.Length <= columns)
            {
                line[column] = isAscii ? '+' : '┬';
                labels.Append(' ', column - labels.Length).Append(label).Append(' ');
            }
        }

        text.Append(' ', margin + 1).Append(isAscii ? '+' : '└').Append(line).Append('\n');
        text.Append(' ', margin + 2).Append(labels.ToString().TrimEnd()).Append('\n');
        text.Append(' ', margin + 2).Append(
            CultureInfo.InvariantCulture, $"{from.UtcDateTime:yyyy-MM-dd HH:mm}Z to {to.UtcDateTime:yyyy-MM-dd HH:mm}Z").Append('\n');
    }

    private static void AppendLegend(
        StringBuilder text, IReadOnlyList<PlotSeries> series, int margin, int width, bool isAscii, bool colours)
    {
        const string between = "   ";
        var room = width - margin - 2;
        var fits = series.Sum(one => VisibleText.OneLine(one.Name).Length + 2 + between.Length) - between.Length <= room;
        var names = series.Select(one =>
            $"{Styles.Coloured(new(isAscii ? one.Mark.ToString() : "⣿", one.Tone), colours)} {VisibleText.OneLine(one.Name)}");
        var left = new string(' ', margin + 2);
        text.Append(left).AppendJoin(fits ? between : $"\n{left}", names).Append('\n');
    }
}
