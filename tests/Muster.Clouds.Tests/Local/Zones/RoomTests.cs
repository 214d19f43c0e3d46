using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Local;
using Muster.Clouds.Local.Zones;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Local.Zones;

public sealed class RoomTests
{
    [Theory]
    // Nothing asked for: where the fewest live, the first of them.
    [InlineData("a b c", null, null, "", "a")]
    [InlineData("a b c", null, null, "a a b", "c")]
    [InlineData("a b c", null, null, "a b c b", "a")]
    [InlineData("a b c", "a=1 c=0", null, "a b b", "b")]
    // What was asked for.
    [InlineData("a b c", "a=1", "c", "a c c", "c")]
    [InlineData("a b c", null, "c", "", "c")]
    // Without zones.
    [InlineData("", "2", null, "-", null)]
    [InlineData("", null, null, "- - -", null)]
    // Instances from before there were zones, or of zones that were taken away.
    [InlineData("a b", "b=1", null, "- - z", "a")]
    public void A_launch_goes_where_it_was_asked_for_or_where_the_fewest_live(
        string zones, string? stock, string? asked, string living, string? zone) =>
        Assert.Equal(zone, Room(zones, stock).Choose(asked, () => Living(living)));

    [Theory]
    [InlineData("a b", "a=1", "a", "a", "zone a is out of stock: it has 1 instances (option stock)")]
    [InlineData("a b", "a=1 b=0", null, "a", "every zone is out of stock (option stock)")]
    [InlineData("", "2", null, "- -", "the cloud is out of stock: it has 2 instances (option stock)")]
    [InlineData("a b", "2", "b", "a a", "the cloud is out of stock: it has 2 instances (option stock)")]
    public void A_launch_beyond_the_stock_is_refused_as_such(string zones, string stock, string? asked, string living, string message)
    {
        var error = Assert.Throws<CloudException>(() => Room(zones, stock).Choose(asked, () => Living(living)));

        Assert.Equal((CloudErrorKind.OutOfStock, message), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("zones", "a b a")]
    [InlineData("zones", "a,b")]
    [InlineData("zones", "")]
    [InlineData("zones", "..")]
    [InlineData("stock", "")]
    [InlineData("stock", "-1")]
    [InlineData("stock", "a")]
    [InlineData("stock", "a=x")]
    [InlineData("stock", "a=1 a=2")]
    [InlineData("stock", "=1")]
    [InlineData("stock", "c=1")]
    public void An_option_that_is_wrong_is_named(string option, string text)
    {
        var options = Options(("zones", "a b")).SetItem(option, text);

        var error = Assert.Throws<InputException>(() => LocalKind.Read(Setup(options)));

        Assert.Equal($"clouds.local.{option}", Assert.Single(error.Errors).Field);
    }

    [Fact]
    public void Options_become_zones_and_stock()
    {
        var read = LocalKind.Read(Setup(Options(("zones", " a  b "), ("stock", "a=2 b=0"))));
        var plain = LocalKind.Read(Setup(Options(("stock", "5"))));

        Assert.Equal(["a", "b"], read.Zones);
        Assert.Equal([new("a", 2), new("b", 0)], read.Stock.ByZone);
        Assert.Equal((0, 5), (plain.Zones.Length, plain.Stock.InAll));
    }

    private static Room Room(string zones, string? stock) => new(
        [.. zones.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        stock is not null && Stock.TryParse(stock, out var read) ? read : Stock.Unlimited);

    private static IEnumerable<string?> Living(string living) =>
        living.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(zone => zone == "-" ? null : zone);

    private static ImmutableSortedDictionary<string, string> Options(params (string Name, string Value)[] options) =>
        options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal);

    private static CloudSetup Setup(ImmutableSortedDictionary<string, string> options) => new()
    {
        Name = "local",
        DataDirectory = "/nowhere",
        Options = options,
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}
