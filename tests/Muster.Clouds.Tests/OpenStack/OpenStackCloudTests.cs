using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>Checks, steps, and reading a server into a template.</summary>
public sealed class OpenStackCloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_tells_what_it_found()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => (options.MachinesMax, options.CoresMax) = (10, 20));
        var template = harness.GoodTemplate();

        var check = await harness.Cloud.CheckAsync(
            template with
            {
                Networks = [Catalogue.Network, Catalogue.OtherNetworkId],
                Options = template.Options.SetItem("key_name", "ops").SetItem("security_groups", $"web,{Catalogue.SecurityGroupId}")
                    .SetItem("server_group", "spread").SetItem("availability_zone", "us-east"),
            },
            Cancellation);

        Assert.Equal(
            [
                ("size", "1 vCPU, 2048 MiB, 20 GiB"),
                ("image", $"debian-12 ({Catalogue.ImageId})"),
                ("network", "network private"),
                ("network", "network backend"),
                ("options.security_groups", "security group web"),
                ("options.security_groups", "security group web"),
                ("options.key_name", "keypair ops"),
                ("options.server_group", "server group spread"),
                ("options.availability_zone", "availability zone us-east"),
                ("quota", "0 of 10 instances, 0 of 20 cores used"),
            ],
            check.Findings.Select(finding => (finding.Field, finding.Message)));
        Assert.True(check.IsGood);
    }

    [Fact]
    public async Task A_check_tells_everything_that_is_not_there()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => (options.MachinesMax, options.CoresMax) = (10, 0));
        var template = harness.GoodTemplate();

        var check = await harness.Cloud.CheckAsync(
            template with
            {
                Size = "m1.huge",
                Image = "debian-99",
                Networks = ["dmz"],
                Options = template.Options.SetItem("key_name", "me").SetItem("security_groups", "dmz")
                    .SetItem("server_group", "pack").SetItem("availability_zone", "mars"),
            },
            Cancellation);

        Assert.Equal(
            [
                "size is 'm1.huge': no flavor of this project; there are m1.medium, m1.small, m1.tiny",
                "image is 'debian-99': no active image of that name: openstack image list",
                "network is 'dmz': the project has no such network: openstack network list",
                "options.security_groups is 'dmz': the project has no such security group: openstack security group list",
                "options.key_name is 'me': the project has no such keypair: openstack keypair list",
                "options.server_group is 'pack': the project has no such server group: openstack server group list",
                "options.availability_zone is 'mars': the availability zones are nova, us-east, us-west",
                "0 of 10 instances, 0 of 0 cores used, too many cores for another server: delete some, or ask the cloud's operator for a "
                    + "higher quota",
            ],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
    }

    [Theory]
    [InlineData(Catalogue.LargeImage, "m1.small", "it needs 4096 MiB of memory, and m1.small has 2048 MiB")]
    [InlineData(Catalogue.LargeImage, "m1.medium", "it needs a disk of 60 GiB, and there are 40 GiB")]
    [InlineData("0d5f4c1e-7f5c-4a6e-9b1c-1f7d2e3a4b12", "m1.small", "it is queued, and only an active image can be launched")]
    public async Task An_image_that_does_not_fit_is_refused_before(string image, string flavor, string told)
    {
        await using var harness = await OpenStackHarness.StartAsync();

        var check = await harness.Cloud.CheckAsync(harness.GoodTemplate() with { Image = image, Size = flavor }, Cancellation);

        Assert.Equal($"image is '{image}': {told}", Assert.Single(check.Findings, finding => !finding.IsGood).Message);
    }

    [Fact]
    public async Task A_volume_to_boot_from_is_the_disk_that_an_image_needs()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate();
        template = template with
        {
            Image = Catalogue.LargeImage, Size = "m1.medium", Options = template.Options.SetItem("boot_volume_size", "80"),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);
        await harness.Cloud.LaunchAsync(OpenStackHarness.Request(template), Cancellation);

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        var server = Assert.Single(harness.Simulator.Servers.Alive);
        Assert.Equal((null, 80), (server.Image, server.VolumeSize));
    }

    [Fact]
    public async Task The_steps_of_a_check_tell_who_asks_what_it_may_and_what_is_left()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.MachinesMax = 10);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var steps = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation);

        Assert.Equal(
            [
                new("identity", true, "autoscaler in the project muster as member"),
                new("permissions", true, "the user may list and launch servers"),
                new CloudStep("quota", true, "1 of 10 instances used"),
            ],
            steps);
        Assert.Single(harness.Simulator.Servers.Alive);
    }

    [Fact]
    public async Task The_steps_tell_what_a_user_lacks()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.MachinesMax = 0);
        harness.Simulator.AddUser(new(OpenStackHarness.User, OpenStackHarness.Password, ["reader"]));

        var steps = await ((ISelfDescribingCloud)harness.Cloud).DescribeAsync(Cancellation);

        Assert.Equal([true, false, false], steps.Select(step => step.IsGood));
        Assert.StartsWith(
            "try a launch that makes nothing: 403: Policy doesn't allow os_compute_api:servers:create to be performed.", steps[1].Message,
            StringComparison.Ordinal);
        Assert.EndsWith("ask the cloud's operator for a higher quota", steps[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_credential_is_a_bad_step_and_no_failure()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var cloud = harness.OpenWithWrongCredential!();

        var step = Assert.Single(await ((ISelfDescribingCloud)cloud).DescribeAsync(Cancellation));

        Assert.Equal(("identity", false), (step.Name, step.IsGood));
    }

    [Fact]
    public async Task A_server_is_read_into_a_template_that_makes_another_one()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate();
        var launched = await harness.Cloud.LaunchAsync(
            OpenStackHarness.Request(template with
            {
                Networks = [Catalogue.Network, Catalogue.OtherNetwork],
                Options = template.Options.SetItem("key_name", "ops").SetItem("security_groups", "web,default")
                    .SetItem("config_drive", "true"),
            }),
            Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal((Catalogue.ImageId, "m1.small"), (draft.Image, draft.Size));
        Assert.Equal([Catalogue.Network, Catalogue.OtherNetwork], draft.Networks);
        Assert.Equal(
            [
                ("availability_zone", "nova"), ("config_drive", "true"), ("key_name", "ops"), ("security_groups", "web,default"),
            ],
            draft.Options.Select(one => (one.Key, one.Value)));
        Assert.Equal(
            ["user data and the server group, which are not told: set user_data and options.server_group"], draft.LeftOut);
        var again = template with { Image = draft.Image, Size = draft.Size, Networks = draft.Networks, Options = draft.Options };
        Assert.True((await harness.Cloud.CheckAsync(again, Cancellation)).IsGood);
    }

    [Fact]
    public async Task A_server_that_boots_from_a_volume_tells_that_its_image_is_not_known()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate();
        var launched = await harness.Cloud.LaunchAsync(
            OpenStackHarness.Request(template with
            {
                Metadata = template.Metadata.SetItem("role", "web"), Options = template.Options.SetItem("boot_volume_size", "20"),
            }),
            Cancellation);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);

        Assert.Equal("", draft.Image);
        Assert.Equal(
            [
                "its image, since it was booted from a volume: say which image to use, and how large the volume is in "
                    + "options.boot_volume_size",
                "metadata, which may hold secrets: set what is needed as tags or metadata",
                "user data and the server group, which are not told: set user_data and options.server_group",
            ],
            draft.LeftOut);
    }

    [Theory]
    [InlineData("11111111-1111-4111-8111-111111111111")]
    [InlineData("../flavors")]
    public async Task A_server_that_there_is_not_is_told_so(string id)
    {
        await using var harness = await OpenStackHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(new InstanceId(id), Cancellation));

        Assert.Equal(
            (CloudErrorKind.NotFound, $"there is no server '{id}' in the project: openstack server list"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Tags_and_metadata_of_a_template_are_the_server_s_metadata()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var template = harness.GoodTemplate() with
        {
            Tags = harness.GoodTemplate().Tags.SetItem("env", "prod"), Metadata = harness.GoodTemplate().Metadata.SetItem("role", "web"),
        };
        var request = OpenStackHarness.Request(template);
        await harness.Cloud.LaunchAsync(request with { Tags = request.Tags.SetItem("env", "prod") }, Cancellation);

        var server = Assert.Single(harness.Simulator.Servers.Alive);

        Assert.Equal(("prod", "web"), (server.Metadata["env"], server.Metadata["role"]));
        Assert.Equal(request.Launch.ToString(), server.Metadata[MusterTags.Launch]);
    }
}
