using System.Text.RegularExpressions;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Help;

/// <summary>Pages that repeat a figure repeat the one that was measured.</summary>
public sealed partial class FiguresTests
{
    [Fact]
    public void The_figures_of_operating_are_those_of_performance()
    {
        var measured = Page("docs", "performance.md");
        var rows = Page("docs", "operating.md").Split('\n')
            .SkipWhile(line => !line.StartsWith("## Sizing", StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith("| ---", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.StartsWith('|'))
            // The last is measured on another page.
            .Where(line => !line.Contains("postgresql.md", StringComparison.Ordinal))
            .Select(line => line.Split('|')[2])
            .ToList();

        Assert.Equal(4, rows.Count);
        foreach (var figure in rows.SelectMany(row => Figure().Matches(row).Select(match => match.Value)))
        {
            Assert.Contains(figure, measured, StringComparison.Ordinal);
        }
    }

    /// <summary>A ratio of 1.020 is 2 %, and 0.52 s of CPU are half a second.</summary>
    [Fact]
    public void The_front_page_says_what_was_measured()
    {
        var (front, measured) = (Page("README.md"), Page("docs", "performance.md"));

        Assert.Contains("| converge 0 → 1000 | 10.196 s | ideal 10.0 s, ratio 1.020", measured, StringComparison.Ordinal);
        Assert.Contains("within 2 %", front, StringComparison.Ordinal);
        Assert.Contains("CPU | 0.52 s |", measured, StringComparison.Ordinal);
        Assert.Contains("half a second of CPU", front, StringComparison.Ordinal);
    }

    private static string Page(params string[] parts) => File.ReadAllText(Path.Combine([RepositoryRoot.Path, .. parts]));

    [GeneratedRegex(@"\d[\d,.]*\d( s| MB| a second)?")]
    private static partial Regex Figure();
}
