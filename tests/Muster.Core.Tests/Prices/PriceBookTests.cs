using Muster.Core.Prices;

namespace Muster.Core.Tests.Prices;

public sealed class PriceBookTests
{
    [Fact]
    public void The_row_that_names_most_wins_and_of_equals_the_one_with_interruptible_then_the_one_with_the_size()
    {
        Price[] rows =
        [
            Row(1), Row(2, zone: "a"), Row(3, size: "s"), Row(4, interruptible: true), Row(5, zone: "a", size: "s"),
            Row(6, zone: "a", interruptible: true), Row(7, size: "s", interruptible: true),
            Row(8, zone: "a", size: "s", interruptible: true),
        ];
        var left = rows.ToList();

        // The best is taken away each time, and the next best must be found.
        foreach (var expected in (decimal[])[8, 7, 6, 5, 4, 3, 2, 1])
        {
            Assert.Equal(expected, PriceBook.Of([.. left]).Find("c", "a", "s", isInterruptible: true));
            left.RemoveAll(row => row.Amount == expected);
        }

        Assert.Null(PriceBook.Of([.. left]).Find("c", "a", "s", isInterruptible: true));
    }

    [Fact]
    public void A_row_for_something_else_counts_for_nothing()
    {
        var book = PriceBook.Of(Row(1, zone: "b"), Row(2, size: "l"), Row(3, interruptible: true), Row(4) with { Cloud = "d" });

        Assert.Null(book.Find("c", "a", "s", isInterruptible: false));
        Assert.Null(book.Find("c", zone: null, size: null, isInterruptible: false));
    }

    [Fact]
    public void Of_some_instances_a_part_says_what_the_whole_book_does_and_nothing_of_others()
    {
        string?[] zones = [null, "a", "b"];
        string?[] sizes = [null, "s", "l"];
        bool?[] kinds = [null, true, false];
        var amount = 0;
        Price[] rows =
        [
            .. from zone in zones
               from size in sizes
               from kind in kinds
               select Row(++amount, zone, size, kind),
        ];
        var whole = PriceBook.Of([.. rows, Row(100) with { Cloud = "d" }])
            .With([.. rows.Select(row => row with { Amount = row.Amount + 50 })], (_, error) => Assert.Fail(error.ToString()));
        PriceScope[] asked = [new("c", "a", "s", true), new("c", null, "l", false)];

        var (said, told) = whole.Of(asked);

        // Eight rows may be for the first and four for the second; one of them is for both.
        Assert.Equal(11, said.Length);
        Assert.Equal(said.Select(row => row.Scope), told.Select(row => row.Scope));
        foreach (var left in (Price[])[.. said.OrderByDescending(row => row.Amount)])
        {
            said = said.Remove(left);
            var fewer = PriceBook.Of([.. rows.Where(row => row.Amount < left.Amount)]);
            var part = PriceBook.Of([.. said]);
            Assert.All(asked, one => Assert.Equal(
                fewer.Find(one.Cloud, one.Zone, one.Size, one.IsInterruptible!.Value),
                part.Find(one.Cloud, one.Zone, one.Size, one.IsInterruptible!.Value)));
        }
    }

    [Fact]
    public void The_order_of_rows_says_nothing()
    {
        Price[] rows = [Row(1), Row(2, zone: "a"), Row(3, size: "s"), Row(5, zone: "a", size: "s")];

        Assert.Equal(5, PriceBook.Of([.. rows.Reverse()]).Find("c", "a", "s", isInterruptible: false));
        Assert.Equal(3, PriceBook.Of([.. rows.Reverse()]).Find("c", "b", "s", isInterruptible: false));
    }

    [Fact]
    public void Everything_wrong_is_refused_at_once_and_by_name()
    {
        var error = Assert.Throws<InputException>(() => PriceBook.Of(
            Row(1), Row(2), Row(-1, zone: "a"), Row(PriceRules.AmountMax + 1, zone: "b"), Row(0.0000001m, zone: "c"), Row(1, zone: ""),
            Row(1, size: "s") with { Currency = "USD" }, Row(1, size: "t") with { Currency = "eur" }));

        Assert.Equal(
            [
                "price[1] is 'cloud c': one price for the same, and there is one already",
                "price[2].amount is '-1': 0 to 1000000 an hour, with 6 decimals at most",
                "price[3].amount is '1000001': 0 to 1000000 an hour, with 6 decimals at most",
                "price[4].amount is '0.0000001': 0 to 1000000 an hour, with 6 decimals at most",
                "price[5].zone is missing: 1 to 128 visible characters",
                "price[6].currency is 'USD': one currency everywhere: the price of cloud c is in EUR",
                "price[7].currency is 'eur': three capital letters, such as EUR",
            ],
            error.Errors.Select(one => one.ToString()));
    }

    [Fact]
    public void What_people_say_goes_before_what_clouds_tell_however_exact_that_is()
    {
        var book = PriceBook.Of(Row(1)).With([Row(9, zone: "a", size: "s"), Row(2) with { Cloud = "d" }], NothingIsWrong);

        Assert.Equal(1, book.Find("c", "a", "s", isInterruptible: false));
        Assert.Equal(2, book.Find("d", "a", "s", isInterruptible: false));
    }

    [Fact]
    public void Of_what_a_cloud_tells_only_what_is_wrong_is_left_out()
    {
        var wrong = new List<string>();

        var book = PriceBook.Of(Row(1)).With(
            [Row(2, zone: "a") with { Currency = "USD" }, Row(3) with { Cloud = "d", Amount = -1 }, Row(4) with { Cloud = "e" }],
            (price, error) => wrong.Add($"{price.Scope}: {error.Field}"));

        Assert.Equal(["cloud c, zone a: currency", "cloud d: amount"], wrong);
        Assert.Equal(4, book.Find("e", null, null, isInterruptible: false));
        Assert.Equal("EUR", book.Currency);
    }

    [Fact]
    public void A_free_instance_has_a_price() => Assert.Equal(0, PriceBook.Of(Row(0)).Find("c", null, null, isInterruptible: false));

    private static Price Row(decimal amount, string? zone = null, string? size = null, bool? interruptible = null) => new()
    {
        Cloud = "c",
        Zone = zone,
        Size = size,
        IsInterruptible = interruptible,
        Amount = amount,
        Currency = "EUR",
    };

    private static void NothingIsWrong(Price price, InputError error) => Assert.Fail(error.ToString());
}
