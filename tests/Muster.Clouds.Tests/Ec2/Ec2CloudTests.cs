using System.Collections.Immutable;

using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Kit;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What is EC2's own in lists, ends, checks and abilities.</summary>
public sealed class Ec2CloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_kind_says_that_it_can_is_what_an_open_cloud_can()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await using var cloud = harness.Open(("price_list", harness.Write("prices.json", "{}")));
        await using var plain = harness.Open(("queue_url", ""));

        var all = CloudKinds.Find("ec2")!.Description.Abilities;
        Assert.Equal(all, CloudAbilities.Of(cloud));
        Assert.Equal(all.Except([CloudAbility.Prices, CloudAbility.Watch]), CloudAbilities.Of(plain));
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_and_asks_for_what_is_ours_and_there()
    {
        await using var harness = await Ec2Harness.StartAsync(cloudOptions: ("page_size", "5"));
        for (var i = 0; i < 12; i++)
        {
            await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        }

        var pages = new List<InstancePage>();
        await foreach (var page in harness.Cloud.ListAsync(new(Local.Requests.Installation), Cancellation))
        {
            pages.Add(page);
        }

        Assert.Equal([(5, false), (5, false), (2, true)], pages.Select(page => (page.Instances.Length, page.IsLast)));
        Assert.Equal(3, harness.Simulator.Calls[("DescribeInstances", 200)]);
    }

    [Fact]
    public async Task One_odd_element_hides_no_other_and_holds_its_place()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var said = new List<string>();
        await using var cloud = harness.Open(said.Add);
        var ours = $"<tagSet><item><key>{MusterTags.Installation}</key><value>{Local.Requests.Installation}</value></item></tagSet>";
        const string Time = "<launchTime>2026-01-02T03:04:05.000Z</launchTime>", Up = "<instanceState><name>running</name></instanceState>";
        harness.Options.Faults = _ => new Fault.Answer(
            200,
            "<DescribeInstancesResponse><reservationSet>"
            + $"<item><instancesSet><item><instanceId>i-00000001</instanceId>{Up}{Time}{ours}</item></instancesSet></item>"
            + $"<item><instancesSet><item><instanceId>i-00000002</instanceId>{Time}{ours}</item>"
            + $"<item><instanceId>i-00000003</instanceId>{Up}<launchTime>soon</launchTime><tagSet/></item></instancesSet></item>"
            + "</reservationSet></DescribeInstancesResponse>",
            ContentType: "text/xml");

        var listed = new List<Instance>();
        await foreach (var page in cloud.ListAsync(new(Local.Requests.Installation), Cancellation))
        {
            listed.AddRange(page.Instances);
        }

        Assert.Equal(
            [("i-00000001", InstanceState.Running, "running"),
                ("i-00000002", InstanceState.Unknown, "not understood: instanceState is missing")],
            listed.Select(one => (one.Id.Value, one.State, one.StateDetail!)));
        Assert.Equal(
            [
                "ec2 DescribeInstances: instance i-00000002 of ours counts as unknown: instanceState is missing",
                "ec2 DescribeInstances: an element without tags of this installation is not understood and skipped (instanceId "
                + "'i-00000003'): launchTime is no time",
            ],
            said);
    }

    [Theory]
    [InlineData("<DescribeInstancesResponse/>")]
    [InlineData("<DescribeInstancesResponse><nextToken>x</nextToken></DescribeInstancesResponse>")]
    public async Task A_list_that_is_none_is_no_empty_list(string body)
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Faults = _ => new Fault.Answer(200, body, ContentType: "text/xml");

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Unavailable, "ec2 DescribeInstances was answered without a list"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("stopped", InstanceState.Stopped, "stopped: Client.X: why")]
    [InlineData("stopping", InstanceState.Terminating, "stopping")]
    [InlineData("shutting-down", InstanceState.Terminating, "shutting-down")]
    [InlineData("pending", InstanceState.Provisioning, "pending")]
    [InlineData("running", InstanceState.Running, "running")]
    public async Task States_are_told_with_their_reasons(string word, InstanceState state, string detail)
    {
        await using var harness = await Ec2Harness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Instances.SetState(launched.Id.Value, word, "Client.X", "Client.X: why");

        var listed = Assert.Single(await harness.ListAsync());

        Assert.Equal((state, detail), (listed.State, listed.StateDetail));
    }

    [Fact]
    public async Task Not_found_after_a_launch_is_not_gone()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.Lag = TimeSpan.FromMinutes(5));
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(
            (CloudErrorKind.Unavailable,
                $"ec2 TerminateInstances: EC2 does not know {launched.Id} everywhere yet; it is told again to end it"),
            (error.Kind, error.Message));
        Assert.True(Assert.Single(harness.Simulator.Instances.All).IsActive);
        // Another process, which did not launch it, believes the look.
        await using var other = harness.Open();
        await other.TerminateAsync(launched.Id, Cancellation);
        Assert.Equal(1, harness.Simulator.Calls[("DescribeInstances", 200)]);
    }

    [Fact]
    public async Task An_id_that_none_can_have_costs_no_call()
    {
        await using var harness = await Ec2Harness.StartAsync();

        await harness.Cloud.TerminateAsync(new("i-1 or i-2"), Cancellation);

        Assert.Empty(harness.Simulator.Calls);
    }

    [Fact]
    public async Task A_protected_instance_is_told_with_how_to_lift_that()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Instances.SetProtection(launched.Id.Value, true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.EndsWith("; switch its termination protection (DisableApiTermination) off if it is to go", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_are_asked_for_only_where_there_are_spot_instances()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await harness.ListAsync();
        Assert.DoesNotContain(harness.Simulator.Calls.Keys, call => call.Call == "DescribeSpotInstanceRequests");
        var spot = await harness.Cloud.LaunchAsync(harness.Request() with { IsInterruptible = true }, Cancellation);
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        harness.Simulator.Instances.Mark(spot.Id.Value, at);
        await using var other = harness.Open();

        var listed = await harness.ListAsync();

        Assert.Equal(at + TimeSpan.FromMinutes(2), listed.Single(one => one.Id == spot.Id).LeavingAt);
        Assert.Null(listed.Single(one => one.Id != spot.Id).LeavingAt);
        Assert.Equal("spot", listed.Single(one => one.Id == spot.Id).Attributes["lifecycle"]);
    }

    [Fact]
    public async Task Leftovers_are_found_by_our_mark_and_removed_once()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var cloud = (ICloudWithLeftovers)harness.Cloud;
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var ours = ImmutableSortedDictionary<string, string>.Empty
            .Add(MusterTags.Installation, Local.Requests.Installation.ToString()).Add("Name", "web-1");
        harness.Simulator.Instances.LeaveBehind("vol-00000000000000001", ours);
        harness.Simulator.Instances.LeaveBehind("eni-00000000000000001", ours);
        harness.Simulator.Instances.LeaveBehind("vol-00000000000000002", ours.SetItem(MusterTags.Installation, "another"));

        var found = await cloud.ListLeftoversAsync(Local.Requests.Installation, Cancellation);

        Assert.Equal(
            [("volume", "vol-00000000000000001", "web-1", true), ("network interface", "eni-00000000000000001", "web-1", false)],
            found.Select(one => (one.Kind, one.Id, one.Name!, one.CreatedAt is not null)));
        foreach (var one in found.Concat(found))
        {
            await cloud.RemoveLeftoverAsync(one, Cancellation);
        }

        Assert.Empty(await cloud.ListLeftoversAsync(Local.Requests.Installation, Cancellation));
        Assert.Single(harness.Simulator.Instances.Parts);
        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.RemoveLeftoverAsync(new("volume", $"vol-{launched.Id.Value[2..]}", null, null), Cancellation));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
    }

    [Fact]
    public async Task A_machine_is_read_into_a_template_that_can_be_launched()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with
        {
            Networks = [Ec2Catalogue.Subnets[1]],
            Options = template.Options.Add("key_name", Ec2Catalogue.KeyName).Add("iam_instance_profile", "web"),
        };
        var request = harness.Request();
        request = request with { Template = template, IsInterruptible = true, Tags = request.Tags.Add("owner", "ops") };
        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);
        var cloud = (ITemplateReadingCloud)harness.Cloud;

        var draft = await cloud.ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal((Ec2Catalogue.Image, Ec2Catalogue.Type), (draft.Image, draft.Size));
        Assert.Equal([Ec2Catalogue.Subnets[1]], draft.Networks);
        Assert.Equal(
            [
                "http_tokens=required", "iam_instance_profile=arn:aws:iam::123456789012:instance-profile/web", "key_name=demo",
                $"security_groups={Ec2Catalogue.Group}",
            ],
            draft.Options.Select(option => $"{option.Key}={option.Value}"));
        Assert.Equal(["owner=ops"], draft.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal(3, draft.LeftOut.Length);
        Assert.True((await harness.Cloud.CheckAsync(
            template with { Image = draft.Image, Size = draft.Size, Networks = draft.Networks, Options = draft.Options },
                Cancellation)).IsGood);
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.ReadTemplateAsync(new("i-00000000"), Cancellation));
        Assert.Equal((CloudErrorKind.NotFound, "there is no instance i-00000000 in this region"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Steps_tell_who_it_is_and_what_it_may()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var cloud = (ISelfDescribingCloud)harness.Cloud;

        var good = await cloud.DescribeAsync(Cancellation);
        harness.Options.Denied["TerminateInstances"] = true;
        var denied = await cloud.DescribeAsync(Cancellation);
        harness.Simulator.RemoveKey(Ec2Harness.KeyId);
        var nobody = await cloud.DescribeAsync(Cancellation);

        Assert.Equal(
            [
                ("identity", true, "arn:aws:iam::123456789012:user/muster of account 123456789012"),
                ("permissions", true, "it may list and terminate (tried by dry run); launching is tried with a template"),
                (
                    "quota", true,
                    "of the standard types (A, C, D, H, I, M, R, T, Z) 0 of 1920 vCPUs on demand are in use, and 0 of 1920 of spot "
                    + "instances; others have limits of their own"),
            ],
            good.Select(step => (step.Name, step.IsGood, step.Message)));
        Assert.Equal("it may not ec2:TerminateInstances: give it the policy in the page of this cloud", denied[1].Message);
        Assert.All(nobody, step => Assert.False(step.IsGood));
        Assert.StartsWith("sts GetCallerIdentity: InvalidClientTokenId: ", nobody[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_tells_of_each_thing_with_what_there_is()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with
        {
            Size = "t3.gigantic",
            Networks = [Ec2Catalogue.Subnets[0], "subnet-00000000000000bad"],
            Options = template.Options.Add("security_groups", "sg-00000000000000bad").Add("key_name", "none")
                .Add("launch_template", "none"),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(
            [
                $"True image '{Ec2Catalogue.Image}' is {Ec2Catalogue.Image}, al2023-ami-2023.6.20250115.0-kernel-6.1-x86_64",
                "False size is 't3.gigantic': this region does not offer that instance type; of t3 it offers t3.large, t3.medium, "
                + "t3.micro, t3.nano, t3.small",
                $"True subnet '{Ec2Catalogue.Subnets[0]}' is in eu-central-1a",
                "False network is 'subnet-00000000000000bad': this region has no such subnet",
                "False options.security_groups is 'sg-00000000000000bad': this region has no such security group",
                "False options.key_name is 'none': this region has no such key pair",
                "False options.launch_template is 'none': this region has no such launch template",
            ],
            check.Findings.Select(finding => $"{finding.IsGood} {finding.Message}"));
    }

    [Fact]
    public async Task A_check_of_a_good_template_runs_the_launch_dry()
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Denied["RunInstances"] = true;

        var check = await harness.Cloud.CheckAsync(harness.GoodTemplate(), Cancellation);

        var bad = Assert.Single(check.Findings, finding => !finding.IsGood);
        Assert.StartsWith("a dry run of the launch is refused: ec2 RunInstances: UnauthorizedOperation: ", bad.Message,
            StringComparison.Ordinal);
        Assert.Empty(harness.Simulator.Instances.All);
    }

    [Fact]
    public void No_two_tags_become_one()
    {
        var tags = ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Launch, "1").Add("name", "2").Add("muster-meta", "3");
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("muster.meta.launch", "4");

        var written = Ec2Tags.Write("web-1", tags, metadata);

        Assert.Equal(tags.Count + metadata.Count + 1, written.Count);
        Assert.Equal(tags, Ec2Tags.Read(written));
    }
}
