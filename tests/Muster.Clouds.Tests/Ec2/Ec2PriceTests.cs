using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What instances cost by Amazon's price list.</summary>
public sealed class Ec2PriceTests : IAsyncLifetime
{
    private Ec2Harness _harness = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _harness = await Ec2Harness.StartAsync();

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Prices_are_those_on_demand_of_the_region_and_the_system() => Assert.Equal(
        [
            new CloudPrice(null, "m7i.large", IsInterruptible: false, 0.1208m, "USD"),
            new CloudPrice(null, "t3.micro", IsInterruptible: false, 0.012m, "USD"),
        ],
        await PricesAsync(List(
            Product("A", "t3.micro"), Product("B", "m7i.large"), Product("C", "t3.micro", system: "Windows"),
            Product("D", "c7i.large", tenancy: "Dedicated"), Product("E", "c7i.large", software: "SQL Std"),
            Product("F", "c7i.large", capacity: "UnusedCapacityReservation"), Product("G", "c7i.large", region: "eu-west-1"),
            Product("H", "c7i.large", family: "Storage")) + Terms(
            Term("A", "0.0120000000"), Term("B", "0.1208000000"), Term("C", "0.0212000000"), Term("D", "0.2"), Term("E", "0.3"),
            Term("F", "0.4"), Term("G", "0.5"), Term("H", "0.6"))));

    [Fact]
    public async Task Another_system_has_prices_of_its_own() => Assert.Equal(
        [0.0212m],
        (await PricesAsync(
            List(Product("A", "t3.micro"), Product("C", "t3.micro", system: "Windows")) + Terms(Term("A", "0.012"), Term("C", "0.0212")),
            ("price_system", "Windows"))).Select(price => price.Amount));

    [Fact]
    public async Task Of_several_prices_of_a_type_the_dearest_counts_and_nothing_for_nothing() => Assert.Equal(
        [("t3.micro", 0.013m)],
        (await PricesAsync(
            List(Product("A", "t3.micro"), Product("B", "t3.micro"), Product("Z", "x9.free"))
            + Terms(Term("A", "0.013"), Term("B", "0.012"), Term("Z", "0.0000000000")))).Select(price => (price.Size!, price.Amount)));

    [Fact]
    public async Task What_is_not_sold_by_the_hour_or_is_reserved_is_no_price() => Assert.Equal(
        [0.012m],
        (await PricesAsync(
            List(Product("A", "t3.micro"), Product("B", "m7i.large"))
            + """ "terms":{"Reserved":{"A":{"A.X":{"priceDimensions":{"A.X.1":{"unit":"Hrs","pricePerUnit":{"USD":"9.9"}}}}}},"""
            + "\"OnDemand\":{"
            + $"{Term("A", "0.012")},{Term("B", "5.0", unit: "Quantity")}}}}}}}")).Select(price => price.Amount));

    [Fact]
    public async Task A_list_larger_than_any_window_is_read_whole()
    {
        // Each product with a page of text, so that names and numbers lie across the windows' borders in every way.
        var products = Enumerable.Range(0, 400).Select(i => Product(
            Sku(i), $"m{i}.large", extra: $"\"notes\":\"{new string('x', 300 + (i * 7 % 911))}\","));
        var terms = Enumerable.Range(0, 400).Select(i => Term(Sku(i), $"0.{i + 1:D4}"));

        var prices = await PricesAsync(List([.. products]) + Terms([.. terms]));

        Assert.Equal(
            Enumerable.Range(0, 400).Select(i => ($"m{i}.large", (i + 1) / 10_000m)).Order(),
            prices.Select(price => (price.Size!, price.Amount)).Order());
        static string Sku(int i) => i.ToString("D16", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_list_that_has_changed_is_read_anew_and_one_that_has_not_is_not()
    {
        var path = _harness.Write("prices.json", List(Product("A", "t3.micro")) + Terms(Term("A", "0.012")));
        await using var cloud = _harness.Open(("price_list", path));
        var priced = (IPricedCloud)cloud;

        var first = await priced.ListPricesAsync(Cancellation);
        var same = await priced.ListPricesAsync(Cancellation);
        _harness.Write("prices.json", List(Product("A", "t3.micro")) + Terms(Term("A", "0.01300")));
        var other = await priced.ListPricesAsync(Cancellation);

        // The very same array: nothing was read.
        Assert.Equal(first, same);
        Assert.Equal([0.013m], other.Select(price => price.Amount));
    }

    [Theory]
    [InlineData("{", "it is no list of prices: ")]
    [InlineData("no JSON", "it is no list of prices: ")]
    [InlineData("""{"products":{},"terms":{}}""", "it has no prices on demand of Linux instances with shared tenancy in eu-central-1")]
    public async Task What_is_no_list_says_so(string text, string expected)
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => PricesAsync(text));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("price_list is '", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_without_an_end_is_not_kept() => Assert.Contains(
        "is longer than 1048576 bytes",
        (await Assert.ThrowsAsync<CloudException>(() => PricesAsync($"{{\"products\":\"{new string('x', 3_000_000)}"))).Message,
        StringComparison.Ordinal);

    private static string List(params string[] products) =>
        $"{{\"formatVersion\":\"v1.0\",\"offerCode\":\"AmazonEC2\",\"products\":{{{string.Join(',', products)}}},";

    private static string Terms(params string[] terms) => $"\"terms\":{{\"OnDemand\":{{{string.Join(',', terms)}}}}}}}";

    private static string Product(
        string sku, string type, string system = "Linux", string tenancy = "Shared", string software = "NA", string capacity = "Used",
        string region = "eu-central-1", string family = "Compute Instance", string extra = "") =>
        $$"""
        "{{sku}}":{"sku":"{{sku}}","productFamily":"{{family}}","attributes":{"servicecode":"AmazonEC2",{{extra}}
        "instanceType":"{{type}}","tenancy":"{{tenancy}}","operatingSystem":"{{system}}","licenseModel":"No License required",
        "preInstalledSw":"{{software}}","capacitystatus":"{{capacity}}","regionCode":"{{region}}","marketoption":"OnDemand"} }
        """;

    private static string Term(string sku, string amount, string unit = "Hrs") =>
        $$$"""
        "{{{sku}}}":{"{{{sku}}}.JRTCKXETXF":{"offerTermCode":"JRTCKXETXF","sku":"{{{sku}}}","priceDimensions":{
        "{{{sku}}}.JRTCKXETXF.6YS6EN2CT7":{"rateCode":"x","unit":"{{{unit}}}","pricePerUnit":{"USD":"{{{amount}}}"},"appliesTo":[]}},
        "termAttributes":{} } }
        """;

    private async Task<ImmutableArray<CloudPrice>> PricesAsync(string text, params (string Name, string Value)[] options)
    {
        await using var cloud = _harness.Open([("price_list", _harness.Write("prices.json", text)), .. options]);
        return await ((IPricedCloud)cloud).ListPricesAsync(Cancellation);
    }
}
