using System.Text.RegularExpressions;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests;

/// <summary>Lines stay within the width that <c>.editorconfig</c> sets, which no analyzer looks at.</summary>
public sealed partial class LineWidthTests
{
    private static readonly string[] Folders = ["src", "tests", "benchmarks", "eng"];

    [Fact]
    public void No_line_is_longer_than_the_width_but_what_raw_strings_hold()
    {
        var width = Width();

        Assert.Empty(
            Sources().SelectMany(path => Unexempt(File.ReadAllLines(path))
                .Where(line => line.Text.Length > width)
                .Select(line => $"{Path.GetRelativePath(RepositoryRoot.Path, path)}:{line.Number} has {line.Text.Length} columns")));
    }

    [Fact]
    public void Only_lines_that_a_raw_string_touches_are_exempt()
    {
        string[] lines =
        [
            "before",
            "Say(\"\"\"on one line\"\"\", 1);",
            "Say($$\"\"\"\"",
            "    within, with \"\"\" in it",
            "    \"\"\"\");",
            "var text = \"\\\"\\\"\\\"\" + \"\";",
        ];

        Assert.Equal([1, 6], Unexempt(lines).Select(line => line.Number));
    }

    private static int Width() => int.Parse(
        MaxLineLength().Match(File.ReadAllText(Path.Combine(RepositoryRoot.Path, ".editorconfig"))).Groups[1].Value,
        System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Sources() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !BuildOutput().IsMatch(path));

    /// <summary>The lines that no raw string is on, counted from 1.</summary>
    private static IEnumerable<(int Number, string Text)> Unexempt(string[] lines)
    {
        // How many quotes opened the raw string that goes on; zero outside of one.
        var opened = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var touches = opened > 0;
            foreach (Match quotes in Quotes().Matches(lines[i]))
            {
                touches = true;
                opened = opened == 0 ? quotes.Length : quotes.Length >= opened ? 0 : opened;
            }

            if (!touches)
            {
                yield return (i + 1, lines[i]);
            }
        }
    }

    [GeneratedRegex(@"^max_line_length = ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex MaxLineLength();

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex BuildOutput();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex Quotes();
}
