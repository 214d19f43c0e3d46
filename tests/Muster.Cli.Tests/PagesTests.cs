using System.Text.RegularExpressions;

using Muster.Cli.Tests.Running;
using Muster.Core;
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
    public void No_page_links_to_a_heading_that_is_not_there()
    {
        string[] top = ["README.md", "ARCHITECTURE.md"];
        var pages = Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories)
            .Concat(top.Select(page => Path.Combine(RepositoryRoot.Path, page)));

        Assert.All(pages, page => Assert.All(
            LinkToHeading().Matches(File.ReadAllText(page)).Where(link => !link.Value.Contains("://", StringComparison.Ordinal)),
            link =>
            {
                var target = link.Groups["page"].Value is { Length: > 0 } other
                    ? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, other))
                    : page;
                if (target.EndsWith(".md", StringComparison.Ordinal))
                {
                    Assert.True(Anchors(target).Contains(link.Groups["anchor"].Value), $"{page} has {link.Value}");
                }
            }));
    }

    [Fact]
    public void Every_image_of_the_local_cloud_on_a_page_is_a_command_line_that_it_takes()
    {
        var images = Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories)
            .SelectMany(page => LocalImage().Matches(File.ReadAllText(page)).Select(match => (Page: page, Image: AsTyped(match))))
            .ToList();

        Assert.NotEmpty(images);
        Assert.All(images, one => Assert.True(
            CommandLine.TrySplit(one.Image, out var words, out var error) && words[0] != "exec", $"{one.Page}: {one.Image}: {error}"));
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

    /// <summary>What the headings of a page are called in links to them.</summary>
    private static IEnumerable<string> Anchors(string page)
    {
        var text = File.ReadAllText(page);
        return Heading().Matches(text)
            .Select(match => Regex.Replace(match.Groups[1].Value, @"\[([^\]]*)\]\([^)]*\)", "$1").Trim().ToLowerInvariant())
            .Select(heading => Regex.Replace(heading, @"[^\w\- ]", "").Replace(' ', '-'))
            .Concat(Anchor().Matches(text).Select(match => match.Groups[1].Value));
    }

    /// <summary>What a shell hands over of a quoted word: in double quotes, a backslash goes before what would be expanded.</summary>
    private static string AsTyped(Match image) =>
        image.Groups["single"].Success
            ? image.Groups["single"].Value
            : Regex.Replace(image.Groups["double"].Value, @"\\([$`""\\])", "$1");

    [GeneratedRegex(@"--cloud local --image (?:'(?<single>[^']*)'|""(?<double>(?:[^""\\]|\\.)*)"")")]
    private static partial Regex LocalImage();

    [GeneratedRegex(@"\]\((?<page>[^)#\s]*)#(?<anchor>[^)\s]+)\)")]
    private static partial Regex LinkToHeading();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"<a id=""([^""]+)""")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
