using Muster.Api;
using Muster.Api.Groups;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary>How the last checks of a group are shown: as a table of 80 columns, and below it what the newest trouble was.</summary>
internal static class CheckRunViews
{
    // As many letters of an allocation as Nomad's own commands show.
    private const int AllocationLetters = 8;

    public static void Write(Terminal terminal, IReadOnlyList<CheckRunView> runs, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, runs, ApiJson.Default.CheckRunView);
            return;
        }

        var grid = new Grid(
            "STARTED", new Column("LATE", Drop: 2), "TOOK", "OUTCOME", new Column("EXIT", Drop: 3), new Column("WHERE", Drop: 1));
        foreach (var run in runs)
        {
            grid.Add(
                Moments.Text(run.StartedAt),
                Span(run.LatenessMs),
                Span(run.DurationMs),
                Outcome(run.Outcome),
                Exit(run.ExitCode),
                Where(run));
        }

        grid.Write(terminal, output);
        if (runs.FirstOrDefault(run => run.Outcome is "failed" or "broke_off") is { } trouble)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(VisibleText.OneLine($"{Moments.Text(trouble.StartedAt)}: {trouble.Reason}"));
        }
    }

    /// <summary>To a tenth of a second below ten: a check takes milliseconds here and seconds there.</summary>
    private static string? Span(double? milliseconds) => milliseconds switch
    {
        null => null,
        < 1 => "0s",
        >= 1000 and < 10_000 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0}s"),
        _ => Moments.Seconds(milliseconds.Value / 1000),
    };

    private static string? Exit(int? code) => code?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Where(CheckRunView run) => run.Allocation is not { } allocation ? run.Where
        : $"{run.Where} ({(allocation.Length > AllocationLetters ? allocation[..AllocationLetters] : allocation)})";

    private static Cell Outcome(string outcome) => new(outcome.Replace('_', ' '), outcome switch
    {
        "idle" or "acted" => Tone.Good,
        "failed" or "broke_off" => Tone.Bad,
        "held" => Tone.Busy,
        _ => Tone.Plain,
    });
}
