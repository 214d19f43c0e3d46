using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceCloudTests
{
    /// <summary>So long that an operation is still under way when its insert is answered.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_is_an_insert_and_a_wait()
    {
        await using var harness = await GceHarness.StartAsync(options => options.Provisioning = new(Soon));

        await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "us-central1-b" }, Cancellation);

        Assert.Equal(
            [(("POST instances", 200), 1), (("POST token", 200), 1), (("POST wait", 200), 1)],
            harness.Simulator.Calls.OrderBy(call => call.Key.Call, StringComparer.Ordinal).Select(call => (call.Key, call.Value)));
    }

    [Fact]
    public async Task A_listing_of_a_thousand_is_two_calls()
    {
        await using var harness = await GceHarness.StartAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1000), Cancellation,
            async (_, token) => await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "us-central1-b" }, token));

        var listed = await harness.ListAsync();

        Assert.Equal((1000, 2), (listed.Length, harness.Simulator.Calls[("GET aggregated instances", 200)]));
    }

    [Fact]
    public async Task One_odd_instance_hides_no_other()
    {
        await using var harness = await GceHarness.StartAsync(options => options.PageMax = 2);
        var launched = new List<Instance>();
        for (var i = 0; i < 5; i++)
        {
            launched.Add(await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "us-central1-b" }, Cancellation));
        }

        harness.Simulator.Machines.SetOdd(GceHarness.IdOf(launched[2].Id));

        var listed = await harness.ListAsync();

        Assert.Equal(launched.Select(one => one.Id).Order(), listed.Select(one => one.Id).Order());
        var odd = Assert.Single(listed, one => one.State is InstanceState.Unknown);
        Assert.Equal((launched[2].Id, "us-central1-b"), (odd.Id, odd.Zone));
        Assert.Contains(harness.Said, sentence => sentence.Contains("counts as unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_zone_that_cannot_be_asked_fails_the_listing_and_one_of_another_region_does_not()
    {
        await using var harness = await GceHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        harness.Options.UnreachableZones = ["europe-west1-b"];
        var elsewhere = await harness.ListAsync();
        harness.Options.UnreachableZones = ["us-central1-f"];
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Single(elsewhere);
        Assert.Equal(
            (CloudErrorKind.Unavailable,
                "list instances: Google could not ask zones/us-central1-f (UNREACHABLE), so that the list is not whole"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task What_is_in_another_region_is_another_cloud_s()
    {
        await using var harness = await GceHarness.StartAsync();
        await using var europe = harness.Open(("region", "europe-west1"));
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var there = await europe.LaunchAsync(harness.Request(), Cancellation);

        Assert.StartsWith("europe-west1-", there.Zone, StringComparison.Ordinal);
        Assert.StartsWith("us-central1-", Assert.Single(await harness.ListAsync()).Zone, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launches_without_a_zone_go_to_all_alike_and_a_repeat_to_the_same()
    {
        await using var harness = await GceHarness.StartAsync();
        var requests = Enumerable.Range(0, 40).Select(_ => harness.Request()).ToArray();
        var zones = new Dictionary<LaunchId, string?>();
        foreach (var request in requests)
        {
            zones[request.Launch] = (await harness.Cloud.LaunchAsync(request, Cancellation)).Zone;
        }

        await using var other = harness.Open();
        foreach (var request in requests.Take(10))
        {
            Assert.Equal(zones[request.Launch], (await other.LaunchAsync(request, Cancellation)).Zone);
        }

        Assert.Equal(4, zones.Values.Distinct().Count());
        Assert.Equal(40, harness.Simulator.Machines.All.Count);
    }

    [Fact]
    public async Task A_repeat_finds_its_instance_when_its_zone_is_not_up_any_more()
    {
        await using var harness = await GceHarness.StartAsync();
        var request = harness.Request();
        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        var zones = harness.Options.Zones;
        await using var other = harness.Open();
        // Its zone is listed last by another name, as one that is down: new launches go elsewhere.
        harness.Options.Faults = call => call.Path == "zones"
            ? new Fault.Answer(
                200,
                $$"""
                {"items":[{"name":"{{zones.First(zone => zone != first.Zone)}}","status":"UP"},{"name":"{{first.Zone}}","status":"DOWN"}]}
                """)
            : null;

        var repeated = await other.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(first.Id, repeated.Id);
        Assert.Single(harness.Simulator.Machines.All);
    }

    [Fact]
    public async Task A_lost_answer_leaves_a_doubt_and_the_repeat_finds_what_was_made()
    {
        await using var harness = await GceHarness.StartAsync();
        harness.Options.Faults = request =>
            request is { Method: "POST" } && request.Path.EndsWith("/instances", StringComparison.Ordinal) ? new Fault.LostAnswer() : null;
        var request = harness.Request();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        harness.Options.Faults = _ => null;
        var repeated = await harness.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(Assert.Single(harness.Simulator.Machines.All).Name, repeated.Name);
    }

    [Fact]
    public async Task A_wait_that_breaks_off_leaves_a_doubt()
    {
        await using var harness = await GceHarness.StartAsync(options =>
        {
            options.Provisioning = new(Soon);
            options.Faults = request => request.Path.EndsWith("/wait", StringComparison.Ordinal) ? new Fault.Reset() : null;
        });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
    }

    [Fact]
    public async Task A_full_zone_and_a_quota_are_told_by_the_operation_and_leave_nothing()
    {
        await using var harness = await GceHarness.StartAsync(options => options.FullZones = ["us-central1-a"]);
        var request = harness.Request() with { Zone = "us-central1-a" };

        var full = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));
        harness.Options.FullZones = [];
        var later = await harness.Cloud.LaunchAsync(request, Cancellation);
        harness.Options.MachinesMax = 1;
        var quota = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal((CloudErrorKind.OutOfStock, CloudErrorKind.QuotaExceeded), (full.Kind, quota.Kind));
        Assert.Contains("Quota 'INSTANCES' exceeded", quota.Message, StringComparison.Ordinal);
        Assert.Equal(later.Id, Assert.Single(await harness.ListAsync()).Id);
        Assert.Equal([(later.Name, true)], harness.Simulator.Machines.DiskNames);
    }

    [Fact]
    public async Task A_name_that_is_a_stranger_s_says_whose_it_is()
    {
        await using var harness = await GceHarness.StartAsync();
        var request = harness.Request() with { Zone = "us-central1-a" };
        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        harness.Simulator.Machines.SetLabel(GceHarness.IdOf(first.Id), "muster_launch", null);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                $"launch {request.Name}: the instance {request.Name} in us-central1-a has that name and not the label "
                + $"muster_launch={request.Launch}: delete it, or give it its labels back"),
            (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("size", "n9-mega", "size is 'n9-mega': launch ")]
    [InlineData("image", "family/debian-0", "image is 'family/debian-0': launch ")]
    [InlineData("network", "front", "network is 'front': launch ")]
    [InlineData("disk_type", "pd-fast", "options.disk_type is 'pd-fast': launch ")]
    [InlineData("instance_template", "nothing", "options.instance_template is 'nothing': launch ")]
    public async Task A_launch_that_Google_refuses_names_the_field(string field, string value, string begin)
    {
        await using var harness = await GceHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = field switch
        {
            "size" => template with { Size = value },
            "image" => template with { Image = value },
            "network" => template with { Networks = [value] },
            _ => template with { Options = template.Options.Add(field, value) },
        };

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(GceHarness.Request(template), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith(begin, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("us-central1-z")]
    [InlineData("europe-west1-b")]
    public async Task A_zone_that_there_is_not_is_refused_with_those_that_there_are(string zone)
    {
        await using var harness = await GceHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = zone }, Cancellation));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the zones of this cloud are us-central1-a, us-central1-b, us-central1-c, us-central1-f"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_template_s_zones_hold()
    {
        await using var harness = await GceHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with { Options = template.Options.Add("zones", "us-central1-c") };

        var launched = await harness.Cloud.LaunchAsync(GceHarness.Request(template), Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(GceHarness.Request(template) with { Zone = "us-central1-a" }, Cancellation));

        Assert.Equal("us-central1-c", launched.Zone);
        Assert.Equal("zone is 'us-central1-a': the template's options.zones are us-central1-c", error.Message);
    }

    [Theory]
    [InlineData("PROVISIONING", InstanceState.Provisioning)]
    [InlineData("STAGING", InstanceState.Provisioning)]
    [InlineData("RUNNING", InstanceState.Running)]
    [InlineData("STOPPING", InstanceState.Terminating)]
    [InlineData("PENDING_STOP", InstanceState.Terminating)]
    [InlineData("DEPROVISIONING", InstanceState.Terminating)]
    [InlineData("SUSPENDING", InstanceState.Stopped)]
    [InlineData("SUSPENDED", InstanceState.Stopped)]
    [InlineData("TERMINATED", InstanceState.Stopped)]
    [InlineData("REPAIRING", InstanceState.Unknown)]
    [InlineData("SOMETHING_NEW", InstanceState.Unknown)]
    public async Task A_state_of_Google_s_is_one_of_Muster_s(string state, InstanceState expected)
    {
        await using var harness = await GceHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetState(GceHarness.IdOf(launched.Id), state);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal(expected, listed.State);
    }

    [Fact]
    public async Task A_listed_instance_has_its_addresses_inside_first()
    {
        await using var harness = await GceHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request() with { IsInterruptible = true }, Cancellation);

        var listed = Assert.Single(await harness.ListAsync());

        Assert.StartsWith("10.128.", listed.Addresses[0], StringComparison.Ordinal);
        Assert.StartsWith("34.72.", listed.Addresses[1], StringComparison.Ordinal);
        Assert.Equal(("e2-small", "spot"), (listed.Attributes["machine_type"], listed.Attributes["provisioning_model"]));
    }

    [Fact]
    public async Task A_deletion_that_Google_is_not_ready_for_is_done_where_the_instance_is_on_its_way_out()
    {
        await using var harness = await GceHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Options.Faults = request => request.Method == "DELETE"
            ? new Fault.Answer(
                400, """{"error":{"code":400,"message":"The resource is not ready","errors":[{"reason":"resourceNotReady"}]}}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));
        harness.Simulator.Machines.SetState(GceHarness.IdOf(launched.Id), "STOPPING");
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task A_protected_instance_says_so()
    {
        await using var harness = await GceHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.SetProtection(GceHarness.IdOf(launched.Id), true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("protected against deletion", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_gone_because_something_else_than_Google_says_so()
    {
        await using var harness = await GceHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await using var elsewhere = harness.Open(("project", "another-project"));
        harness.Options.Faults = _ => new Fault.Answer(404, "<html>not found</html>", Html: true);

        var proxy = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));
        harness.Options.Faults = _ => null;
        var project = await Assert.ThrowsAsync<CloudException>(() => elsewhere.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unauthorized), (proxy.Kind, project.Kind));
    }

    [Fact]
    public async Task The_published_limit_of_lists_refuses_until_the_next_full_minute()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-29T12:00:10Z", null));
        await using var harness = await GceHarness.StartAsync(options => options.PerSecond = null, time);
        for (var i = 0; i < 750; i++)
        {
            await harness.ListAsync();
        }

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());
        time.Advance(TimeSpan.FromSeconds(50));
        await harness.ListAsync();

        Assert.Equal(CloudErrorKind.Throttled, error.Kind);
        Assert.InRange(error.RetryAfter!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task No_minute_at_the_declared_pace_comes_to_the_published_limits()
    {
        await using var harness = await GceHarness.StartAsync();
        var traits = harness.Cloud.Traits;

        Assert.InRange(traits.Burst + (60 * traits.ReadsPerSecond), 1, 750);
        Assert.InRange(traits.Burst + (60 * traits.WritesPerSecond), 1, 1500);
        // A wait follows an insert.
        Assert.InRange((traits.Burst + (60 * traits.WritesPerSecond)) / 2, 1, 750);
    }

    [Fact]
    public async Task Disks_that_stayed_behind_are_found_and_removed()
    {
        await using var harness = await GceHarness.StartAsync();
        var leftovers = (ICloudWithLeftovers)harness.Cloud;
        var kept = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var gone = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Machines.KeepDisks(GceHarness.IdOf(gone.Id));
        await harness.Cloud.TerminateAsync(gone.Id, Cancellation);

        var found = Assert.Single(await leftovers.ListLeftoversAsync(Local.Requests.Installation, Cancellation));
        var used = await Assert.ThrowsAsync<CloudException>(
            () => leftovers.RemoveLeftoverAsync(found with { Id = kept.Id.Value }, Cancellation));
        await leftovers.RemoveLeftoverAsync(found, Cancellation);
        await leftovers.RemoveLeftoverAsync(found, Cancellation);

        Assert.Equal(("disk", gone.Id.Value, gone.Name), (found.Kind, found.Id, found.Name));
        Assert.Equal(
            (CloudErrorKind.InvalidRequest, $"disk {kept.Id} belongs to the instance {kept.Name} by now"), (used.Kind, used.Message));
        Assert.Empty(await leftovers.ListLeftoversAsync(Local.Requests.Installation, Cancellation));
        Assert.Empty(await leftovers.ListLeftoversAsync(new InstallationId(harness.Random.NextId()), Cancellation));
    }

    [Theory]
    [InlineData("{0}.{1}")]
    [InlineData("{0}/{1}")]
    [InlineData("{1}")]
    [InlineData("https://compute.googleapis.com/compute/v1/projects/muster-demo/zones/{0}/instances/{1}")]
    public async Task A_machine_is_read_into_a_template(string form)
    {
        await using var harness = await GceHarness.StartAsync();
        var template = harness.GoodTemplate() with
        {
            Networks = ["backend-1"],
            UserData = "#cloud-config",
            Options = harness.GoodTemplate().Options.AddRange(new Dictionary<string, string>
            {
                ["network_tags"] = "web", ["service_account"] = "web@muster-demo.iam.gserviceaccount.com", ["scopes"] = "logging.write",
                ["disk_type"] = "pd-ssd", ["disks"] = "50", ["external_ip"] = "off",
            }),
        };
        var request = GceHarness.Request(template);
        var launched = await harness.Cloud.LaunchAsync(
            request with { IsInterruptible = true, Tags = request.Tags.Add("team", "web").Add("Owner", "Jane") }, Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(
            new(string.Format(null, form, launched.Zone, launched.Name)), Cancellation);

        Assert.Equal("projects/debian-cloud/global/images/debian-12-bookworm-v20260101", draft.Image);
        Assert.Equal(("e2-small", "backend-1"), (draft.Size, Assert.Single(draft.Networks)));
        Assert.Equal(["Owner=Jane", "team=web"], draft.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal(
            [
                "disk_size=10", "disk_type=pd-ssd", "disks=50", "external_ip=off", "network_tags=web", "provisioning_model=spot",
                "scopes=logging.write", "service_account=web@muster-demo.iam.gserviceaccount.com",
            ],
            draft.Options.Select(option => $"{option.Key}={option.Value}"));
        Assert.Equal(["its metadata, which may hold secrets: user-data"], draft.LeftOut);
    }

    [Fact]
    public async Task A_machine_that_there_is_not_cannot_be_read()
    {
        await using var harness = await GceHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(new("us-central1-a.web"), Cancellation));

        Assert.Equal(
            (CloudErrorKind.NotFound, "instance is 'us-central1-a.web': there is none in project muster-demo; its id is ZONE.NAME"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_check_of_the_cloud_goes_step_by_step()
    {
        await using var harness = await GceHarness.StartAsync(options => options.MachinesMax = 1);
        var cloud = (ISelfDescribingCloud)harness.Cloud;
        var good = await cloud.DescribeAsync(Cancellation);

        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Options.MissingPermissions = ["compute.instances.delete"];
        var bad = await cloud.DescribeAsync(Cancellation);
        harness.Options.Faults = request => request.Path == "permissions" ? new Fault.Answer(403, "{}") : null;
        var without = await cloud.DescribeAsync(Cancellation);

        Assert.Equal(
            [
                new CloudStep("identity", true, "service account muster@muster-demo.iam.gserviceaccount.com, in project muster-demo"),
                new CloudStep("permissions", true, "all that launching, listing and ending need"),
                new CloudStep("quota", true, "left in us-central1: INSTANCES 1 of 1, CPUS 2400 of 2400, IN_USE_ADDRESSES 575 of 575"),
            ],
            good);
        Assert.Equal(
            [
                new CloudStep(
                    "permissions", false, "missing are compute.instances.delete: give the credential the role on the page of this cloud"),
                new CloudStep(
                    "quota", false,
                    "nothing is left in us-central1 of INSTANCES: ask Google for more; left are INSTANCES 0 of 1, CPUS 2398 of 2400, "
                    + "IN_USE_ADDRESSES 574 of 575"),
            ],
            bad.Skip(1));
        Assert.True(without[1].IsGood);
        Assert.StartsWith("not looked at", without[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_project_and_a_wrong_region_are_said_in_a_check()
    {
        await using var harness = await GceHarness.StartAsync();
        await using var project = harness.Open(("project", "another-project"));
        await using var region = harness.Open(("region", "us-central9"));

        var identity = Assert.Single(await ((ISelfDescribingCloud)project).DescribeAsync(Cancellation));
        var steps = await ((ISelfDescribingCloud)region).DescribeAsync(Cancellation);

        Assert.False(identity.IsGood);
        Assert.EndsWith(
            "there is no project another-project, or the credential may not see it: look at the option project", identity.Message,
            StringComparison.Ordinal);
        Assert.Equal(new("quota", false, "region is 'us-central9': project muster-demo has no such region"), steps[2]);
    }

    [Fact]
    public async Task A_check_of_a_template_names_what_there_is_instead()
    {
        await using var harness = await GceHarness.StartAsync();
        var template = harness.GoodTemplate();
        var bad = template with
        {
            Image = "family/debian-0",
            Size = "e2-huge",
            Networks = ["front"],
            Options = template.Options.Add("disk_type", "pd-fast").Add("zones", "us-central1-a,us-central1-z"),
        };

        var check = await harness.Cloud.CheckAsync(bad, Cancellation);
        var old = await harness.Cloud.CheckAsync(template with { Image = "debian-9-stretch-v20220101" }, Cancellation);

        Assert.Equal(
            [
                "options.zones is 'us-central1-z': up are us-central1-a, us-central1-b, us-central1-c, us-central1-f",
                "image is 'family/debian-0': there is no such image family in project debian-cloud; families there are debian-11, "
                + "debian-12",
                "size is 'e2-huge': there is no such machine type in us-central1-a; there are e2-medium, e2-micro, e2-small",
                "network is 'front': there is no such subnetwork in project muster-demo and region us-central1; a whole network is "
                + "networks/front",
                "options.disk_type is 'pd-fast': there is no such disk type in us-central1-a",
            ],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
        Assert.Equal(
            "image is 'debian-9-stretch-v20220101': debian-9-stretch-v20220101 is obsolete",
            old.Findings.Single(finding => !finding.IsGood).Message);
    }

    [Fact]
    public async Task A_machine_type_that_some_zones_lack_is_told_with_the_way_out()
    {
        await using var harness = await GceHarness.StartAsync();
        await using var europe = harness.Open(("region", "europe-west1"));

        var check = await europe.CheckAsync(harness.GoodTemplate() with { Size = "n2-standard-4" }, Cancellation);

        Assert.Equal(
            "size is 'n2-standard-4': there is no such machine type in europe-west1-d; leave them out with "
            + "options.zones = \"europe-west1-b,europe-west1-c\"",
            check.Findings.Single(finding => !finding.IsGood).Message);
    }
}
