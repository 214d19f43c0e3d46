using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.OpenStack;

public sealed class OpenStackListingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ACTIVE", InstanceState.Running)]
    [InlineData("BUILD", InstanceState.Provisioning)]
    [InlineData("DELETED", null)]
    [InlineData("ERROR", InstanceState.Failed)]
    [InlineData("HARD_REBOOT", InstanceState.Unknown)]
    [InlineData("MIGRATING", InstanceState.Running)]
    [InlineData("PASSWORD", InstanceState.Running)]
    [InlineData("PAUSED", InstanceState.Stopped)]
    [InlineData("REBOOT", InstanceState.Unknown)]
    [InlineData("REBUILD", InstanceState.Unknown)]
    [InlineData("RESCUE", InstanceState.Unknown)]
    [InlineData("RESIZE", InstanceState.Unknown)]
    [InlineData("REVERT_RESIZE", InstanceState.Unknown)]
    [InlineData("SHELVED", InstanceState.Stopped)]
    [InlineData("SHELVED_OFFLOADED", InstanceState.Stopped)]
    [InlineData("SHUTOFF", InstanceState.Stopped)]
    [InlineData("SOFT_DELETED", InstanceState.Terminating)]
    [InlineData("SUSPENDED", InstanceState.Stopped)]
    [InlineData("UNKNOWN", InstanceState.Unknown)]
    [InlineData("VERIFY_RESIZE", InstanceState.Running)]
    [InlineData("A_WORD_OF_TOMORROW", InstanceState.Unknown)]
    public async Task Every_status_is_a_state(string status, InstanceState? state)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        harness.Simulator.Servers.SetStatus(OpenStackHarness.IdOf(launched), status);

        Assert.Equal(state, (await harness.ListAsync()).FirstOrDefault()?.State);
    }

    [Fact]
    public async Task A_server_that_is_being_deleted_is_terminating_whatever_its_status()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Stopping = new(TimeSpan.FromHours(1)));
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Servers.SetStatus(OpenStackHarness.IdOf(launched), "ERROR");

        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(InstanceState.Terminating, Assert.Single(await harness.ListAsync()).State);
    }

    [Theory]
    [InlineData("project", "servers/detail")]
    [InlineData("tags", "servers/detail")]
    public async Task A_listing_of_a_thousand_is_one_call(string listBy, string path)
    {
        await using var harness = await OpenStackHarness.StartAsync(cloudOptions: ("list_by", listBy));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => harness.Cloud.LaunchAsync(harness.Request(), Cancellation)));
        var asked = new List<string>();
        harness.Options.Faults = request =>
        {
            asked.Add(request.Path);
            return null;
        };

        Assert.Equal(50, (await harness.ListAsync()).Length);

        Assert.Equal([$"compute/{path}"], asked);
        Assert.Equal(1000, harness.Cloud.Traits.PageSize);
    }

    [Theory]
    [InlineData("project")]
    [InlineData("tags")]
    public async Task Several_pages_with_one_odd_server_show_all_others(string listBy)
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.PageMax = 3, ("list_by", listBy));
        var launched = new List<Instance>();
        for (var i = 0; i < 7; i++)
        {
            launched.Add(await harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        }

        var odd = OpenStackHarness.IdOf(launched[3]);
        harness.Simulator.Servers.SetStatus(odd, null!);

        var listed = await harness.ListAsync();

        Assert.Equal(7, listed.Length);
        Assert.Equal(InstanceState.Unknown, Assert.Single(listed, one => one.Id == launched[3].Id).State);
        Assert.Contains(harness.Said, line => line.Contains("counts as unknown: status is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listing_by_tags_asks_for_them_and_shows_nothing_of_others()
    {
        await using var harness = await OpenStackHarness.StartAsync(cloudOptions: ("list_by", "tags"));
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);
        var other = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Servers.SetMetadata(OpenStackHarness.IdOf(other), ImmutableSortedDictionary<string, string>.Empty);

        Assert.Equal(launched.Id, Assert.Single(await harness.ListAsync()).Id);
        Assert.Equal(
            [
                $"muster.installation={request.Tags[MusterTags.Installation]}", $"muster.account={request.Tags[MusterTags.Account]}",
                $"muster.group={request.Tags[MusterTags.Group]}",
            ],
            harness.Simulator.Servers.Alive[0].Tags);
        Assert.True(harness.Cloud.Traits.GroupFilter);
    }

    [Fact]
    public async Task Nothing_is_concluded_from_a_list_while_a_cell_does_not_answer()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var hidden = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Options.IsInDownCell = server => server.Id == OpenStackHarness.IdOf(hidden);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        harness.Options.IsInDownCell = _ => false;

        Assert.Equal(
            (CloudErrorKind.Unavailable,
                $"list servers: a part of the cloud does not answer, and what is known of 1 of the project's servers is their ids (such as "
                + $"{hidden.Id}). Nothing is concluded from such a list; ask the cloud's operator about a cell that is down"),
            (error.Kind, error.Message));
        Assert.Equal(2, (await harness.ListAsync()).Length);
    }

    [Fact]
    public async Task A_listing_by_tags_fails_where_the_operator_has_made_partial_lists_fail()
    {
        await using var harness = await OpenStackHarness.StartAsync(
            options => options.RefusesPartialLists = true, ("list_by", "tags"));
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Options.IsInDownCell = _ => true;

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task A_marker_that_was_deleted_between_two_pages_fails_the_listing()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.PageMax = 2);
        for (var i = 0; i < 5; i++)
        {
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        }

        var pages = harness.Cloud.ListAsync(new(Local.Requests.Installation), Cancellation).GetAsyncEnumerator(Cancellation);
        await using (pages)
        {
            await pages.MoveNextAsync();
            harness.Simulator.Servers.SetStatus(OpenStackHarness.IdOf(pages.Current.Instances[^1]), "DELETED");

            var error = await Assert.ThrowsAsync<CloudException>(async () => await pages.MoveNextAsync());

            Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        }
    }

    [Fact]
    public async Task Pages_that_go_round_in_a_circle_are_not_believed()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Faults = request =>
            request.Path is "compute/servers/detail"
                ? new Fault.Answer(200, """{"servers":[],"servers_links":[{"rel":"next","href":"http://evil.example/servers?marker=7"}]}""")
                : null);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Contains("they go round in a circle", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"servers":{}}""", "the answer has no list of servers")]
    [InlineData("""[]""", "the answer has no list of servers")]
    [InlineData("""{"servers":[""", "was answered with something that is not understood")]
    [InlineData("<html>login</html>", "was answered in HTML")]
    public async Task What_is_no_list_fails(string body, string told)
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Faults = request =>
            request.Path is "compute/servers/detail" ? new Fault.Answer(200, body) : null);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_tells_where_it_is_and_what_it_is_made_of()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate();
        await harness.Cloud.LaunchAsync(
            OpenStackHarness.Request(template with { Options = template.Options.SetItem("key_name", "ops") }) with { Zone = "us-east" },
            Cancellation);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal("us-east", listed.Zone);
        Assert.StartsWith("10.0.0.", Assert.Single(listed.Addresses), StringComparison.Ordinal);
        Assert.Equal(
            [("flavor", "m1.small"), ("image", "70a599e0-31e7-49b7-b260-868f441e862b"), ("key_name", "ops")],
            listed.Attributes.Select(one => (one.Key, one.Value)));
        Assert.Equal("us-east", harness.Simulator.Servers.Alive[0].Zone);
    }
}
