using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Help;

/// <summary>
/// Pages that repeat a figure repeat the one that was measured, with its unit, from the row that is about the same thing.
/// </summary>
public sealed partial class FiguresTests
{
    private static readonly string Measured = Page("docs/performance.md");

    /// <summary>
    /// Each row of the table in operating.md, and where its figures come from: starts of rows of performance.md, or another page.
    /// </summary>
    private static readonly Dictionary<string, string[]> Sources = new()
    {
        ["a sweep of 10,000 healthy groups of 10 instances"] =
            ["sweep of 10,000 healthy groups × 10 instances: CPU", "memory of that process, the simulated cloud's own included"],
        ["the server's memory with 200 groups, after a run of requests"] = ["memory of the server after it, 200 groups"],
        ["writes, 16 clients at once"] = ["change a capacity, 16 at once"],
        ["three servers instead of one, where looking takes long"] = ["sweeps of 3 servers on one PostgreSQL"],
    };

    [Fact]
    public void The_figures_of_operating_are_those_of_performance()
    {
        // The last row is measured on another page.
        var rows = SizingRows().Where(cells => !cells[2].Contains("postgresql.md", StringComparison.Ordinal)).ToList();

        Assert.Equal(Sources.Keys, rows.Select(cells => cells[1].Trim()));
        Assert.All(rows, cells =>
        {
            var measured = Sources[cells[1].Trim()].SelectMany(start => Figures(Row(start))).ToList();
            var told = Figures(cells[2]);
            Assert.NotEmpty(told);
            Assert.All(
                told,
                figure => Assert.True(Says(measured, figure), $"{figure} in '{cells[1].Trim()}'; measured: {string.Join(", ", measured)}"));
        });
    }

    [Fact]
    public void The_size_of_a_launch_is_the_sum_of_what_the_page_on_PostgreSQL_measured()
    {
        var told = SizingRows().Single(cells => cells[2].Contains("postgresql.md", StringComparison.Ordinal));
        var sizes = LaunchSizes().Match(Page("docs/postgresql.md"));

        Assert.True(sizes.Success, "docs/postgresql.md does not say what a launch leaves");
        var sum = Number(sizes.Groups[1].Value) + Number(sizes.Groups[2].Value);
        Assert.Equal(new(sum, "bytes"), Assert.Single(Figures(told[2])));
    }

    [Fact]
    public void The_front_page_says_what_was_measured()
    {
        var fast = Page("README.md").Split("- **It is fast.**")[1].Split("\n- **")[0].ReplaceLineEndings(" ");
        var claims = Claims().Match(fast);
        var overhead = (Number(Ratio().Match(Row("converge 0 → 1000")).Groups[1].Value) - 1) * 100;
        var cpu = Figures(Row("sweep of 10,000 healthy groups × 10 instances: CPU")).First(figure => figure.Unit == "s").Number;

        Assert.True(claims.Success, $"the front page says something else: {fast}");
        Assert.Equal(Math.Round(overhead, MidpointRounding.AwayFromZero), Number(claims.Groups[1].Value));
        // What a person calls half a second.
        Assert.InRange(cpu, 0.45m, 0.55m);
    }

    [Theory]
    [InlineData("0125-checks-share-their-looks.md", "5,000 new groups × 2 at 2 reads/s", 1.002, "")]
    [InlineData("0125-checks-share-their-looks.md", "5,000 new groups × 2 at 2 reads/s", 1434, "s")]
    [InlineData("0126-users-changes-come-first.md", "a user's change of another group meanwhile", 1.65, "s")]
    public void Decisions_say_what_was_measured(string decision, string row, double number, string unit)
    {
        var figure = new Figure((decimal)number, unit);

        Assert.Contains(figure, FiguresOf(Page($"docs/decisions/{decision}")));
        Assert.True(Says(Figures(Row(row)), figure), row);
    }

    [Theory]
    [InlineData("0.52 s", true)]
    [InlineData("483", true)]
    [InlineData("0.5 s", false)]
    [InlineData("52 s", false)]
    [InlineData("0.52 ms", false)]
    [InlineData("48", false)]
    [InlineData("9523 s", false)]
    public void Another_number_or_unit_is_another_figure(string told, bool isMeasured) =>
        Assert.Equal(isMeasured, Says(Figures("| what | 0.52 s | 483 a second, 9,523 |"), Assert.Single(FiguresOf(told))));

    private static IEnumerable<string[]> SizingRows() => Page("docs/operating.md").Split('\n')
        .SkipWhile(line => !line.StartsWith("## Sizing", StringComparison.Ordinal))
        .SkipWhile(line => !line.StartsWith("| ---", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|'));

    /// <summary>The one row of performance.md that begins so.</summary>
    private static string Row(string start) =>
        Assert.Single(Measured.Split('\n'), line => line.StartsWith($"| {start}", StringComparison.Ordinal));

    /// <summary>What a row says behind its heading; a whole cell is taken as it is.</summary>
    private static IReadOnlyList<Figure> Figures(string text) =>
        FiguresOf(text.StartsWith('|') ? string.Join(" | ", text.Split('|')[2..]) : text);

    /// <summary>Every number of a text with its unit.</summary>
    private static IReadOnlyList<Figure> FiguresOf(string text) =>
        [.. Numbers().Matches(text).Select(match => new Figure(Number(match.Groups[1].Value), match.Groups[2].Value))];

    /// <summary>Whether a figure is among those measured. A unit that is not told may stand in a heading.</summary>
    private static bool Says(IEnumerable<Figure> measured, Figure told) =>
        measured.Any(figure => figure.Number == told.Number && (told.Unit.Length == 0 || figure.Unit == told.Unit));

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    private static string Page(string path) => File.ReadAllText(Path.Combine([RepositoryRoot.Path, .. path.Split('/')]));

    [GeneratedRegex(@"(?<![\w.,])(\d+(?:,\d{3})*(?:\.\d+)?)(?: ?(s|ms|µs|MB|KB|bytes)\b)?(?![\w]|[.,]\d)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"ratio (\d\.\d+)")]
    private static partial Regex Ratio();

    [GeneratedRegex(@"within (\d+) % of the time.* half a second of CPU")]
    private static partial Regex Claims();

    [GeneratedRegex(@"about (\d+) bytes in the one and (\d+) in the other")]
    private static partial Regex LaunchSizes();

    private sealed record Figure(decimal Number, string Unit)
    {
        public override string ToString() => $"{Number.ToString(CultureInfo.InvariantCulture)} {Unit}".TrimEnd();
    }
}
