using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Hetzner;

public sealed class HetznerListingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_servers_are_twenty_calls_once_their_last_page_is_known()
    {
        await using var harness = await HetznerHarness.StartAsync();
        await LaunchAsync(harness, 1000);
        var first = await CallsAsync(harness);

        var second = await CallsAsync(harness);

        Assert.Equal((1000, 21, 1000, 20), (first.Listed, first.Calls, second.Listed, second.Calls));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 1)]
    [InlineData(51, 3)]
    public async Task A_first_listing_reads_a_page_twice_at_most(int servers, int calls)
    {
        await using var harness = await HetznerHarness.StartAsync();
        await LaunchAsync(harness, servers);

        Assert.Equal((servers, calls), await CallsAsync(harness));
    }

    [Fact]
    public async Task A_fleet_that_has_shrunk_or_grown_is_listed_whole()
    {
        await using var harness = await HetznerHarness.StartAsync();
        await LaunchAsync(harness, 160);
        await harness.ListAsync();

        foreach (var server in harness.Simulator.Servers.All.Take(120))
        {
            harness.Simulator.Servers.Delete(server.Id);
        }

        var shrunk = await CallsAsync(harness);
        await LaunchAsync(harness, 100);
        var grown = await CallsAsync(harness);
        foreach (var server in harness.Simulator.Servers.All)
        {
            harness.Simulator.Servers.Delete(server.Id);
        }

        Assert.Equal((40, 140), (shrunk.Listed, grown.Listed));
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(await harness.ListAsync());
    }

    // With pages from the first to the last, each of these listings would miss servers.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_listing_misses_nothing_while_servers_go_and_come(bool isKnown)
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.PageMax = 5);
        await LaunchAsync(harness, 40);
        if (isKnown)
        {
            await harness.ListAsync();
        }

        var before = harness.Simulator.Servers.All.Select(server => server.Id).ToHashSet();
        harness.Options.Faults = request =>
        {
            // Between any two pages, the oldest two go; now and then the youngest does, too.
            if (request is { Method: "GET", Path: "servers" })
            {
                var alive = harness.Simulator.Servers.All;
                foreach (var server in alive.Take(2).Concat(request.Number % 3 == 0 ? alive.TakeLast(1) : []))
                {
                    harness.Simulator.Servers.Delete(server.Id);
                }
            }

            return null;
        };

        var listed = await harness.ListAsync();

        var left = harness.Simulator.Servers.All.Select(server => server.Id).Where(before.Contains).ToHashSet();
        Assert.NotEmpty(left);
        Assert.Superset(left, listed.Select(HetznerHarness.IdOf).ToHashSet());
        Assert.Distinct(listed.Select(instance => instance.Id));
    }

    [Fact]
    public async Task One_odd_server_hides_no_other_on_any_page()
    {
        var ours = Local.Requests.Installation;
        string Page(string asked) => asked.Contains("page=1", StringComparison.Ordinal)
            ? $$"""
              {"servers":[
                {"id":1,"name":"a","status":"running","labels":{"muster.installation":"{{ours}}"} },
                {"id":2,"name":"b","status":"running","public_net":"none","labels":{"muster.installation":"{{ours}}"} },
                {"id":5,"name":"e","status":"running","labels":{"muster.installation":"{{ours}}","a":null} },
                {"id":3,"name":"c","status":7,"labels":{} }],
               "meta":{"pagination":{"page":1,"per_page":50,"previous_page":null,"next_page":2,"last_page":2,"total_entries":4} } }
              """
            : $$"""
              {"servers":[{"id":4,"name":"d","status":"running","labels":{"muster.installation":"{{ours}}"} }],
               "meta":{"pagination":{"page":2,"per_page":50,"previous_page":1,"next_page":null,"last_page":2,"total_entries":4} } }
              """;
        await using var wire = new HetznerWire(Page);

        var listed = await ListAsync(wire.Cloud);

        Assert.Equal(
            [
                ("1", InstanceState.Running), ("2", InstanceState.Unknown), ("4", InstanceState.Running), ("5", InstanceState.Unknown),
            ],
            listed.OrderBy(instance => instance.Id.Value, StringComparer.Ordinal).Select(instance => (instance.Id.Value, instance.State)));
        Assert.Equal(
            [
                "hetzner: list servers: instance 2 of ours counts as unknown: $.public_net is not what it should be",
                "hetzner: list servers: instance 5 of ours counts as unknown: a label is no text",
                "hetzner: list servers: an element without tags of this installation is not understood and skipped (id '3'): $.status is "
                + "not what it should be",
            ],
            wire.Said);
    }

    [Theory]
    [InlineData("""{"servers":[]}""")]
    [InlineData("""{"meta":{"pagination":{"page":1}}}""")]
    [InlineData("[]")]
    public async Task What_is_no_page_of_a_list_ends_the_listing(string body)
    {
        await using var wire = new HetznerWire(_ => body);

        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync(wire.Cloud));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task Pages_that_do_not_end_end_the_listing()
    {
        await using var wire = new HetznerWire(
            _ => """{"servers":[],"meta":{"pagination":{"page":1,"next_page":2,"last_page":null,"total_entries":null}}}""");

        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync(wire.Cloud));

        Assert.Contains("it has more than 2000 pages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_fails_ends_the_listing()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.PageMax = 5);
        await LaunchAsync(harness, 12);
        var pages = 0;
        harness.Options.Faults = _ => ++pages == 3 ? new Fault.Reset() : null;

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Theory]
    [InlineData("initializing", InstanceState.Provisioning)]
    [InlineData("starting", InstanceState.Provisioning)]
    [InlineData("running", InstanceState.Running)]
    [InlineData("stopping", InstanceState.Terminating)]
    [InlineData("deleting", InstanceState.Terminating)]
    [InlineData("off", InstanceState.Stopped)]
    [InlineData("migrating", InstanceState.Unknown)]
    [InlineData("rebuilding", InstanceState.Unknown)]
    [InlineData("unknown", InstanceState.Unknown)]
    [InlineData("dreaming", InstanceState.Unknown)]
    public async Task A_status_is_told_as_its_state(string status, InstanceState state)
    {
        await using var harness = await HetznerHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Servers.SetStatus(HetznerHarness.IdOf(launched), status);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((state, status), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task A_server_that_is_off_before_its_start_is_on_its_way_up()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.OffBeforeStart = new(TimeSpan.FromHours(1)));
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((InstanceState.Provisioning, "off: start_server is still to come"), (listed.State, listed.StateDetail));
        Assert.Equal(1, harness.Simulator.Calls[("GET servers/actions", 200)]);
    }

    [Fact]
    public async Task A_server_whose_creation_failed_has_failed_with_the_reason()
    {
        await using var harness = await HetznerHarness.StartAsync(options => options.FailingShare = 1);
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var listed = Assert.Single(await harness.ListAsync());
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(
            (InstanceState.Failed, "off: create_server failed: the server could not be made (action_failed)"),
            (listed.State, listed.StateDetail));
        Assert.Empty(harness.Simulator.Servers.All);
    }

    [Fact]
    public async Task A_server_that_fails_while_it_comes_up_is_not_waited_for()
    {
        var ours = Local.Requests.Installation;
        var made = TimeProvider.System.GetUtcNow().AddMinutes(-2).ToString("O", CultureInfo.InvariantCulture);
        await using var wire = new HetznerWire(asked => asked.Contains("/actions", StringComparison.Ordinal)
            ? $$"""
              {"actions":[
                {"id":8,"command":"start_server","status":"running","started":"{{made}}","error":null,
                 "resources":[{"id":7,"type":"server"}]},
                {"id":7,"command":"create_server","status":"error","started":"{{made}}","error":{"code":"image_broken","message":"no boot"},
                 "resources":[{"id":7,"type":"server"}]}],
               "meta":{"pagination":{"page":1,"next_page":null,"last_page":1,"total_entries":2} } }
              """
            : $$"""
              {"servers":[{"id":7,"name":"a","status":"initializing","created":"{{made}}","labels":{"muster.installation":"{{ours}}"} }],
               "meta":{"pagination":{"page":1,"next_page":null,"last_page":1,"total_entries":1} } }
              """);

        var listed = Assert.Single(await ListAsync(wire.Cloud));

        Assert.Equal((InstanceState.Failed, "initializing: create_server failed: no boot (image_broken)"),
            (listed.State, listed.StateDetail));
        Assert.Equal("GET /v1/servers/actions?status=running&status=error&sort=id:desc&page=1&per_page=50", wire.Requests[^1]);
    }

    [Fact]
    public async Task A_server_says_where_it_is_and_how_it_is_reached()
    {
        await using var harness = await HetznerHarness.StartAsync();
        await harness.Cloud.LaunchAsync(
            harness.Request(template => template with { Networks = [Catalogue.Network] }) with { Zone = "hel1" }, Cancellation);

        var listed = Assert.Single(await harness.ListAsync());
        harness.Options.ShowsDatacenters = true;
        var older = Assert.Single(await harness.ListAsync());

        Assert.Equal(("hel1", "hel1"), (listed.Zone, older.Zone));
        Assert.Equal(["198.51.", "2001:db8", "10.0."], listed.Addresses.Select((address, i) => address[..(i == 0 ? 7 : i == 1 ? 8 : 5)]));
        Assert.EndsWith("::1", listed.Addresses[1], StringComparison.Ordinal);
        Assert.Equal(["image=debian-12 (114690387)", "server_type=cx22"], listed.Attributes.Select(one => $"{one.Key}={one.Value}"));
    }

    private static async Task LaunchAsync(HetznerHarness harness, int count)
    {
        using var gate = new SemaphoreSlim(20);
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await gate.WaitAsync(Cancellation);
            try
            {
                await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
            }
            finally
            {
                gate.Release();
            }
        }));
    }

    private static async Task<(int Listed, int Calls)> CallsAsync(HetznerHarness harness)
    {
        int Calls() => harness.Simulator.Calls.GetValueOrDefault(("GET servers", 200));
        var before = Calls();
        var listed = await harness.ListAsync();
        return (listed.Length, Calls() - before);
    }

    private static async Task<Instance[]> ListAsync(ICloud cloud)
    {
        var listed = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in cloud.ListAsync(new(Local.Requests.Installation), Cancellation))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }
}
