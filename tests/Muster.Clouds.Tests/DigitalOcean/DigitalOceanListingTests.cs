using System.Text.Json.Nodes;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.DigitalOcean;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

public sealed class DigitalOceanListingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quiet_listing_of_a_thousand_is_five_calls()
    {
        await using var harness = await FilledAsync(1000, "200");

        var listed = await harness.ListAsync();

        Assert.Equal(1000, listed.DistinctBy(instance => instance.Id).Count());
        Assert.Equal(5, harness.Simulator.Calls[("GET droplets", 200)]);
    }

    // One that goes moves the next page's first row onto the page that was read.
    [Fact]
    public async Task A_listing_of_several_pages_misses_nothing_while_droplets_go()
    {
        await using var harness = await FilledAsync(120, "20");
        harness.Options.Faults = request =>
        {
            if (request is { Method: "GET", Path: "droplets" })
            {
                foreach (var droplet in harness.Simulator.Droplets.Alive.Reverse().Take(2))
                {
                    harness.Simulator.Droplets.Delete(droplet.Id);
                }
            }

            return null;
        };

        var listed = await harness.ListAsync();

        var left = harness.Simulator.Droplets.Alive.Select(droplet => droplet.Id).ToHashSet();
        Assert.NotEmpty(left);
        Assert.Superset(left, listed.Select(DigitalOceanHarness.IdOf).ToHashSet());
        Assert.Equal(listed.Length, listed.DistinctBy(instance => instance.Id).Count());
    }

    // As many come as go, so the count of all stays the same.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listing_misses_nothing_while_droplets_are_replaced_in_whatever_order_it_is(bool oldestFirst)
    {
        await using var harness = await FilledAsync(80, "20");
        harness.Options.ListsOldestFirst = oldestFirst;
        var other = harness.Open();
        harness.Options.Faults = request =>
        {
            if (request is { Method: "GET", Path: "droplets" })
            {
                harness.Simulator.Droplets.Delete(harness.Simulator.Droplets.Alive[oldestFirst ? 0 : ^1].Id);
                other.LaunchAsync(harness.Request(), Cancellation).GetAwaiter().GetResult();
            }

            return null;
        };
        var before = harness.Simulator.Droplets.Alive.Select(droplet => droplet.Id).ToHashSet();

        var listed = (await harness.ListAsync()).Select(DigitalOceanHarness.IdOf).ToHashSet();

        Assert.Superset(harness.Simulator.Droplets.Alive.Select(droplet => droplet.Id).Where(before.Contains).ToHashSet(), listed);
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"droplets":[],"links":{},"meta":{"total":3}}""")]
    [InlineData("""{"droplets":[],"links":{"pages":{"next":"https://api.digitalocean.com/v2/droplets?page=2"}},"meta":{"total":0}}""")]
    public async Task A_listing_that_ends_before_its_own_count_is_not_believed(string body)
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.Faults = _ => new Fault.Answer(200, body));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("the listing is not believed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"links":{},"meta":{"total":0}}""")]
    [InlineData("""{"droplets":7,"links":{},"meta":{"total":0}}""")]
    [InlineData("not JSON")]
    public async Task What_is_no_listing_is_no_empty_one(string body)
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.Faults = _ => new Fault.Answer(200, body));

        Assert.Equal(CloudErrorKind.Unavailable, (await Assert.ThrowsAsync<CloudException>(harness.ListAsync)).Kind);
    }

    [Fact]
    public async Task One_droplet_on_the_second_page_that_cannot_be_read_holds_its_place_and_hides_no_other()
    {
        await using var harness = await FilledAsync(50, "20");
        var calls = 0;
        var pages = await PagesAsync(harness);
        pages[1]["droplets"]![0]!["status"] = new JsonObject();
        var odd = pages[1]["droplets"]![0]!["id"]!.ToString();
        harness.Options.Faults = request => new Fault.Answer(200, pages[calls++].ToJsonString());

        var listed = await harness.ListAsync();

        Assert.Equal(50, listed.Length);
        var unknown = Assert.Single(listed, instance => instance.State is InstanceState.Unknown);
        Assert.Equal((odd, false), (unknown.Id.Value, unknown.IsProtected));
        Assert.Equal(Local.Requests.Group.ToString(), unknown.Tags[MusterTags.Group]);
        Assert.Contains("status", unknown.StateDetail, StringComparison.Ordinal);
        Assert.Contains($"instance {odd} of ours counts as unknown", Assert.Single(harness.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new", InstanceState.Provisioning)]
    [InlineData("active", InstanceState.Running)]
    [InlineData("off", InstanceState.Stopped)]
    [InlineData("archive", InstanceState.Stopped)]
    [InlineData("migrating", InstanceState.Unknown)]
    public async Task Each_word_for_a_state_means_one_of_Muster_s(string status, InstanceState state)
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Droplets.SetStatus(DigitalOceanHarness.IdOf(launched), status);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((state, status), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task A_listing_of_all_of_an_account_or_of_a_group_finds_the_same_droplet()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var account = harness.GoodTemplate().Account;

        InstanceFilter[] filters =
        [
            new(Local.Requests.Installation), new(Local.Requests.Installation, account),
            new(Local.Requests.Installation, account, Local.Requests.Group),
        ];
        foreach (var filter in filters)
        {
            Assert.Equal(launched.Id, Assert.Single(await DigitalOceanHarness.ListAllAsync(harness.Cloud, filter)).Id);
        }
    }

    [Fact]
    public async Task A_droplet_whose_tags_were_taken_off_is_not_ours_any_more()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Droplets.SetTags(
            DigitalOceanHarness.IdOf(launched), DropletTags.Of(MusterTags.Group, Local.Requests.Group.ToString()));

        Assert.Empty(await DigitalOceanHarness.ListAllAsync(harness.Cloud, new(Local.Requests.Installation, Group: Local.Requests.Group)));
    }

    [Fact]
    public async Task A_droplet_that_somebody_renamed_is_ours_still_and_says_no_launch()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Droplets.Rename(DigitalOceanHarness.IdOf(launched), "front");

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(("front", false), (listed.Name, listed.Tags.ContainsKey(MusterTags.Launch)));
    }

    [Fact]
    public async Task An_instance_tells_its_region_addresses_and_what_it_was_made_of()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with { Image = "snapshot:web", Size = "s-2vcpu-4gb", Options = template.Options.SetItem("ipv6", "true") };
        var request = DigitalOceanHarness.Request(template) with { Zone = "ams3" };
        await harness.Cloud.LaunchAsync(request, Cancellation);

        var listed = Assert.Single(await DigitalOceanHarness.ListAllAsync(
            harness.Cloud, new(Local.Requests.Installation, Details: true)));

        Assert.Equal("ams3", listed.Zone);
        Assert.Equal(3, listed.Addresses.Length);
        Assert.StartsWith("192.0.2.", listed.Addresses[0], StringComparison.Ordinal);
        Assert.StartsWith("10.10.0.", listed.Addresses[2], StringComparison.Ordinal);
        Assert.Equal(
            ("171000002 web", "s-2vcpu-4gb", DropletNames.Of(request.Name, request.Launch), "4096", "80"),
            (listed.Attributes["image"], listed.Attributes["size"], listed.Attributes["droplet"], listed.Attributes["memory"],
                listed.Attributes["disk"]));
    }

    private static async Task<DigitalOceanHarness> FilledAsync(int count, string pageSize)
    {
        // Nothing is younger than the listing, as in a group that stands.
        var time = new FakeTimeProvider(Noon);
        var harness = await DigitalOceanHarness.StartAsync(time, cloudOptions: [("page_size", pageSize)]);
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => harness.Cloud.LaunchAsync(harness.Request(), Cancellation)));
        time.Advance(TimeSpan.FromMinutes(5));
        return harness;
    }

    private static async Task<JsonObject[]> PagesAsync(DigitalOceanHarness harness)
    {
        using var client = new HttpClient { BaseAddress = harness.Simulator.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", DigitalOceanHarness.Token);
        var pages = new List<JsonObject>();
        for (var page = 1; page <= 3; page++)
        {
            var body = await client.GetStringAsync(new Uri($"v2/droplets?per_page=20&page={page}", UriKind.Relative), Cancellation);
            pages.Add((JsonObject)JsonNode.Parse(body)!);
        }

        return [.. pages];
    }
}
