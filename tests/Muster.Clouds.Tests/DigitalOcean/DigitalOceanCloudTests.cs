using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Kit;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Simulators.DigitalOcean;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>Checks, zones, prices, the account, and a droplet read into a template.</summary>
public sealed class DigitalOceanCloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_can_do_is_what_its_kind_says()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        Assert.Equal(CloudKinds.Find("digitalocean")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }

    [Fact]
    public async Task A_check_tells_what_it_found()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.MachinesMax = 25);

        var check = await CheckAsync(
            harness, template => template with { Networks = [Catalogue.Vpc] }, ("region", "nyc3"), ("ssh_keys", "289794"));

        Assert.Equal(
            [
                "size: 1 vCPU, 1024 MiB, 25 GB, 0.00892857 USD an hour", "image: Ubuntu 24.04 (LTS) x64 (155133621)",
                "options.region: region nyc3", "network: VPC default-nyc3 in nyc3", "options.ssh_keys: SSH key muster",
                "quota: 0 of 25 droplets used, 25 left",
            ],
            check.Findings.Select(finding => $"{finding.Field}: {finding.Message}"));
        Assert.True(check.IsGood);
    }

    [Theory]
    [InlineData(
        "s-9vcpu-9gb", Catalogue.Image, "", "size is 's-9vcpu-9gb': no such size, or not for this account: doctl compute size list")]
    [InlineData("c-2", Catalogue.Image, "nyc3", "size is 'c-2': there is none in nyc3 now; there are some in ams3, nyc1")]
    [InlineData("so-2vcpu-16gb", Catalogue.Image, "", "size is 'so-2vcpu-16gb': there is none now; nor anywhere else")]
    [InlineData(
        Catalogue.Size, "ubuntu-4-10-x64", "",
        "image is 'ubuntu-4-10-x64': no such image, or not this account's to use: doctl compute image list --public")]
    [InlineData(
        Catalogue.Size, "171000004", "",
        "image is '171000004': no such image, or not this account's to use: doctl compute image list --public")]
    [InlineData(
        Catalogue.Size, "snapshot:Web", "",
        "image is 'snapshot:Web': the account has no image of that name: doctl compute image list-user")]
    [InlineData(
        Catalogue.Size, "snapshot:only-ams", "nyc3",
        "image is 'snapshot:only-ams': the account has no image of that name in nyc3: doctl compute image list-user")]
    [InlineData(
        "s-2vcpu-4gb", "171000003", "nyc3",
        "image is '171000003': it is not in nyc3, but in ams3: add the region to it, or choose another")]
    [InlineData(Catalogue.Size, "171000003", "ams3", "image is '171000003': it needs a disk of 60 GB, and s-1vcpu-1gb has 25 GB")]
    [InlineData(
        Catalogue.Size, Catalogue.Image, "mars1",
        "size is 's-1vcpu-1gb': there is none in mars1 now; there are some in ams3, fra1, nyc1, nyc3")]
    public async Task What_DigitalOcean_s_own_lists_rule_out_is_told_before_a_launch(string size, string image, string region, string told)
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        var check = await CheckAsync(
            harness, template => template with { Size = size, Image = image }, region.Length > 0 ? [("region", region)] : []);

        Assert.Contains(told, check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
    }

    [Theory]
    [InlineData("region", "mars1", "options.region is 'mars1': DigitalOcean makes droplets in ams3, fra1, nyc1, nyc3")]
    [InlineData("region", "sfo2", "options.region is 'sfo2': DigitalOcean makes droplets in ams3, fra1, nyc1, nyc3")]
    [InlineData("ssh_keys", "7", "options.ssh_keys is '7': the account has no such key: doctl compute ssh-key list")]
    public async Task An_option_that_names_what_is_not_there_is_told(string option, string value, string told)
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        var check = await CheckAsync(harness, template => template, (option, value));

        Assert.Contains(told, check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
    }

    [Theory]
    [InlineData(
        "c0a8f3c4-1c41-4a0e-a5a5-2a8e3d1e7b11",
        "network is 'c0a8f3c4-1c41-4a0e-a5a5-2a8e3d1e7b11': that VPC is in nyc1, and the region is nyc3")]
    [InlineData("00000000-0000-4000-8000-000000000000", "network is '00000000-0000-4000-8000-000000000000': no such VPC: doctl vpcs list")]
    public async Task A_network_that_does_not_fit_is_told(string vpc, string told)
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        var check = await CheckAsync(harness, template => template with { Networks = [vpc] }, ("region", "nyc3"));

        Assert.Equal([told], check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
    }

    [Fact]
    public async Task A_snapshot_is_the_newest_of_its_name_and_that_is_told_once()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var template = harness.GoodTemplate() with { Image = "snapshot:web" };

        await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => harness.Cloud.LaunchAsync(DigitalOceanHarness.Request(template), Cancellation)));

        Assert.All(harness.Simulator.Droplets.Alive, droplet => Assert.Equal(Catalogue.SnapshotId, droplet.Image));
        Assert.Equal(1, harness.Simulator.Calls[("GET images", 200)]);
        Assert.Equal(["image snapshot:web is 171000002 now, made at 2026-11-01T08:00:00.0000000+00:00"], harness.Said);
    }

    [Fact]
    public async Task A_snapshot_is_looked_for_again_after_a_minute()
    {
        var time = new FakeTimeProvider();
        await using var harness = await DigitalOceanHarness.StartAsync(time);
        var template = harness.GoodTemplate() with { Image = "snapshot:web" };

        await harness.Cloud.LaunchAsync(DigitalOceanHarness.Request(template), Cancellation);
        time.Advance(TimeSpan.FromMinutes(1));
        await harness.Cloud.LaunchAsync(DigitalOceanHarness.Request(template), Cancellation);

        Assert.Equal(2, harness.Simulator.Calls[("GET images", 200)]);
        Assert.Single(harness.Said);
    }

    [Fact]
    public async Task A_launch_of_a_snapshot_that_there_is_not_makes_nothing()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var request = DigitalOceanHarness.Request(harness.GoodTemplate() with { Image = "snapshot:only-ams" }) with { Zone = "fra1" };

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.EndsWith(
            "image is 'snapshot:only-ams': the account has no image named 'only-ams' in fra1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(("POST droplets", 202), harness.Simulator.Calls.Keys);
    }

    [Fact]
    public async Task Zones_are_the_regions_that_are_open()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        Assert.Equal(["ams3", "fra1", "nyc1", "nyc3"], await ((IZonedCloud)harness.Cloud).ListZonesAsync(Cancellation));
    }

    [Fact]
    public async Task A_zone_beside_another_region_is_refused_and_one_of_several_is_not()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var template = harness.GoodTemplate();
        LaunchRequest In(string region, string zone) =>
            DigitalOceanHarness.Request(template with { Options = template.Options.SetItem("region", region) }) with { Zone = zone };

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(In("nyc3", "ams3"), Cancellation));
        var launched = await harness.Cloud.LaunchAsync(In("nyc", "nyc1"), Cancellation);

        Assert.Equal("zone is 'ams3': the template's options.region is 'nyc3'; leave one of them out", error.Message);
        Assert.Equal("nyc1", launched.Zone);
    }

    [Fact]
    public async Task A_region_that_is_closed_or_has_none_left_is_out_of_stock_and_another_goes_on()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(
            options => (options.ClosedRegions, options.FullRegions) = (["ams3"], ["fra1"]));

        var closed = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "ams3" }, Cancellation));
        var full = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "fra1" }, Cancellation));
        var launched = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "nyc3" }, Cancellation);

        Assert.Equal((CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock, "nyc3"), (closed.Kind, full.Kind, launched.Zone));
        Assert.EndsWith("Region is not available (zone is 'ams3')", closed.Message, StringComparison.Ordinal);
        Assert.EndsWith("size is unavailable (size is 's-1vcpu-1gb')", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_droplet_of_the_limit_is_made_and_the_next_is_a_matter_of_quota()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.MachinesMax = 1);

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.QuotaExceeded, error.Kind);
    }

    [Fact]
    public async Task Prices_are_those_of_the_sizes_by_the_hour()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        var prices = await ((IPricedCloud)harness.Cloud).ListPricesAsync(Cancellation);

        Assert.Equal(
            [new CloudPrice(null, Catalogue.Size, null, 0.008929m, "USD"), new CloudPrice(null, "s-2vcpu-4gb", null, 0.035714m, "USD")],
            prices.Take(2));
        Assert.Equal(5, prices.Length);
    }

    [Fact]
    public async Task The_account_is_described_step_by_step()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.MachinesMax = 3);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var steps = await DescribeAsync(harness);

        Assert.Equal(
            [
                new("identity", true, "sammy@example.com in the team My Team"),
                new(
                    "permissions", true,
                    "the token reads droplets; whether it may make and delete them, only a launch shows: "
                    + "droplet:create, droplet:delete, tag:create"),
                new("quota", true, "1 of 3 droplets used, 2 left"),
            ],
            steps);
    }

    [Theory]
    [InlineData(
        "locked", "Payment failed", false,
        "sammy@example.com in the team My Team: the account is locked: Payment failed. "
        + "Nothing can be launched until DigitalOcean unlocks it: sign in to the control panel, "
        + "and settle what it asks for or open a ticket")]
    [InlineData(
        "warning", "Card expires", true,
        "sammy@example.com in the team My Team; DigitalOcean warns: Card expires. Settle it before the account is locked")]
    public async Task An_account_that_is_in_trouble_is_told_with_what_to_do(string status, string message, bool isGood, string told)
    {
        await using var harness = await DigitalOceanHarness.StartAsync(
            options => (options.AccountStatus, options.AccountStatusMessage) = (status, message));

        var identity = (await DescribeAsync(harness))[0];

        Assert.Equal(new("identity", isGood, told), identity);
    }

    [Fact]
    public async Task A_launch_of_a_locked_account_is_unauthorized_and_a_check_says_why()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.AccountStatus = "locked");

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var check = await harness.Cloud.CheckAsync(harness.GoodTemplate(), Cancellation);

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        var bad = Assert.Single(check.Findings, finding => !finding.IsGood);
        Assert.Contains("the account is locked", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_is_used_up_is_a_bad_step()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.MachinesMax = 1);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal(
            new("quota", false, "1 of 1 droplets used, 0 left: delete some, or ask DigitalOcean for a higher limit"),
            (await DescribeAsync(harness))[^1]);
    }

    [Fact]
    public async Task A_token_that_may_not_read_the_account_says_which_scope_it_lacks_and_the_rest_is_looked_at()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        harness.Simulator.AddToken(DigitalOceanHarness.Token, "droplet:read", "tag:read");

        var steps = await DescribeAsync(harness);

        Assert.Equal([("identity", false), ("permissions", true)], steps.Select(step => (step.Name, step.IsGood)));
        Assert.Contains("the token needs the scopes account:read", steps[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_droplet_that_Muster_made_reads_as_the_template_that_it_was_made_from()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with
        {
            Networks = [Catalogue.Vpc],
            Options = Entries(("region", "nyc3"), ("monitoring", "true"), ("ipv6", "true"), ("tags", "web")),
        };
        var request = DigitalOceanHarness.Request(template);
        var launched = await harness.Cloud.LaunchAsync(request with { Tags = request.Tags.Add("env", "prod") }, Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal((template.Image, template.Size, Catalogue.Vpc), (draft.Image, draft.Size, Assert.Single(draft.Networks)));
        Assert.Equal(template.Options, draft.Options);
        Assert.Equal(Entries(("env", "prod")), draft.Tags);
        Assert.Equal(["DigitalOcean does not tell which SSH keys it was made with: set the option ssh_keys."], draft.LeftOut);
    }

    [Fact]
    public async Task A_droplet_of_an_own_image_without_public_addresses_reads_by_the_image_s_id()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();
        var template = harness.GoodTemplate() with { Image = "snapshot:web", Options = Entries(("public_networking", "false")) };
        var launched = await harness.Cloud.LaunchAsync(DigitalOceanHarness.Request(template), Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal(("171000002", "false"), (draft.Image, draft.Options["public_networking"]));
    }

    [Theory]
    [InlineData("4711")]
    [InlineData("../account")]
    [InlineData("0")]
    public async Task A_droplet_that_is_not_there_cannot_be_read_into_a_template(string id)
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(new(id), Cancellation));

        Assert.Equal((CloudErrorKind.NotFound, $"there is no droplet '{id}': doctl compute droplet list"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task What_can_be_no_droplet_is_gone_without_a_call()
    {
        await using var harness = await DigitalOceanHarness.StartAsync();

        await harness.Cloud.TerminateAsync(new("4711?tag_name=web"), Cancellation);
        await harness.Cloud.TerminateAsync(new("-1"), Cancellation);
        await harness.Cloud.TerminateAsync(new("4711"), Cancellation);

        Assert.Equal([("DELETE droplets", 404)], harness.Simulator.Calls.Keys);
    }

    [Fact]
    public async Task An_answer_with_more_images_than_one_page_is_read_whole()
    {
        await using var harness = await DigitalOceanHarness.StartAsync(options => options.PageMax = 1);

        await harness.Cloud.LaunchAsync(DigitalOceanHarness.Request(harness.GoodTemplate() with { Image = "snapshot:web" }), Cancellation);

        Assert.Equal(Catalogue.SnapshotId, Assert.Single(harness.Simulator.Droplets.Alive).Image);
        Assert.Equal(3, harness.Simulator.Calls[("GET images", 200)]);
    }

    private static async Task<ImmutableArray<CloudStep>> DescribeAsync(DigitalOceanHarness harness) =>
        await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation);

    private static Task<TemplateCheck> CheckAsync(
        DigitalOceanHarness harness, Func<Template, Template> change, params (string Key, string Value)[] options) =>
        harness.Cloud.CheckAsync(change(harness.GoodTemplate()) with { Options = Entries(options) }, Cancellation);

    private static ImmutableSortedDictionary<string, string> Entries(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
