using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Kit.Listings;

public sealed class CursorPagesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_page_names_the_next_until_one_names_none()
    {
        var pages = await ReadAsync(cursor => cursor switch { null => (1, "b"), "b" => (2, "c"), _ => (3, null) });

        Assert.Equal([(1, false), (2, false), (3, true)], pages);
    }

    [Fact]
    public async Task Pages_that_go_round_in_a_circle_are_no_listing()
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => ReadAsync(_ => (1, "secret-b")));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("'*** b' as the next page", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursors_that_differ_only_in_what_is_not_shown_are_two_places()
    {
        var pages = await ReadAsync(
            cursor => cursor switch { null => (1, "hidden-1"), "hidden-1" => (2, "hidden-2"), _ => (3, null) }, _ => "***");

        Assert.Equal([(1, false), (2, false), (3, true)], pages);
    }

    private static async Task<List<(int Page, bool IsLast)>> ReadAsync(
        Func<string?, (int Page, string? Next)> read, Func<string, string>? shown = null)
    {
        var pages = new List<(int, bool)>();
        await foreach (var page in CursorPages.ReadAsync(
            cursor => Task.FromResult(read(cursor)),
            shown ?? (cursor => cursor.Replace("secret-", "*** ", StringComparison.Ordinal)),
            TimeProvider.System,
            Cancellation))
        {
            pages.Add(page);
        }

        return pages;
    }
}
