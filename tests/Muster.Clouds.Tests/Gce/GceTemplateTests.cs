using System.Collections.Immutable;

using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Gce.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceTemplateTests
{
    private static readonly GceTemplates Templates = new("shop", "us-central1");

    [Fact]
    public void The_least_that_a_template_can_say()
    {
        var body = BodyOf(Template());

        Assert.Equal(
            Compact("""
            {"name":"web-1","machineType":"projects/shop/zones/us-central1-b/machineTypes/e2-small",
            "labels":{"muster_launch":"0f"},
            "disks":[{"boot":true,"autoDelete":true,
            "initializeParams":{"sourceImage":"projects/shop/global/images/family/web",
            "labels":{"muster_launch":"0f"}}}],
            "networkInterfaces":[{"network":"projects/shop/global/networks/default",
            "accessConfigs":[{"type":"ONE_TO_ONE_NAT","name":"External NAT"}]}]}
            """),
            body);
    }

    [Fact]
    public void Everything_that_a_template_can_say()
    {
        var template = Template(
            ("image_project", "debian-cloud"), ("network_tags", "web,https-server"), ("external_ip", "off"),
            ("service_account", "web@shop.iam.gserviceaccount.com"),
            ("scopes", "cloud-platform,https://www.googleapis.com/auth/devstorage.read_only"),
            ("disk_size", "20"), ("disk_type", "pd-balanced"), ("disks", "100:pd-ssd,50"), ("instance_template", "base"),
            ("provisioning_model", "spot"), ("ssh_keys", "jane:ssh-ed25519 AAAA jane\njohn:ssh-ed25519 BBBB")) with
        {
            Networks = ["front", "networks/back", "projects/host/regions/us-central1/subnetworks/shared"],
            UserData = "#cloud-config",
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("enable-oslogin", "TRUE"),
        };

        var body = BodyOf(template, ("Owner", "Jane Doe"), ("team", "web"));

        Assert.Equal(
            Compact("""
            {"name":"web-1","machineType":"projects/shop/zones/us-central1-b/machineTypes/e2-small",
            "labels":{"muster_launch":"0f","team":"web"},
            "metadata":{"items":[{"key":"enable-oslogin","value":"TRUE"},
            {"key":"ssh-keys","value":"jane:ssh-ed25519 AAAA jane\njohn:ssh-ed25519 BBBB"},
            {"key":"user-data","value":"#cloud-config"},
            {"key":"muster-tags","value":"{\u0022Owner\u0022:\u0022Jane Doe\u0022}"}]},
            "tags":{"items":["web","https-server"]},
            "disks":[{"boot":true,"autoDelete":true,
            "initializeParams":{"sourceImage":"projects/debian-cloud/global/images/family/web","diskSizeGb":"20",
            "diskType":"projects/shop/zones/us-central1-b/diskTypes/pd-balanced",
            "labels":{"muster_launch":"0f"}}},
            {"autoDelete":true,
            "initializeParams":{"diskSizeGb":"100","diskType":"projects/shop/zones/us-central1-b/diskTypes/pd-ssd",
            "labels":{"muster_launch":"0f"}}},
            {"autoDelete":true,
            "initializeParams":{"diskSizeGb":"50",
            "labels":{"muster_launch":"0f"}}}],
            "networkInterfaces":[{"subnetwork":"projects/shop/regions/us-central1/subnetworks/front"},
            {"network":"projects/shop/global/networks/back"},
            {"subnetwork":"projects/host/regions/us-central1/subnetworks/shared"}],
            "serviceAccounts":[{"email":"web@shop.iam.gserviceaccount.com",
            "scopes":["https://www.googleapis.com/auth/cloud-platform","https://www.googleapis.com/auth/devstorage.read_only"]}],
            "scheduling":{"provisioningModel":"SPOT","instanceTerminationAction":"DELETE",
            "onHostMaintenance":"TERMINATE","automaticRestart":false}}
            """),
            body);
    }

    [Fact]
    public void An_instance_template_says_all_that_a_template_does_not()
    {
        var template = Template(("instance_template", "base")) with { Image = "instance-template", Size = null };

        Assert.Equal("""{"name":"web-1","labels":{"muster_launch":"0f"}}""", BodyOf(template));
    }

    [Fact]
    public void An_interruptible_launch_is_spot_and_leaves_no_shell() => Assert.Contains(
        "\"provisioningModel\":\"SPOT\",\"instanceTerminationAction\":\"DELETE\"",
        InstanceBody.Make(
            Templates.Read(Template()).Required, Request(Template()) with { IsInterruptible = true }, "shop", "us-central1-b", "web-1")
            .ToJson().ToJsonString(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("family/debian-12", "projects/shop/global/images/family/debian-12")]
    [InlineData("my-image-3", "projects/shop/global/images/my-image-3")]
    [InlineData("projects/debian-cloud/global/images/family/debian-12", "projects/debian-cloud/global/images/family/debian-12")]
    [InlineData(
        "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-v1",
        "projects/debian-cloud/global/images/debian-12-v1")]
    public void An_image_is_named_in_each_of_Google_s_ways(string image, string link) =>
        Assert.Equal(link, Templates.Read(Template() with { Image = image }).Required.Image);

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var template = Template(
            ("zones", "us-central1-a,europe-west1-b"), ("network_tags", "Web"), ("external_ip", "maybe"), ("service_account", "me"),
            ("scopes", "cloud-platform"), ("disk_size", "0"), ("disk_type", "SSD"), ("disks", "100:PD"), ("instance_template", "Base"),
            ("provisioning_model", "cheap"), ("ssh_keys", "ssh-ed25519 AAAA"), ("image_project", "Debian"), ("flavor", "x")) with
        {
            Image = "Debian 12",
            Size = "e2 small",
            Networks = ["Front", "projects/host/regions/europe-west1/subnetworks/shared"],
            UserData = new string('x', (256 * 1024) + 1),
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("user-data", "y").Add("muster-tags", "{}").Add("a b", "c"),
        };

        var findings = Templates.Read(template).Findings;

        Assert.Equal(
            [
                "image", "metadata.a b", "metadata.muster-tags", "metadata.user-data", "network", "network", "options.disk_size",
                "options.disk_type", "options.disks", "options.external_ip", "options.flavor", "options.image_project",
                "options.instance_template", "options.network_tags", "options.provisioning_model", "options.scopes",
                "options.service_account", "options.ssh_keys", "options.zones", "size", "user_data",
            ],
            findings.Where(finding => !finding.IsGood).Select(finding => finding.Field).Order(StringComparer.Ordinal));
        Assert.Equal(
            "user_data is '262145 bytes': at most 262144 bytes as UTF-8",
            findings.Single(finding => finding.Field == "user_data").Message);
        Assert.Equal(
            "options.zones is 'europe-west1-b': zones of the cloud's region us-central1",
            findings.Single(finding => finding.Field == "options.zones").Message);
    }

    [Fact]
    public void A_size_is_required_unless_there_is_an_instance_template() => Assert.Equal(
        "size is missing: a machine type: e2-small, n2-standard-4, n2-custom-4-8192",
        Templates.Read(Template() with { Size = null }).Refusal);

    [Fact]
    public void Disks_of_an_instance_template_cannot_be_changed() => Assert.Equal(
        "options.disk_size is '20': only with an image of its own, since the disks are the instance template's",
        Templates.Read(Template(("instance_template", "base"), ("disk_size", "20")) with { Image = "instance-template" }).Refusal);

    [Fact]
    public void Metadata_and_tags_that_are_too_much_together_are_refused()
    {
        var template = Template() with { UserData = new string('x', 200 * 1024) };
        template = template with { Metadata = template.Metadata.Add("a", new string('y', 200 * 1024)) };
        var request = Request(template);
        request = request with { Tags = request.Tags.Add("Long", new string('z', 120 * 1024)) };

        var error = Assert.Throws<CloudException>(
            () => InstanceBody.Make(Templates.Read(template).Required, request, "shop", "us-central1-b", "web-1"));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.EndsWith("bytes of user data, metadata and tags: Google takes 524288", error.Message, StringComparison.Ordinal);
    }

    /// <summary>JSON as it is sent, of lines as people read them.</summary>
    private static string Compact(string json) => string.Concat(json.Split('\n').Select(line => line.Trim()));

    private static string BodyOf(Template template, params (string Key, string Value)[] tags)
    {
        var request = Request(template);
        request = request with { Tags = request.Tags.AddRange(tags.Select(tag => KeyValuePair.Create(tag.Key, tag.Value))) };
        return InstanceBody.Make(Templates.Read(template).Required, request, "shop", "us-central1-b", "web-1").ToJson().ToJsonString();
    }

    private static LaunchRequest Request(Template template) => new()
    {
        Launch = new LaunchId(Guid.Empty),
        Name = "web-1",
        Template = template,
        Tags = ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Launch, "0f"),
    };

    private static Template Template(params (string Name, string Value)[] options) => Local.Requests.Template("family/web") with
    {
        Size = "e2-small",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
    };
}
