using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Clouds.Local;
using Muster.Clouds.Local.Zones;
using Muster.Conformance.Clouds;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local.Zones;

public sealed class LocalZonesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zone_stays_with_its_instance_over_a_restart()
    {
        await using var harness = new LocalHarness(Zoned("a", "b", "c"));
        var launched = await LaunchAsync(harness, "b");

        await harness.ReopenAsync();

        Assert.Equal("b", launched.Zone);
        Assert.Equal("b", (await harness.FindAsync(launched.Id))!.Zone);
    }

    [Fact]
    public async Task A_launch_that_is_repeated_elsewhere_is_answered_with_what_it_made()
    {
        await using var harness = new LocalHarness(options =>
        {
            Zoned("a", "b")(options);
            options.Stock = Stock.Unlimited with { ByZone = Stock.Unlimited.ByZone.Add("a", 1) };
        });
        var request = Requests.Make("sleep 1000") with { Zone = "a" };
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        var same = await harness.Cloud.LaunchAsync(request, Cancellation);
        var elsewhere = await harness.Cloud.LaunchAsync(request with { Zone = "b" }, Cancellation);

        Assert.Equal((launched.Id, "a"), (same.Id, same.Zone));
        Assert.Equal((launched.Id, "a"), (elsewhere.Id, elsewhere.Zone));
    }

    [Fact]
    public async Task An_instance_knows_its_zone()
    {
        await using var harness = new LocalHarness(Zoned("a", "b"));

        var launched = await harness.Cloud.LaunchAsync(
            Requests.Make("sh -c 'echo \"$MUSTER_ZONE\"; exec sleep 1000'") with { Zone = "b" }, Cancellation);

        Assert.Equal("b\n", await LocalHarness.OutputAsync(launched));
    }

    [Theory]
    [InlineData("d", "zone is 'd': the zones of this cloud are a, b")]
    [InlineData("A", "zone is 'A': the zones of this cloud are a, b")]
    public async Task A_zone_that_there_is_not_is_refused_with_those_that_there_are(string zone, string message)
    {
        await using var harness = new LocalHarness(Zoned("a", "b"));

        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(harness, zone));

        Assert.Equal((CloudErrorKind.InvalidRequest, message), (error.Kind, error.Message));
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task Without_zones_every_zone_is_refused_and_no_instance_has_one()
    {
        await using var harness = new LocalHarness();

        var launched = await LaunchAsync(harness, zone: null);
        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(harness, "a"));

        Assert.Equal("zone is 'a': this cloud has no zones; leave it out", error.Message);
        Assert.Null(launched.Zone);
        Assert.DoesNotContain(
            "zone", await File.ReadAllTextAsync(Path.Combine(launched.Attributes["directory"], "instance.json"), Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_governed_cloud_has_zones_where_the_cloud_has_and_asks_for_them_at_its_pace()
    {
        await using var harness = new LocalHarness(Zoned("a", "b"));
        await using var plain = new LocalHarness();
        var zoned = GovernedCloud.Over("local", harness.Cloud, TimeProvider.System);

        var zones = await zoned.Zones!.ListZonesAsync(Cancellation);

        Assert.Equal(["a", "b"], zones);
        Assert.Equal(1, zoned.Governor.Figures.Reads);
        Assert.Null(GovernedCloud.Over("local", plain.Cloud, TimeProvider.System).Zones);
    }

    [Fact]
    public async Task A_zone_is_out_of_stock_until_an_instance_there_ends()
    {
        await using var harness = new LocalHarness(options =>
        {
            Zoned("a", "b")(options);
            options.Stock = Stock.Unlimited with { ByZone = Stock.Unlimited.ByZone.Add("a", 2) };
        });
        var first = await LaunchAsync(harness, "a");
        var second = await LaunchAsync(harness, "a");

        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(harness, "a"));
        Assert.Equal(
            (CloudErrorKind.OutOfStock, "zone a is out of stock: it has 2 instances (option stock)"), (error.Kind, error.Message));
        Assert.Equal("b", (await LaunchAsync(harness, zone: null)).Zone);
        await harness.TerminateAsync(first);
        await harness.WaitForGoneAsync(first.Id);
        var third = await LaunchAsync(harness, "a");

        // One that is dead and not yet terminated takes no place either.
        await harness.KillAsync(second, Cancellation);
        await harness.WaitForAsync(second.Id, InstanceState.Failed);
        Assert.Equal("a", (await LaunchAsync(harness, "a")).Zone);
        Assert.Equal("a", third.Zone);
    }

    [Fact]
    public async Task Many_launches_at_once_do_not_exceed_the_stock()
    {
        await using var harness = new LocalHarness(options => options.Stock = Stock.Unlimited with { InAll = 3 });

        var launches = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => KindAsync(harness))));

        Assert.Equal(3, launches.Count(kind => kind is null));
        Assert.Equal(9, launches.Count(kind => kind is CloudErrorKind.OutOfStock));
        Assert.Equal(3, (await harness.ListAsync()).Length);
    }

    [Fact]
    public async Task Many_launches_at_once_are_spread_over_the_zones()
    {
        await using var harness = new LocalHarness(Zoned("a", "b", "c"));

        var launched = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => Task.Run(() => LaunchAsync(harness, zone: null))));

        Assert.Equal([3, 3, 3], launched.CountBy(instance => instance.Zone!).Select(zone => zone.Value));
    }

    private static async Task<CloudErrorKind?> KindAsync(LocalHarness harness)
    {
        try
        {
            await LaunchAsync(harness, zone: null);
            return null;
        }
        catch (CloudException error)
        {
            return error.Kind;
        }
    }

    private static Task<Instance> LaunchAsync(LocalHarness harness, string? zone) =>
        harness.Cloud.LaunchAsync(Requests.Make("sleep 1000") with { Zone = zone }, Cancellation);

    internal static Action<LocalCloudOptions> Zoned(params string[] zones) => options => options.Zones = [.. zones];
}

/// <summary>The whole suite, with zones.</summary>
public sealed class LocalZonesConformanceTests : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync() =>
        Task.FromResult<CloudHarness>(new LocalHarness(LocalZonesTests.Zoned("a", "b", "c")));

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("local")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
