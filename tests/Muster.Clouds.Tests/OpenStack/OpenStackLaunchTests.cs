using System.Collections.Concurrent;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Simulators.Kit;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>What makes a launch once on a cloud that gives out nothing only once, and what it costs.</summary>
public sealed class OpenStackLaunchTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_is_one_call_once_the_token_and_what_names_mean_are_known()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var before = Count(harness);

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal(1, Count(harness) - before);
        Assert.Equal(1, harness.Simulator.Calls[("POST auth", 201)]);
        Assert.Equal(2, harness.Simulator.Calls[("POST servers", 202)]);
    }

    [Fact]
    public async Task What_names_mean_is_asked_of_all_services_at_the_same_time()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await harness.ListAsync();
        using var all = new Barrier(3);
        var met = new ConcurrentBag<bool>();
        harness.Options.Faults = request =>
        {
            if (request.Path.Split('/')[^1] is "images" or "networks" || request.Path is "compute/flavors/detail")
            {
                met.Add(all.SignalAndWait(TimeSpan.FromMinutes(1), Cancellation));
            }

            return null;
        };

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal([true, true, true], met);
    }

    [Fact]
    public async Task What_is_named_by_its_id_is_not_looked_up()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate() with { Image = Catalogue.OlderImageId, Networks = [Catalogue.OtherNetworkId] };

        await harness.Cloud.LaunchAsync(OpenStackHarness.Request(template), Cancellation);

        Assert.DoesNotContain(harness.Simulator.Calls.Keys, call => call.Call is "GET images" or "GET networks");
        var server = Assert.Single(harness.Simulator.Servers.Alive);
        Assert.Equal((Catalogue.OlderImageId, Catalogue.OtherNetwork), (server.Image, Assert.Single(server.Networks)));
    }

    [Fact]
    public async Task An_answer_lost_after_the_server_was_made_is_ambiguous_and_the_listing_shows_it_by_its_launch()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Faults =
            request => request is { Method: "POST", Path: "compute/servers" } ? new Fault.LostAnswer() : null);
        var request = harness.Request();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(request.Launch.ToString(), Assert.Single(await harness.ListAsync()).Tags[MusterTags.Launch]);
    }

    [Fact]
    public async Task A_lost_answer_of_the_identity_service_says_that_nothing_was_launched()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Faults =
            request => request.Path is "identity/auth/tokens" ? new Fault.LostAnswer() : null);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Empty(harness.Simulator.Servers.Alive);
    }

    [Fact]
    public async Task A_repeat_finds_the_server_that_the_first_made()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var request = harness.Request();
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        var repeated = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(launched.Id, repeated.Id);
        Assert.Single(harness.Simulator.Servers.Alive);
    }

    [Fact]
    public async Task A_repeat_that_finds_nothing_waits_the_declared_lag_and_looks_again_before_it_makes_one()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = await OpenStackHarness.StartAsync(time, cloudOptions: [("listing_lag", "5s"), ("timeout", "100s")]);
        var request = harness.Request() with { IsRepeat = true };

        var repeat = harness.Cloud.LaunchAsync(request, Cancellation);
        await UntilAsync(() => harness.Simulator.Calls.GetValueOrDefault(("GET servers", 200)) == 1);
        Assert.False(repeat.IsCompleted);
        while (!repeat.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(Step, TimeProvider.System, Cancellation);
        }

        await repeat;
        Assert.Equal(2, harness.Simulator.Calls[("GET servers", 200)]);
        Assert.Single(harness.Simulator.Servers.Alive);
    }

    [Fact]
    public async Task A_launch_whose_id_was_computed_is_looked_for_once_since_another_run_may_have_made_it()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var request = harness.Request();
        request = request with { Tags = request.Tags.SetItem(SlotLaunchIdentities.SlotTag, "0") };

        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        var second = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(2, harness.Simulator.Calls[("GET servers", 200)]);
    }

    [Fact]
    public async Task A_look_for_a_launch_in_a_cell_that_is_down_does_not_say_that_there_is_none()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var request = harness.Request();
        await harness.Cloud.LaunchAsync(request, Cancellation);
        harness.Options.IsInDownCell = _ => true;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Single(harness.Simulator.Servers.Alive);
    }

    [Fact]
    public async Task Two_servers_of_one_launch_are_told()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var request = harness.Request();
        await harness.Cloud.LaunchAsync(request, Cancellation);
        await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(2, (await harness.ListAsync()).Length);
        Assert.Contains(harness.Said, line => line.Contains($"answer the same launch {request.Launch}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_means_the_newest_active_image_and_the_first_launch_says_nothing_of_it()
    {
        await using var harness = await OpenStackHarness.StartAsync();

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal(Catalogue.ImageId, Assert.Single(harness.Simulator.Servers.Alive).Image);
        Assert.Empty(harness.Said);
    }

    [Fact]
    public async Task A_name_that_means_another_image_than_before_is_told_once()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = await OpenStackHarness.StartAsync(time, options => options.QueuedImages = [Catalogue.ImageId]);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        harness.Options.QueuedImages = [];
        for (var launch = 0; launch < 2; launch++)
        {
            // A name counts for a minute.
            time.Advance(TimeSpan.FromSeconds(61));
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        }

        Assert.Equal(
            [Catalogue.OlderImageId, Catalogue.ImageId, Catalogue.ImageId],
            harness.Simulator.Servers.Alive.OrderBy(server => server.Created).Select(server => server.Image));
        Assert.Equal(
            $"rack: image debian-12 is {Catalogue.ImageId}, made 2026-10-01T10:00:00Z, from now on, and no more {Catalogue.OlderImageId}",
            Assert.Single(harness.Said));
    }

    [Fact]
    public async Task A_zone_beside_another_one_in_the_template_is_refused()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate();
        var request = OpenStackHarness.Request(template with { Options = template.Options.SetItem("availability_zone", "us-east") });

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(request with { Zone = "us-west" }, Cancellation));

        Assert.Equal(
            "zone is 'us-west': the template's options.availability_zone is 'us-east'; leave one of them out", error.Message);
    }

    private static int Count(OpenStackHarness harness) => harness.Simulator.Calls.Values.Sum();

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(Step, TimeProvider.System, Cancellation);
        }
    }
}
