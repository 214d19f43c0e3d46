using CsCheck;

using Muster.Clouds.DigitalOcean;

namespace Muster.Clouds.Tests.DigitalOcean;

public sealed class PageWindowTests
{
    [Fact]
    public void Without_overlap_pages_follow_each_other() => Assert.Equal(
        [new(2, 200), new(3, 200), new(4, 200)],
        new[] { PageWindow.After(200, 0, 200), PageWindow.After(400, 0, 200), PageWindow.After(600, 0, 200) });

    [Fact]
    public void With_overlap_a_smaller_page_begins_before_what_is_known() => Assert.Equal(new(2, 196), PageWindow.After(200, 4, 200));

    [Fact]
    public void No_row_is_ever_left_out_and_as_many_as_asked_are_seen_again() =>
        Gen.Select(Gen.Int[0, 30_000], Gen.Int[0, 300], Gen.Int[2, 200]).Sample((known, overlap, sizeMax) =>
        {
            var window = PageWindow.After(known, overlap, sizeMax);

            Assert.True(window.Start <= Math.Max(0, known - overlap), $"{window}");
            Assert.InRange(window.Size, 1, sizeMax);
            Assert.True(known < overlap || window.End > known - overlap, $"{window}");
        });

    // With pages of ten there are numbers of rows after which no page shows both a known row and a new one.
    [Theory]
    [InlineData(20)]
    [InlineData(23)]
    [InlineData(50)]
    [InlineData(97)]
    [InlineData(200)]
    public void Every_page_that_overlaps_shows_a_new_row_too(int sizeMax)
    {
        for (var known = sizeMax; known <= 20_000; known++)
        {
            for (var overlap = Math.Max(1, sizeMax / 50); overlap <= sizeMax / 5; overlap *= 2)
            {
                Assert.True(PageWindow.After(known, overlap, sizeMax).End > known, $"{known} rows known, {overlap} of them again");
            }
        }
    }

    [Fact]
    public void A_thousand_rows_that_are_disturbed_take_one_page_more_than_quiet_ones()
    {
        var (known, pages) = (200, 1);
        while (known < 1000)
        {
            (known, pages) = (PageWindow.After(known, 4, 200).End, pages + 1);
        }

        Assert.Equal(6, pages);
    }
}
