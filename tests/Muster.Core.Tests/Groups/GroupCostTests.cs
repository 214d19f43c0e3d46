using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Templates;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Groups;

/// <summary>What is refused of groups that go by prices, and of limits on what they cost.</summary>
public sealed class GroupCostTests
{
    private const int Limit = 1000;

    private static readonly ActivityId Entry = new(Some.Id(9));
    private static readonly ChangeOrigin Alice = new("alice", Some.Now);
    private static readonly Template Web = TemplateOf(1, "web", "local");
    private static readonly Template Far = TemplateOf(2, "far", "other");
    private static readonly Template Elsewhere = TemplateOf(3, "elsewhere", "third");

    private static readonly LayoutEdit Two = new()
    {
        Placements = [new() { Name = "a", Template = Web, Max = 4 }, new() { Name = "b", Template = Far }],
    };

    [Fact]
    public void Cheapest_without_a_price_is_refused_by_the_placements_name()
    {
        var edit = Two with { Distribution = "cheapest" };

        Assert.Equal(
            ["distribution is 'cheapest': ordered or balanced: no price is known for placement b (cloud other)"],
            Refused(() => Priced(edit, ("local", 1))));
        Assert.Equal(DistributionKind.Cheapest, Priced(edit, ("local", 1), ("other", 2)).Group.Layout!.Distribution);
    }

    [Fact]
    public void A_group_that_goes_by_prices_gets_no_placement_without_one_and_is_changed_otherwise_without_any()
    {
        var group = Priced(Two with { Distribution = "cheapest" }, ("local", 1), ("other", 2)).Group;
        var third = new LayoutEdit { Placements = [.. Two.Placements!.Value, new() { Name = "c", Template = Elsewhere }] };

        Assert.Equal(
            ["distribution is 'cheapest': ordered or balanced: no price is known for placement c (cloud third)"],
            Refused(() => Update(group, new() { Layout = third, Prices = Book(("local", 1), ("other", 2)), Origin = Alice }, Web, Far)));
        Assert.Equal("else", Update(group, new() { Name = "else", Prices = PriceBook.Empty, Origin = Alice }, Web, Far).Group.Name);
    }

    [Fact]
    public void A_placement_whose_template_is_missing_is_not_left_out_of_what_is_checked()
    {
        var group = Priced(Two, ("local", 1), ("other", 2)).Group;
        var edit = new GroupEdit { Brakes = new() { SpendPerHourMax = 1 }, Prices = Book(("local", 1), ("other", 2)), Origin = Alice };

        var error = Assert.Throws<InvalidOperationException>(() => Update(group, edit, Web));

        Assert.Equal($"placement b lacks its template {Far.Id}", error.Message);
    }

    [Fact]
    public void Neither_rank_nor_weight_goes_with_prices() => Assert.Equal(
        [
            "placements[0].weight is '2': none: weight goes with balanced, and this group is cheapest",
            "placements[1].rank is '1': none: rank goes with ordered, and this group is cheapest",
        ],
        Refused(() => Priced(
            new()
            {
                Distribution = "cheapest",
                Placements = [new() { Name = "a", Template = Web, Weight = 2 }, new() { Name = "b", Template = Far, Rank = 1 }],
            },
            ("local", 1),
            ("other", 2))));

    [Theory]
    [InlineData("0.5", "brakes.spend_per_hour_max is '0.5': at least 2 EUR an hour, what one instance costs in placement b (cloud other)")]
    [InlineData("-1", "brakes.spend_per_hour_max is '-1': more than 0, at most 50000000, with 6 decimals at most; 0 for no limit")]
    [InlineData(
        "0.0000001",
        "brakes.spend_per_hour_max is '0.0000001': more than 0, at most 50000000, with 6 decimals at most; 0 for no limit")]
    public void A_limit_that_leaves_no_room_for_an_instance_is_refused(string limit, string error) => Assert.Equal(
        [error], Refused(() => Priced(Two, decimal.Parse(limit, CultureInfo.InvariantCulture), ("local", 1), ("other", 2))));

    [Fact]
    public void A_limit_without_prices_is_refused() => Assert.Equal(
        ["brakes.spend_per_hour_max is '5': none, since no price is known for placement b (cloud other)"],
        Refused(() => Priced(Two, 5, ("local", 1))));

    [Fact]
    public void A_limit_is_set_and_lifted_and_the_trail_says_so()
    {
        var group = Priced(Two, 2, ("local", 1), ("other", 2)).Group;
        Assert.Equal(2, group.Brakes.SpendPerHourMax);

        var (lifted, activity) = Update(group, new() { Brakes = new() { SpendPerHourMax = 0 }, Origin = Alice }, Web, Far);

        Assert.Null(lifted.Brakes.SpendPerHourMax);
        Assert.Equal("spend_per_hour_max 2 → off by alice", activity.Description);
    }

    [Fact]
    public void A_dearer_placement_than_the_limit_allows_is_refused()
    {
        var group = Priced(Two, 2, ("local", 1), ("other", 2)).Group;
        var edit = new GroupEdit { Template = Elsewhere, Prices = Book(("local", 1), ("other", 2), ("third", 3)), Origin = Alice };

        Assert.Equal(
            ["brakes.spend_per_hour_max is '2': at least 3 EUR an hour, what one instance costs in template elsewhere (cloud third)"],
            Refused(() => Update(group, edit, Web, Far)));
    }

    [Fact]
    public void Another_template_by_whoever_knows_of_no_prices_must_leave_the_limit_room_too()
    {
        var group = Priced(Two, 2, ("local", 1), ("other", 2)).Group;
        var capacity = new CapacityChange { Desired = 3, Origin = Alice };

        Assert.Equal(
            ["brakes.spend_per_hour_max is '2': at least 3 EUR an hour, what one instance costs in template elsewhere (cloud third)"],
            Refused(() => GroupChanges.Replace(group, Web, Elsewhere, capacity, Limit, Book(("third", 3)), Entry)));
        Assert.Equal(
            Elsewhere.Id, GroupChanges.Replace(group, Web, Elsewhere, capacity, Limit, Book(("third", 2)), Entry).Group.Template);
    }

    private static GroupChange Priced(LayoutEdit layout, params (string Cloud, decimal Amount)[] prices) =>
        Priced(layout, limit: null, prices);

    private static GroupChange Priced(LayoutEdit layout, decimal? limit, params (string Cloud, decimal Amount)[] prices) =>
        GroupChanges.Create(
            Asked(layout) with { Brakes = new() { SpendPerHourMax = limit }, Prices = Book(prices) }, Limit, Entry);

    private static PriceBook Book(params (string Cloud, decimal Amount)[] prices)
    {
        var book = new SetPrices();
        book.Set(prices);
        return book.Current;
    }

    private static string[] Refused(Func<GroupChange> change) =>
        [.. Assert.Throws<InputException>(change).Errors.Select(error => error.ToString())];

    private static GroupChange Update(Group group, GroupEdit edit, params ImmutableArray<Template> current) =>
        GroupChanges.Update(group, current, edit, Entry);

    private static NewGroup Asked(LayoutEdit layout) => new()
    {
        Id = Some.GroupId,
        Account = Some.Account,
        Name = "shop",
        Layout = layout,
        Capacity = new() { Desired = 3, Min = 1, Max = 10, Origin = Alice },
    };

    private static Template TemplateOf(int number, string name, string cloud) =>
        Some.Template(cloud) with { Id = new(Some.Id(number)), Name = name };
}
