using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Core.Backtesting;

namespace Muster.Cli.Tests.Rendering;

public sealed class PlotTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PlotSeries[] Two =
    [
        Wave("load", '*', Tone.Plain, waves: 1),
        Wave("forecast", 'o', Tone.Busy, waves: 2),
    ];

    [Fact]
    public void A_pipe_gets_marks_and_no_colours() => Check(
        "ascii", Plot.Draw(Two, width: 80, height: 10, PlotGlyphs.Ascii, colours: false));

    [Fact]
    public void A_terminal_gets_dots_in_colours() => Check(
        "braille", Plot.Draw(Two, width: 80, height: 10, PlotGlyphs.Braille, colours: true).Replace('\e', '^'));

    [Theory, InlineData(1), InlineData(20), InlineData(80), InlineData(500)]
    public void No_line_is_wider_than_the_screen_or_than_the_eye_follows(int width) => Assert.All(
        Plot.Draw(Two, width, height: 10, PlotGlyphs.Ascii, colours: false).Split('\n')
            .Where(line => !line.Contains('Z', StringComparison.Ordinal)),
        line => Assert.InRange(line.Length, 0, Math.Clamp(width, 20, 160)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-5, -5)]
    [InlineData(double.MaxValue, double.MinValue)]
    [InlineData(double.Epsilon, double.NaN)]
    [InlineData(1e-200, double.PositiveInfinity)]
    public void Any_values_are_drawn(double one, double other) => Assert.Equal(
        5 + 4,
        Plot.Draw([new("odd", '*', Tone.Plain, [new(Start, one), new(Start.AddHours(1), other)])], 40, 5, PlotGlyphs.Ascii, colours: false)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

    [Fact]
    public void Where_nothing_was_read_it_says_so() => Assert.Equal(
        "nothing was read\n", Plot.Draw([new("load", '*', Tone.Plain, [new(Start, null)])], 80, 10, PlotGlyphs.Ascii, colours: false));

    [Theory]
    [InlineData(true, "xterm", "en_US.UTF-8", "Braille")]
    [InlineData(true, "xterm", "C.utf8", "Braille")]
    [InlineData(true, "xterm", "C", "Ascii")]
    [InlineData(true, "linux", "en_US.UTF-8", "Ascii")]
    [InlineData(true, "dumb", "en_US.UTF-8", "Ascii")]
    [InlineData(false, "xterm", "en_US.UTF-8", "Ascii")]
    public void Dots_are_for_a_person_whose_terminal_has_them(bool isTerminal, string term, string locale, string glyphs)
    {
        var terminal = Of(TextWriter.Null, isTerminal, name => name switch { "TERM" => term, "LANG" => locale, _ => null });

        Assert.Equal(glyphs, PlotGlyphsOf.Output(terminal).ToString());
    }

    [Fact]
    public void A_report_has_the_load_the_capacity_of_each_and_the_totals()
    {
        using var text = new StringWriter { NewLine = "\n" };
        BacktestReport.Write(
            Of(text, isTerminal: false, _ => null), "requests",
            [("now", Result(late: 6, hours: 98.4)), ("new", Result(late: 0, hours: 104))]);

        Check("report", text.ToString());
    }

    private static void Check(string name, string drawn) =>
        Golden.Check(Path.Combine(RepositoryRoot.Path, "tests", "Muster.Cli.Tests", "Rendering", "Plots", $"{name}.txt"), drawn);

    private static Terminal Of(TextWriter output, bool isTerminal, Func<string, string?> environment) => new()
    {
        Out = output,
        Error = TextWriter.Null,
        OutIsTerminal = isTerminal,
        ErrorIsTerminal = false,
        Environment = environment,
    };

    private static PlotSeries Wave(string name, char mark, Tone tone, int waves) => new(name, mark, tone,
    [
        .. Enumerable.Range(0, 97).Select(i => new PlotPoint(
            Start.AddMinutes(15 * i), i is > 40 and < 50 ? null : Math.Round(100 * (1 + Math.Sin(i / 96.0 * Math.Tau * waves)), 3))),
    ]);

    private static BacktestResult Result(int late, double hours) => new()
    {
        Steps =
        [
            .. Enumerable.Range(0, 97).Select(i => new BacktestStep(
                Start.AddMinutes(15 * i), Load(i), (int)Load(i) / 50, (int)Load(i) / 50, Up: (int)Load(i - late) / 50, Moved: null)),
        ],
        Interval = TimeSpan.FromMinutes(15),
        InstanceHours = hours,
        TooFewFor = TimeSpan.FromMinutes(late * 15),
        Unread = TimeSpan.Zero,
        Changes = 2,
        Reversals = 1,
        Highest = 8,
    };

    private static double Load(int quarter) => quarter is >= 32 and < 72 ? 400 : 100;
}
