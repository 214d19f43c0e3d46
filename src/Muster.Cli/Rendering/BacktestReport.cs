using System.Globalization;

using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Backtesting;

namespace Muster.Cli.Rendering;

/// <summary>What replays came to: the load, the capacity that one or two sets of policies would have given it, and the totals.</summary>
internal static class BacktestReport
{
    private static readonly (char Mark, Tone Tone)[] Looks = [('#', Tone.Good), ('o', Tone.Busy), ('x', Tone.Bad)];

    /// <summary>Writes plots and a table.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="load">The load's name.</param>
    /// <param name="results">Each with its name, all over the same load.</param>
    public static void Write(Terminal terminal, string load, IReadOnlyList<(string Name, BacktestResult Result)> results)
    {
        var glyphs = PlotGlyphsOf.Output(terminal);
        var steps = results[0].Result.Steps;
        Plots(
            [new(load, '*', Tone.Plain, [.. steps.Select(step => new PlotPoint(step.At, step.Load))])]);
        terminal.Out.WriteLine();
        Plots(
        [
            new("instances needed", '.', Tone.Dim, [.. steps.Select(step => new PlotPoint(step.At, step.Needed))]),
            .. results.Select((one, index) => new PlotSeries(
                $"{one.Name}: up", Looks[index % Looks.Length].Mark, Looks[index % Looks.Length].Tone,
                [.. one.Result.Steps.Select(step => new PlotPoint(step.At, step.Up))])),
        ]);
        terminal.Out.WriteLine();
        Totals(results).Write(terminal, Output.Text);

        void Plots(IReadOnlyList<PlotSeries> series) =>
            terminal.Out.Write(Plot.Draw(series, terminal.Width, Plot.HeightDefault, glyphs, terminal.Colours));
    }

    /// <summary>The totals, a row for each.</summary>
    public static Grid Totals(IReadOnlyList<(string Name, BacktestResult Result)> results)
    {
        var grid = new Grid("POLICIES", "INSTANCE HOURS", "TOO FEW FOR", "CHANGES", "REVERSALS", "HIGHEST", "NO READING");
        foreach (var (name, result) in results)
        {
            grid.Add(
                name,
                result.InstanceHours.ToString("0.0", CultureInfo.InvariantCulture),
                result.TooFewFor is { } lacking ? DurationText.Format(lacking) : "unknown",
                result.Changes,
                result.Reversals,
                result.Highest,
                DurationText.Format(result.Unread));
        }

        return grid;
    }
}
