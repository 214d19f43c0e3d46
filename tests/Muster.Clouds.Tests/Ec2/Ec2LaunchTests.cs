using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What a launch asks EC2 for, and what comes of it.</summary>
public sealed class Ec2LaunchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What a template becomes, beside token and tags.</summary>
    public static TheoryData<string, string[]> Asked => new()
    {
        { "", [$"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "MaxCount=1", "MetadataOptions.HttpTokens=required",
            "MinCount=1"] },
        {
            "security_groups=sg-0123456789abcdef0,key_name=demo,iam_instance_profile=web",
            [
                "IamInstanceProfile.Name=web", $"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "KeyName=demo", "MaxCount=1",
                "MetadataOptions.HttpTokens=required", "MinCount=1", "SecurityGroupId.1=sg-0123456789abcdef0",
            ]
        },
        {
            "block_devices=/dev/xvda:size=20;type=gp3;iops=3000;throughput=125;encrypted=true /dev/sdf:snapshot=snap-0123456789abcdef0",
            [
                "BlockDeviceMapping.1.DeviceName=/dev/xvda", "BlockDeviceMapping.1.Ebs.DeleteOnTermination=true",
                "BlockDeviceMapping.1.Ebs.Encrypted=true", "BlockDeviceMapping.1.Ebs.Iops=3000", "BlockDeviceMapping.1.Ebs.Throughput=125",
                "BlockDeviceMapping.1.Ebs.VolumeSize=20", "BlockDeviceMapping.1.Ebs.VolumeType=gp3",
                    "BlockDeviceMapping.2.DeviceName=/dev/sdf",
                "BlockDeviceMapping.2.Ebs.DeleteOnTermination=true", "BlockDeviceMapping.2.Ebs.SnapshotId=snap-0123456789abcdef0",
                $"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "MaxCount=1", "MetadataOptions.HttpTokens=required", "MinCount=1",
            ]
        },
        {
            "launch_template=machine:$Latest",
            [
                $"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "LaunchTemplate.LaunchTemplateName=machine",
                "LaunchTemplate.Version=$Latest", "MaxCount=1", "MinCount=1",
            ]
        },
        {
            "launch_template=lt-0123456789abcdef0,image=launch-template,size=",
            ["LaunchTemplate.LaunchTemplateId=lt-0123456789abcdef0", "LaunchTemplate.Version=$Default", "MaxCount=1", "MinCount=1"]
        },
        {
            "network=subnet-0bbbbbbbbbbbbbbbb,associate_public_ip_address=true,security_groups=sg-0123456789abcdef0",
            [
                $"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "MaxCount=1", "MetadataOptions.HttpTokens=required", "MinCount=1",
                "NetworkInterface.1.AssociatePublicIpAddress=true", "NetworkInterface.1.DeleteOnTermination=true",
                "NetworkInterface.1.DeviceIndex=0", "NetworkInterface.1.SecurityGroupId.1=sg-0123456789abcdef0",
                "NetworkInterface.1.SubnetId=subnet-0bbbbbbbbbbbbbbbb",
            ]
        },
        {
            "http_tokens=optional,http_put_response_hop_limit=2,monitoring=true,cpu_credits=unlimited,tenancy=dedicated,"
            + "placement_group=near,iam_instance_profile=arn:aws:iam::123456789012:instance-profile/web",
            [
                "CreditSpecification.CpuCredits=unlimited", "IamInstanceProfile.Arn=arn:aws:iam::123456789012:instance-profile/web",
                $"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "MaxCount=1", "MetadataOptions.HttpPutResponseHopLimit=2",
                "MetadataOptions.HttpTokens=optional", "MinCount=1", "Monitoring.Enabled=true", "Placement.GroupName=near",
                "Placement.Tenancy=dedicated",
            ]
        },
        {
            $"image=ssm:{Ec2Catalogue.Parameter}",
            [
                $"ImageId=resolve:ssm:{Ec2Catalogue.Parameter}", "InstanceType=t3.micro", "MaxCount=1",
                    "MetadataOptions.HttpTokens=required",
                "MinCount=1",
            ]
        },
        {
            "user_data=#!/bin/sh",
            [
                $"ImageId={Ec2Catalogue.Image}", "InstanceType=t3.micro", "MaxCount=1", "MetadataOptions.HttpTokens=required", "MinCount=1",
                "UserData=IyEvYmluL3No",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task A_template_becomes_exactly_these_parameters(string fields, string[] expected)
    {
        await using var harness = await Ec2Harness.StartAsync();

        await harness.Cloud.LaunchAsync(harness.Request() with { Template = With(harness.GoodTemplate(), fields) }, Cancellation);

        var asked = Assert.Single(harness.Simulator.Instances.All).Asked;
        Assert.Equal(
            expected,
            asked.Where(field => field.Key is not ("Action" or "Version" or "ClientToken")
                && !field.Key.StartsWith("TagSpecification", StringComparison.Ordinal))
                .Select(field => $"{field.Key}={field.Value}"));
    }

    [Fact]
    public async Task A_launch_is_one_call_that_marks_all_that_it_makes()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var request = harness.Request();

        var launched = await harness.Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(1, Assert.Single(harness.Simulator.Calls).Value);
        var made = Assert.Single(harness.Simulator.Instances.All);
        Assert.Equal(request.Launch.ToString(), made.ClientToken);
        Assert.Equal(request.Tags.SetItem("Name", request.Name), made.Tags);
        Assert.Equal(made.Tags, made.VolumeTags);
        Assert.Equal(made.Tags, made.InterfaceTags);
        Assert.Equal(Ec2Catalogue.Image, launched.Attributes["image"]);
        Assert.Equal(("web", launched.Name), (request.Name[..3], request.Name));
    }

    [Fact]
    public async Task Metadata_are_tags_that_the_instance_can_read_and_that_are_no_tags_of_muster()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var template = harness.GoodTemplate() with { Metadata = Entries(("role", "web"), ("Key.x", "ü")) };

        await harness.Cloud.LaunchAsync(harness.Request() with { Template = template }, Cancellation);

        var made = Assert.Single(harness.Simulator.Instances.All);
        Assert.Equal("enabled", made.Asked["MetadataOptions.InstanceMetadataTags"]);
        Assert.Equal(("web", "ü"), (made.Tags["muster.meta.role"], made.Tags["muster.meta.Key.x"]));
        Assert.DoesNotContain(Assert.Single(await harness.ListAsync()).Tags.Keys, key =>
            key.StartsWith("muster.meta.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_interruptible_one_is_a_spot_instance_that_ends_when_it_is_taken_back()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var template = With(harness.GoodTemplate(), "spot_max_price=0.03");

        await harness.Cloud.LaunchAsync(harness.Request() with { IsInterruptible = true, Template = template }, Cancellation);

        var asked = Assert.Single(harness.Simulator.Instances.All).Asked;
        Assert.Equal(
            [
                "MarketType=spot", "SpotOptions.InstanceInterruptionBehavior=terminate", "SpotOptions.MaxPrice=0.03",
                "SpotOptions.SpotInstanceType=one-time",
            ],
            asked.Where(field => field.Key.StartsWith("InstanceMarketOptions.", StringComparison.Ordinal))
                .Select(field => $"{field.Key["InstanceMarketOptions.".Length..]}={field.Value}"));
        Assert.Contains("spot-instances-request", asked.Values);
        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(
            harness.Request() with { IsInterruptible = true, Template = With(template, "spot_max_price=0.001") }, Cancellation));
        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
    }

    [Fact]
    public async Task The_newest_image_of_an_owner_is_looked_for_once_and_told()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var said = new List<string>();
        await using var cloud = harness.Open(said.Add);
        var template = harness.GoodTemplate() with { Image = "latest:amazon/al2023-ami-2023.*-x86_64" };

        for (var i = 0; i < 3; i++)
        {
            var launched = await cloud.LaunchAsync(harness.Request() with { Template = template }, Cancellation);
            Assert.Equal(Ec2Catalogue.Image, launched.Attributes["image"]);
        }

        Assert.Equal(1, harness.Simulator.Calls[("DescribeImages", 200)]);
        Assert.Equal(
            ["image 'latest:amazon/al2023-ami-2023.*-x86_64' is ami-0abcdef1234567890, al2023-ami-2023.6.20250115.0-kernel-6.1-x86_64"],
                said);
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(
            harness.Request() with { Template = template with { Image = "latest:self/none-*" } }, Cancellation));
        Assert.Equal(
            (CloudErrorKind.InvalidRequest, "image is 'latest:self/none-*': no image of self in this region has such a name"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task An_instance_is_in_the_network_of_its_zone_and_a_repeat_in_the_same()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var template = harness.GoodTemplate() with { Networks = Ec2Catalogue.Subnets };
        var request = harness.Request() with { Template = template };

        var zoned = await harness.Cloud.LaunchAsync(harness.Request() with { Template = template, Zone = "eu-central-1c" }, Cancellation);
        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        await using var other = harness.Open();
        var again = await other.LaunchAsync(request, Cancellation);

        Assert.Equal("eu-central-1c", zoned.Zone);
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(2, harness.Simulator.Instances.All.Count);
        var chosen = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            chosen.Add((await harness.Cloud.LaunchAsync(harness.Request() with { Template = template }, Cancellation)).Zone!);
        }

        Assert.Equal(3, chosen.Count);
    }

    [Fact]
    public async Task A_zone_without_a_network_of_the_template_is_refused_with_their_zones()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var template = harness.GoodTemplate() with { Networks = [Ec2Catalogue.Subnets[0], "subnet-00000000000000bad"] };

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(
            harness.Request() with { Template = template, Zone = "eu-central-1b" }, Cancellation));

        Assert.Equal(
            "zone is 'eu-central-1b': none of the template's networks is there: subnet-0aaaaaaaaaaaaaaaa is in eu-central-1a, "
            + "subnet-00000000000000bad is in no zone: there is no such subnet",
            error.Message);
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
    }

    [Fact]
    public async Task A_repeat_finds_what_was_launched_though_the_newest_image_is_another_by_now()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var request = harness.Request();
        var first = await harness.Cloud.LaunchAsync(request, Cancellation);
        var other = request with { Template = request.Template with { Image = Ec2Catalogue.OldImage } };

        var told = await harness.Cloud.LaunchAsync(other with { IsRepeat = true }, Cancellation);
        var refused = await harness.Cloud.LaunchAsync(other, Cancellation);

        Assert.Equal((first.Id, first.Id), (told.Id, refused.Id));
        Assert.Equal(1, harness.Simulator.Calls[("RunInstances", 400)]);
        Assert.Single(harness.Simulator.Instances.All);
    }

    [Fact]
    public async Task A_launch_that_ec2_does_not_show_yet_is_in_doubt_and_one_that_is_long_gone_is_told_so()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.Lag = TimeSpan.FromMinutes(5));
        var request = harness.Request();
        await harness.Cloud.LaunchAsync(request, Cancellation);

        var hidden = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(
            request with { Template = request.Template with { Image = Ec2Catalogue.OldImage } }, Cancellation));
        harness.Options.Faults = call => call.Path == "RunInstances"
            ? new Fault.Answer(400, Refusals.Xml("IdempotentInstanceTerminated", "terminated"), ContentType: "text/xml")
            : null;
        var gone = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, hidden.Kind);
        Assert.EndsWith("was asked for before with other words, and EC2 does not show yet what came of it", hidden.Message,
            StringComparison.Ordinal);
        Assert.Equal(CloudErrorKind.NotFound, gone.Kind);
        Assert.EndsWith("made has been terminated, and is gone", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_fails_to_boot_vanishes()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.FailingShare = 1);

        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.Equal(InstanceState.Terminating, launched.State);
        Assert.Empty(await harness.ListAsync());
    }

    private static Template With(Template template, string fields)
    {
        foreach (var field in fields.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (field.Split('=', 2)[0], field.Split('=', 2)[1].Replace(';', ','));
            template = name switch
            {
                "image" => template with { Image = value },
                "size" => template with { Size = value.Length > 0 ? value : null },
                "network" => template with { Networks = template.Networks.Add(value) },
                "user_data" => template with { UserData = value },
                _ => template with { Options = template.Options.SetItem(name, value) },
            };
        }

        return template;
    }

    private static ImmutableSortedDictionary<string, string> Entries(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
