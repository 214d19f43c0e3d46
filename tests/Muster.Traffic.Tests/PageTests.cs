using System.Runtime.CompilerServices;
using System.Text;

using Muster.Core.Options;

namespace Muster.Traffic.Tests;

/// <summary>The page has the tables of the kinds' descriptions, to the letter: <c>MUSTER_ACCEPT=1</c> writes them anew.</summary>
public sealed class PageTests
{
    private const string Head = "| option | meaning | unless set |\n| --- | --- | --- |\n";

    public static TheoryData<string> Kinds => [.. TrafficKinds.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_lists_the_options_of_every_kind(string kind)
    {
        var description = TrafficKinds.Find(kind)!.Description;
        var wanted = $"{description.Summary}\n\n{Head}{string.Concat(description.Options.Select(Row))}";
        var page = File.ReadAllText(PagePath());
        var begin = page.IndexOf($"\n## `{kind}`\n\n", StringComparison.Ordinal) + $"\n## `{kind}`\n\n".Length;
        var end = page.IndexOf("\n\n", page.IndexOf(Head, begin, StringComparison.Ordinal), StringComparison.Ordinal) + 1;
        if (Environment.GetEnvironmentVariable("MUSTER_ACCEPT") == "1")
        {
            File.WriteAllText(PagePath(), new StringBuilder(page).Remove(begin, end - begin).Insert(begin, wanted).ToString());
            return;
        }

        Assert.Equal(wanted, page[begin..end]);
    }

    [Fact]
    public void No_option_is_described_twice() =>
        Assert.All(TrafficKinds.All, kind => Assert.Distinct(kind.Description.Options.Select(option => option.Name)));

    private static string Row(ConfigOption option) => $"| `{option.Name}` | {option.Meaning} | {option.UnlessSet} |\n";

    private static string PagePath([CallerFilePath] string here = "") =>
        Path.GetFullPath("../../docs/traffic.md", Path.GetDirectoryName(here)!);
}
