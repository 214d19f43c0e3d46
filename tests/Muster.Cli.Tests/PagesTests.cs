using System.Text.RegularExpressions;

using Muster.Cli.Tests.Running;
using Muster.Remote;

namespace Muster.Cli.Tests;

/// <summary>What a reader can find: every page from the index, and no link that leads nowhere.</summary>
public sealed partial class PagesTests
{
    private static string Docs => Path.Combine(RepositoryRoot.Path, "docs");

    [Fact]
    public void Every_page_is_reached_from_the_index_of_pages()
    {
        var linked = Links(Path.Combine(Docs, "README.md")).ToHashSet();

        var pages = Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories)
            .Where(page => Path.GetFileName(Path.GetDirectoryName(page)) != "decisions" && page != Path.Combine(Docs, "README.md"));
        Assert.All(pages, page => Assert.Contains(page, linked));
    }

    [Fact]
    public void No_page_links_to_a_file_that_is_not_there()
    {
        string[] top = ["README.md", "ARCHITECTURE.md"];
        var pages = Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories)
            .Concat(top.Select(page => Path.Combine(RepositoryRoot.Path, page)));

        Assert.All(pages, page => Assert.All(Links(page), target => Assert.True(Path.Exists(target), $"{page} links to {target}")));
    }

    [Fact]
    public void The_front_page_stays_short() =>
        Assert.InRange(File.ReadLines(Path.Combine(RepositoryRoot.Path, "README.md")).Count(), 1, 120);

    [Fact]
    public void The_page_of_the_tasks_protocol_and_the_change_log_name_the_version_that_is_spoken()
    {
        Assert.Contains(
            $"`{RemoteProtocol.VersionHeader}: {RemoteProtocol.Version}`",
            File.ReadAllText(Path.Combine(Docs, "task-protocol.md")),
            StringComparison.Ordinal);
        Assert.Contains(
            $"The protocol between `muster scale --group-id` and the server has version {RemoteProtocol.Version};",
            File.ReadAllText(Path.Combine(RepositoryRoot.Path, "CHANGELOG.md")),
            StringComparison.Ordinal);
    }

    /// <summary>The files that a page links to, as full paths.</summary>
    private static IEnumerable<string> Links(string page) =>
        Link().Matches(File.ReadAllText(page))
            .Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Select(target => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, target)).TrimEnd('/'));

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
