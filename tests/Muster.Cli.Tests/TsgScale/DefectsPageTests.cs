using System.Text.RegularExpressions;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.TsgScale;

/// <summary>docs/tsg-defects.md names tests; they are there.</summary>
public sealed partial class DefectsPageTests
{
    private static readonly string[] Folders = ["tests", "benchmarks", "src/Muster.Clouds/Conformance"];

    [Fact]
    public void Every_defect_has_a_row_and_every_named_test_exists()
    {
        var rows = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "tsg-defects.md"))
            .Where(line => Row().IsMatch(line))
            .ToList();
        var sources = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories))
            .GroupBy(path => Path.GetFileNameWithoutExtension(path))
            .ToDictionary(group => group.Key, group => string.Concat(group.Select(File.ReadAllText)));

        Assert.Equal(
            Enumerable.Range(1, 32),
            rows.Select(row => int.Parse(Row().Match(row).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
        foreach (Match name in rows.SelectMany(row => TestName().Matches(row)))
        {
            Assert.True(sources.TryGetValue(name.Groups[1].Value, out var source), $"{name.Value}: there is no such class");
            Assert.Contains($" {name.Groups[2].Value}(", source, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"^\| ([0-9]+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Za-z]+)\.([A-Z][A-Za-z_]+)`")]
    private static partial Regex TestName();
}
