using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

using Muster.Clouds.OpenStack;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>What a template becomes, and what is refused before any call.</summary>
public sealed class OpenStackTemplatesTests
{
    private const string Ids =
        "'muster.account':'44444444-4444-4444-8444-444444444444','muster.group':'22222222-2222-4222-8222-222222222222',"
        + "'muster.group_name':'web','muster.installation':'11111111-1111-4111-8111-111111111111','muster.launch':'LAUNCH',"
        + "'muster.template':'33333333-3333-4333-8333-333333333333'";

    private const string Words =
        "'muster.installation=11111111-1111-4111-8111-111111111111','muster.account=44444444-4444-4444-8444-444444444444',"
        + "'muster.group=22222222-2222-4222-8222-222222222222'";

    private static readonly ServerParts Parts = new("2", Catalogue.ImageId, [Catalogue.NetworkId], null);

    [Fact]
    public void The_smallest_template_asks_for_nothing_that_is_left_to_the_cloud() => Assert.Equal(
        "{'server':{'name':'NAME','flavorRef':'2','imageRef':'" + Catalogue.ImageId + "','networks':'auto','metadata':{" + Ids
        + "},'tags':[" + Words + "]}}",
        Body(Template() with { Networks = [] }, Parts with { Networks = [] }));

    [Fact]
    public void Everything_that_a_template_may_say_is_in_the_creation()
    {
        var template = Template() with
        {
            Networks = ["private", "backend"],
            UserData = "#!/bin/sh\n",
            Metadata = Texts(("role", "web")),
            Options = Texts(
                ("key_name", "ops"), ("security_groups", "web, default"), ("availability_zone", "us-west"), ("server_group", "spread"),
                ("boot_volume_size", "20"), ("volume_type", "ssd"), ("config_drive", "true")),
        };
        var parts = Parts with
        {
            Networks = [Catalogue.NetworkId, Catalogue.OtherNetworkId], ServerGroup = Catalogue.ServerGroupId,
        };

        Assert.Equal(
            "{'server':{'name':'NAME','flavorRef':'2','block_device_mapping_v2':[{'boot_index':0,'uuid':'" + Catalogue.ImageId
            + "','source_type':'image','destination_type':'volume','volume_size':20,'volume_type':'ssd','delete_on_termination':true}],"
            + "'networks':[{'uuid':'" + Catalogue.NetworkId + "'},{'uuid':'" + Catalogue.OtherNetworkId + "'}],'metadata':{" + Ids
            + ",'role':'web'},'tags':[" + Words + "],'key_name':'ops','security_groups':[{'name':'web'},{'name':'default'}],"
            + "'availability_zone':'us-west','config_drive':true,'user_data':'IyEvYmluL3NoCg=='},'os:scheduler_hints':{'group':'"
            + Catalogue.ServerGroupId + "'}}",
            Body(template, parts));
    }

    [Fact]
    public void A_template_may_ask_for_no_network() =>
        Assert.Contains("'networks':'none'", Body(Template() with { Networks = ["none"] }, Parts), StringComparison.Ordinal);

    [Fact]
    public void A_placement_s_zone_goes_before_the_template_s()
    {
        var request = OpenStackHarness.Request(Template()) with { Zone = "us-east" };

        var body = Encoding.UTF8.GetString(ServerBody.Write(request, OpenStackTemplates.Read(request.Template).Required, Parts).Span);

        Assert.Contains("\"availability_zone\":\"us-east\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var template = Template() with
        {
            Size = null,
            Networks = ["none", "private"],
            FirewallEnabled = true,
            UserData = new string('x', 49_150),
            Metadata = Texts(("a/b", "secret"), ("emoji", "🚀"), ("both", "x"), ("muster-tag.0.0", "x")),
            Tags = Texts(("both", "y")),
            Options = Texts(("volume_type", "ssd"), ("boot_volume_size", "0"), ("config_drive", "yes"), ("flavour", "m1.small")),
        };

        var refusals = OpenStackTemplates.Read(template).Findings.Select(finding => finding.Message).ToArray();

        Assert.Equal(
            [
                "size is missing: a flavor's name or id: openstack flavor list",
                "network is 'none': alone, or left out beside private",
                "firewall is 'on': off: a server's security groups are always on. Name them in the option security_groups",
                "metadata.a/b is named otherwise than OpenStack allows: 1 to 255 characters of A-Z a-z 0-9 - _ : . and blanks",
                "metadata.both is a tag as well, and both are the server's metadata: rename one",
                "metadata.emoji has a value that OpenStack does not take: 255 characters at most, no control characters, no emoji",
                "metadata.muster-tag.0.0 begins with muster-tag., which is Muster's own",
                "user_data is '49150 bytes': at most 49149 bytes as UTF-8",
                "options.boot_volume_size is '0': 1 to 65536",
                "options.config_drive is 'yes': false or true",
                "options.volume_type is 'ssd': only with boot_volume_size",
                "options.flavour is 'm1.small': no such option; allowed are key_name, security_groups, availability_zone, server_group, "
                    + "boot_volume_size, volume_type, config_drive",
            ],
            refusals);
        Assert.DoesNotContain(refusals, refusal => refusal.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void The_largest_user_data_are_taken() => Assert.True(
        OpenStackTemplates.Read(Template() with { UserData = new string('x', 49_149) }).Required.UserData is { Length: 65_532 });

    [Fact]
    public void More_metadata_than_a_server_has_are_refused()
    {
        var template = Template() with { Metadata = Texts([.. Enumerable.Range(0, 117).Select(i => ($"key{i}", "x"))]) };

        Assert.Equal(
            "metadata is '117 items with the tags': at most 116, since a server has 128 and Muster needs 12; a tag that OpenStack does not "
            + "take as it is counts as several",
            Assert.Single(OpenStackTemplates.Read(template).Findings).Message);
    }

    private static string Body(Template template, ServerParts parts)
    {
        var request = OpenStackHarness.Request(template);
        var body = Encoding.UTF8.GetString(ServerBody.Write(request, OpenStackTemplates.Read(template).Required, parts).Span);
        Assert.NotNull(JsonNode.Parse(body));
        return body.Replace(request.Launch.ToString(), "LAUNCH", StringComparison.Ordinal)
            .Replace(request.Name, "NAME", StringComparison.Ordinal)
            .Replace('"', '\'');
    }

    private static Template Template() => Local.Requests.Template("debian-12") with { Size = "m1.small", Networks = ["private"] };

    private static ImmutableSortedDictionary<string, string> Texts(params (string Key, string Value)[] texts) =>
        texts.ToImmutableSortedDictionary(text => text.Key, text => text.Value, StringComparer.Ordinal);
}
