using System.Globalization;

using Muster.Api.Problems;

namespace Muster.Api.Client;

/// <summary>
/// Bounds a listing that is followed from page to page: a server whose pages never end must not hold its client for ever.
/// </summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class PageBounds(TimeProvider timeProvider)
{
    /// <summary>Pages of one listing: ten million items at 1000 a page.</summary>
    public const int PagesMax = 10_000;

    private const int ShownMax = 80;

    /// <summary>How long the server may take for all pages of one listing. What the reader does between them does not count.</summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromMinutes(30);

    private readonly HashSet<string> _cursors = new(StringComparer.Ordinal);
    private TimeSpan _taken;

    /// <summary>Asks for one page, and looks at where it says that the next one begins.</summary>
    /// <exception cref="ApiException">An earlier page named the same place, there were too many pages, or they took too long.</exception>
    public async Task<PageView<T>> AskAsync<T>(Func<Task<PageView<T>>> ask)
    {
        var startedAt = timeProvider.GetTimestamp();
        var page = await ask();
        _taken += timeProvider.GetElapsedTime(startedAt);
        if (page.NextCursor is not { } cursor)
        {
            return page;
        }

        if (!_cursors.Add(cursor))
        {
            throw Beyond(
                $"page {_cursors.Count + 1} names '{(cursor.Length > ShownMax ? cursor[..ShownMax] + "..." : cursor)}' as the next page, "
                + "and so did an earlier one: they go round in a circle");
        }

        return _cursors.Count >= PagesMax ? throw Beyond($"it has more than {PagesMax} pages")
            : _taken > DurationMax ? throw Beyond($"it has not ended after {DurationMax.TotalMinutes:0} minutes and {_cursors.Count} pages")
            : page;
    }

    private static ApiException Beyond(string what) => new(new ProblemView
    {
        Type = "about:blank",
        Title = "Unexpected answer",
        Status = 502,
        Detail = string.Create(CultureInfo.InvariantCulture, $"the server's listing is not believed: {what}"),
        Code = "unexpected_answer",
    });
}
