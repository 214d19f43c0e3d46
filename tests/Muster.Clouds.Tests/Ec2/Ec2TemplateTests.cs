using System.Collections.Immutable;

using Muster.Clouds.Ec2.Templates;
using Muster.Core.Templates;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What is refused of a template before anybody is asked.</summary>
public sealed class Ec2TemplateTests
{
    [Theory]
    [InlineData("ami-0abcdef1234567890")]
    [InlineData("ami-12c6146b")]
    [InlineData("ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")]
    [InlineData("ssm:golden:3")]
    [InlineData("latest:amazon/al2023-ami-2023.*-x86_64")]
    [InlineData("latest:099720109477/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*")]
    public void Every_form_of_an_image_is_taken(string image) => Assert.Empty(Refused(Good() with { Image = image }));

    [Theory]
    [InlineData("ubuntu")]
    [InlineData("ami-xyz")]
    [InlineData("latest:somebody/x")]
    [InlineData("latest:amazon/")]
    [InlineData("ssm:a b")]
    public void Any_other_is_refused_with_the_forms_that_there_are(string image) => Assert.Equal(
        [$"image is '{image}': ami-..., ssm:/aws/service/..., latest:OWNER/NAME-PATTERN, or launch-template with the option "
            + $"launch_template"],
        Refused(Good() with { Image = image }));

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var template = Good() with
        {
            Image = "launch-template",
            Size = "big",
            Networks = ["private"],
            FirewallEnabled = true,
            UserData = new string('ü', 8193),
            Tags = Entries(("Name", "x"), ("AWS:x", "y"), ("long", new string('x', 257))),
            Metadata = Entries(("a b", "c")),
            Options = Entries(
                ("security_groups", "default"), ("block_devices", "/dev/xvda:size=0"), ("http_tokens", "maybe"), ("spot_max_price", "0"),
                ("http_put_response_hop_limit", "65"), ("flavour", "x")),
        };

        Assert.Equal(
            [
                "image is 'launch-template': needs the option launch_template, whose image is meant",
                "size is 'big': an instance type: t3.micro, m7g.large",
                "network is 'private': a subnet's id: subnet-...; each instance is in one of those given",
                "firewall is 'on': EC2's firewall is security groups: leave it off, and name them with the option security_groups",
                "user_data is '16386 bytes': at most 16384 bytes as UTF-8",
                "tags.AWS:x is 'y': keys that begin with aws: are Amazon's own",
                "tags.Name is 'x': EC2 keeps the instance's own name there: use name_prefix",
                "tags.long is '257 characters': at most 256 characters, as a tag of EC2",
                "metadata.a b is 'a b': the instance reads it as a tag, whose key has letters, digits and + - = . , _ : @ alone",
                "options.security_groups is 'default': ids of security groups, sg-..., with blanks or commas between",
                "options.block_devices is '/dev/xvda:size=0': disks with blanks between, each DEVICE:KEY=VALUE,...: size 1 to 65536 (GiB), "
                + "type standard, gp2, gp3, io1, io2, st1 or sc1, iops 100 to 256000, throughput 125 to 2000 (MiB/s), encrypted true or "
                + "false, "
                + "snapshot snap-..., kms_key",
                "options.http_tokens is 'maybe': required or optional",
                "options.http_put_response_hop_limit is '65': 1 to 64",
                "options.spot_max_price is '0': an amount of US dollars an hour, such as 0.03",
                "options.flavour is 'x': no such option; allowed are security_groups, key_name, iam_instance_profile, block_devices, "
                + "launch_template, http_tokens, http_put_response_hop_limit, spot_max_price, associate_public_ip_address, monitoring, "
                + "hibernation, cpu_credits, tenancy, placement_group",
            ],
            Refused(template));
    }

    [Fact]
    public void A_size_is_needed_unless_a_launch_template_may_have_one()
    {
        Assert.Equal(
            ["size is missing: an instance type: t3.micro, m7g.large; only with the option launch_template it may be left out"],
            Refused(Good() with { Size = null }));
        Assert.Empty(Refused(Good() with { Size = null, Image = "launch-template", Options = Entries(("launch_template", "machine")) }));
    }

    [Fact]
    public void Beside_metadata_tags_have_keys_that_an_instance_can_read()
    {
        var template = Good() with { Tags = Entries(("cost/centre", "1")) };
        Assert.Empty(Refused(template));

        Assert.Equal(
            ["tags.cost/centre is '1': beside metadata, which the instance reads as tags, every tag's key has letters, digits and "
                + "+ - = . , _ : @ alone"],
            Refused(template with { Metadata = Entries(("role", "web")) }));
    }

    [Fact]
    public void A_public_address_is_asked_for_with_a_network_alone() => Assert.Equal(
        ["options.associate_public_ip_address is 'true': needs a network: EC2 takes it with a subnet alone; without one the default "
            + "VPC's subnets decide"],
        Refused(Good() with { Options = Entries(("associate_public_ip_address", "true")) }));

    [Fact]
    public void More_tags_than_ec2_takes_are_refused() => Assert.Equal(
        ["tags is '39 tags and metadata': at most 38: EC2 takes 50 tags, of which Muster needs 12"],
        Refused(Good() with { Tags = Entries([.. Enumerable.Range(0, 39).Select(i => ($"t{i}", "x"))]) }));

    [Theory]
    [InlineData("machine:1")]
    [InlineData("machine:$Latest")]
    [InlineData("lt-0123456789abcdef0:$Default")]
    public void Versions_of_launch_templates_are_taken(string choice) =>
        Assert.Empty(Refused(Good() with { Options = Entries(("launch_template", choice)) }));

    private static Template Good() => Local.Requests.Template(Ec2Catalogue.Image) with { Cloud = "east", Size = Ec2Catalogue.Type };

    private static IEnumerable<string> Refused(Template template) =>
        Ec2Templates.Read(template).Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message);

    private static ImmutableSortedDictionary<string, string> Entries(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
