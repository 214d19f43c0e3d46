using System.Globalization;

namespace Muster.Core.Clouds;

/// <summary>Bounds one listing that is read page by page: a cloud whose pages never end must not hold its reader for ever.</summary>
/// <remarks>
/// A listing beyond a bound is <see cref="CloudErrorKind.Unavailable"/>: nothing is concluded from it. What an honest cloud does stays
/// far below: the largest group has 100,000 instances, and a listing that takes longer than <see cref="DurationMax"/> no longer says
/// what is so now.
/// </remarks>
/// <param name="timeProvider">The clock.</param>
public sealed class ListingBounds(TimeProvider timeProvider)
{
    /// <summary>Pages of one listing: 100,000 instances at 50 a page.</summary>
    public const int PagesMax = 2000;

    /// <summary>Pages in a row that show nothing new, where a reader can tell.</summary>
    public const int BarrenPagesMax = 10;

    /// <summary>Characters of a cursor that an error quotes.</summary>
    private const int ShownMax = 80;

    /// <summary>How long one listing may take, waits for the right to call included.</summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromMinutes(10);

    private readonly long _startedAt = timeProvider.GetTimestamp();
    private readonly HashSet<string> _cursors = new(StringComparer.Ordinal);
    private int _pages;
    private int _barren;

    /// <summary>Another page came, and another one is to be asked for.</summary>
    /// <exception cref="CloudException">There were too many, or they took too long.</exception>
    public void OnPage()
    {
        if (++_pages >= PagesMax)
        {
            throw Beyond($"it has more than {PagesMax} pages");
        }

        if (timeProvider.GetElapsedTime(_startedAt) > DurationMax)
        {
            throw Beyond($"it has not ended after {DurationMax.TotalMinutes:0} minutes and {_pages} pages");
        }
    }

    /// <summary>Where the next page begins, in the cloud's own words.</summary>
    /// <param name="cursor">The words, whole: two that look alike with their secrets taken out are two places.</param>
    /// <param name="shown">Takes out of them what nobody else should read; null where there is no such thing.</param>
    /// <exception cref="CloudException">
    /// A page before named the same place, so that the pages would go round in a circle; or as <see cref="OnPage"/>.
    /// </exception>
    public void OnPage(string cursor, Func<string, string>? shown = null)
    {
        if (!_cursors.Add(cursor))
        {
            // Before it is cut: what is left of a secret that was cut in two is not known as one.
            var words = shown is null ? cursor : shown(cursor);
            var name = words.Length > ShownMax ? words[..ShownMax] + "..." : words;
            throw Beyond($"page {_pages + 1} names '{name}' as the next page, and so did an earlier one: they go round in a circle");
        }

        OnPage();
    }

    /// <summary>A whole page came that showed nothing new, or one that did.</summary>
    /// <exception cref="CloudException">The reader gets no further; or as <see cref="OnPage"/>.</exception>
    public void OnPage(bool isNew)
    {
        _barren = isNew ? 0 : _barren + 1;
        if (_barren > BarrenPagesMax)
        {
            throw Beyond($"its last {BarrenPagesMax} pages showed nothing new, and it goes on");
        }

        OnPage();
    }

    private static CloudException Beyond(string what) =>
        new(CloudErrorKind.Unavailable, string.Create(CultureInfo.InvariantCulture, $"the listing is not believed: {what}"));
}
