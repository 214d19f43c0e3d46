using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Hetzner;

public sealed class HetznerLaunchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_launch_is_one_call_and_so_is_a_termination()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(
            [("DELETE servers", 200, 1), ("POST servers", 201, 1)],
            harness.Simulator.Calls.Select(call => (call.Key.Call, call.Key.Status, call.Value)).Order());
    }

    [Fact]
    public async Task An_answer_lost_after_the_server_was_made_is_ambiguous_and_its_repeat_finds_the_server()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.Faults =
            request => request is { Method: "POST", Number: 1 } ? new Fault.LostAnswer() : null);
        var request = harness.Request();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        var repeated = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(repeated.Id, Assert.Single(await harness.ListAsync()).Id);
        Assert.DoesNotContain(("POST servers", 409), harness.Simulator.Calls.Keys);
    }

    [Fact]
    public async Task A_look_that_fails_after_the_name_was_taken_says_nothing_of_the_launch()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request();
        await harness.Cloud.LaunchAsync(request, Cancellation);
        harness.Options.Faults = one => one.Method == "GET" ? new Fault.Reset() : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_foreign_server_of_that_name_is_told_and_left_alone(bool isRepeat)
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);
        harness.Simulator.Servers.SetLabel(HetznerHarness.IdOf(launched), MusterTags.Launch, value: null);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(request with { IsRepeat = isRepeat }, Cancellation));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                $"launch {request.Name}: server {launched.Id} has that name and not the label muster.launch={request.Launch}: rename or "
                + "delete it, or give it its labels back"),
            (error.Kind, error.Message));
        Assert.Single(harness.Simulator.Servers.All);
    }

    [Fact]
    public async Task A_server_whose_labels_were_edited_is_not_ours_any_more()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        harness.Simulator.Servers.SetLabel(HetznerHarness.IdOf(launched), MusterTags.Installation, value: null);

        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task A_full_location_is_out_of_stock_and_another_one_is_not()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.FullLocations = ["fsn1"]);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "fsn1" }, Cancellation));
        var elsewhere = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "nbg1" }, Cancellation);

        Assert.Equal(
            (CloudErrorKind.OutOfStock, "hetzner POST /servers: error during placement (resource_unavailable, 412)", "nbg1"),
            (error.Kind, error.Message, elsewhere.Zone));
    }

    [Fact]
    public async Task A_project_or_a_placement_group_that_is_full_says_so()
    {
        await using var harness = await HetznerHarness.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await harness.Cloud.LaunchAsync(Spread(harness), Cancellation);
        }

        var ofGroup = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(Spread(harness), Cancellation));
        harness.Options.MachinesMax = 10;
        var ofProject = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal((CloudErrorKind.OutOfStock, CloudErrorKind.QuotaExceeded), (ofGroup.Kind, ofProject.Kind));

        static LaunchRequest Spread(HetznerHarness harness) =>
            harness.Request(template => template with { Options = template.Options.SetItem("placement_group", Catalogue.PlacementGroup) });
    }

    [Fact]
    public async Task A_zone_beside_another_location_is_refused_and_beside_the_same_is_not()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request(template => template with { Options = template.Options.Add("location", "hel1") });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request with { Zone = "fsn1" }, Cancellation));
        var launched = await harness.Cloud.LaunchAsync(request with { Zone = "hel1" }, Cancellation);

        Assert.Equal("zone is 'fsn1': the template's options.location is 'hel1'; leave one of them out", error.Message);
        Assert.Equal("hel1", launched.Zone);
    }

    [Fact]
    public async Task A_zone_that_there_is_not_is_told_with_those_that_there_are()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "moon" }, Cancellation));

        Assert.Equal("zone is 'moon': the zones of this cloud are ash, fsn1, hel1, nbg1", error.Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"server":{"id":0}}""")]
    public async Task An_answer_that_does_not_say_what_was_made_is_ambiguous(string answer)
    {
        await using var wire = new HetznerWire(_ => answer);

        var error = await Assert.ThrowsAsync<CloudException>(() => wire.Cloud.LaunchAsync(
            Local.Requests.Make(Local.Requests.Template("debian-12") with { Size = "cx22" }), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
    }

    [Fact]
    public async Task A_server_whose_making_failed_at_once_is_told_as_failed()
    {
        await using var wire = new HetznerWire(_ =>
            """
            {"server":{"id":42,"name":"a","status":"off","labels":{}},
             "action":{"id":1,"command":"create_server","status":"error","error":{"code":"action_failed","message":"no host"}}}
            """);

        var launched = await wire.Cloud.LaunchAsync(
            Local.Requests.Make(Local.Requests.Template("debian-12") with { Size = "cx22" }), Cancellation);

        Assert.Equal((InstanceState.Failed, "off: create_server failed: no host (action_failed)"), (launched.State, launched.StateDetail));
    }

    [Fact]
    public async Task Nothing_of_a_password_that_Hetzner_makes_is_kept()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.DoesNotContain(launched.Attributes, attribute => attribute.Key.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prices_are_told_for_each_location_and_server_type()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var prices = await ((IPricedCloud)harness.Cloud).ListPricesAsync(Cancellation);

        Assert.Equal(13, prices.Length);
        Assert.Contains(new CloudPrice("fsn1", "cx22", IsInterruptible: null, 0.006m, "EUR"), prices);
    }

    [Fact]
    public async Task What_servers_leave_behind_is_found_by_its_label_and_removed_unless_it_is_in_use()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var cloud = (ICloudWithLeftovers)harness.Cloud;
        var ours = new Dictionary<string, string> { [MusterTags.Installation] = Local.Requests.Installation.ToString() };
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var volume = harness.Simulator.Loose.Add("volumes", "data", ours);
        var address = harness.Simulator.Loose.Add("primary_ips", "front", ours);
        harness.Simulator.Loose.Add("volumes", "used", ours, server: 42);
        harness.Simulator.Loose.Add("volumes", "foreign", new Dictionary<string, string>());

        var leftovers = await cloud.ListLeftoversAsync(Local.Requests.Installation, Cancellation);
        var made = new DateTimeOffset(2024, 11, 1, 10, 0, 0, TimeSpan.Zero);
        foreach (var leftover in leftovers.Concat(leftovers))
        {
            await cloud.RemoveLeftoverAsync(leftover, Cancellation);
        }

        var used = await Assert.ThrowsAsync<CloudException>(
            () => cloud.RemoveLeftoverAsync(new("volume", $"{address + 1}", "used", CreatedAt: null), Cancellation));

        Assert.Equal([new Leftover("primary IP", $"{address}", "front", made), new Leftover("volume", $"{volume}", "data", made)],
            leftovers);
        Assert.Equal(2, harness.Simulator.Loose.Count);
        Assert.Equal((CloudErrorKind.InvalidRequest, $"volume {address + 1} belongs to server 42 by now"), (used.Kind, used.Message));
    }
}
