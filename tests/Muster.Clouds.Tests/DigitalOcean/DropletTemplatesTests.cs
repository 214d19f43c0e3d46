using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.DigitalOcean;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>What a template becomes on the wire, and what of it is refused without a call.</summary>
public sealed class DropletTemplatesTests
{
    private static readonly LaunchId Launch = new(Guid.Parse("0193abcd-ef01-7234-8567-89abcdef0123"));

    private static readonly Template Plain = Local.Requests.Template("ubuntu-24-04-x64") with { Size = "s-1vcpu-1gb" };

    private static readonly string Name = DropletNames.Of("web-0193abcdef01", Launch);

    private const string Tags =
        "\"muster-account:44444444-4444-4444-8444-444444444444\",\"muster-group:22222222-2222-4222-8222-222222222222\","
        + "\"muster-group-name:web\",\"muster-installation:11111111-1111-4111-8111-111111111111\","
        + "\"muster-template:33333333-3333-4333-8333-333333333333\"";

    [Fact]
    public void A_plain_template_says_nothing_that_is_left_to_DigitalOcean() => Assert.Equal(
        $$"""{"name":"{{Name}}","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64","tags":[{{Tags}}]}""",
        Body(Plain));

    [Fact]
    public void A_full_template_says_all_of_it_in_DigitalOcean_s_words() => Assert.Equal(
        $$"""
        {"name":"{{Name}}","region":"nyc3","size":"s-1vcpu-1gb","image":155133621,
        "ssh_keys":[289794,"3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"],"backups":true,"ipv6":true,"monitoring":true,
        "vpc_uuid":"5a4981aa-9653-4bd1-bef5-d6bff52042e4","user_data":"#!/bin/sh\necho hi",
        "tags":["env:prod",{{Tags}},"web","team:ops"]}
        """.ReplaceLineEndings(""),
        Body(Plain with
        {
            Image = "155133621",
            Networks = ["5a4981aa-9653-4bd1-bef5-d6bff52042e4"],
            UserData = "#!/bin/sh\necho hi",
            Tags = Entries(("env", "prod")),
            Options = Entries(
                ("region", "nyc3"), ("ssh_keys", "289794, 3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"), ("backups", "true"),
                ("ipv6", "true"), ("monitoring", "true"), ("public_networking", "true"), ("tags", "web, team:ops,web")),
        }));

    [Fact]
    public void Without_public_addresses_it_says_so() => Assert.Contains(
        "\"public_networking\":false", Body(Plain with { Options = Entries(("public_networking", "false")) }), StringComparison.Ordinal);

    [Fact]
    public void A_zone_is_the_region() => Assert.Contains(
        "\"region\":\"nyc3\"", Body(Plain with { Options = Entries(("region", "nyc")) }, zone: "nyc3"), StringComparison.Ordinal);

    [Fact]
    public void A_snapshot_is_asked_for_by_its_id() => Assert.Contains(
        "\"image\":171000002", Body(Plain with { Image = "snapshot:web" }, image: 171000002), StringComparison.Ordinal);

    [Fact]
    public void A_group_s_name_that_makes_too_long_a_tag_is_cut_since_it_is_for_people() => Assert.All(
        DropletBody.Tags(
            Request(Plain) with { Tags = Request(Plain).Tags.SetItem(MusterTags.GroupName, new string('_', 182)) },
            DropletTemplates.Read(Plain).Required),
        tag => Assert.True(tag.Length <= 255));

    [Theory]
    [InlineData(
        "",
        "image is '': the slug of a public image (ubuntu-24-04-x64), an image's id, or snapshot:NAME for the newest image of that name")]
    [InlineData("snapshot:", "image is 'snapshot:': the slug")]
    [InlineData("0", "image is '0': the slug")]
    [InlineData("web server", "image is 'web server': the slug")]
    [InlineData("../account", "image is '../account': the slug")]
    public void An_image_that_cannot_be_is_refused(string image, string refusal) =>
        Assert.StartsWith(refusal, Refusal(Plain with { Image = image }), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "size is missing: the slug of a size, such as s-1vcpu-1gb: doctl compute size list")]
    [InlineData("1 cpu", "size is '1 cpu': the slug of a size, such as s-1vcpu-1gb: doctl compute size list")]
    [InlineData(
        "gpu-h100x1-80gb",
        "size is 'gpu-h100x1-80gb': no GPU size: DigitalOcean leaves GPU droplets out of listings by tag, "
        + "and Muster would not see what it made")]
    public void A_size_that_cannot_be_is_refused(string? size, string refusal) =>
        Assert.Equal(refusal, Refusal(Plain with { Size = size }));

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var refusal = Refusal(Plain with
        {
            Networks = ["default", "5a4981aa-9653-4bd1-bef5-d6bff52042e4"],
            FirewallEnabled = true,
            Metadata = Entries(("password", "hunter2")),
            Tags = Entries(("long", new string('x', 251)), ("Capitals", new string('A', 90))),
            UserData = new string('é', 33_000),
            Options = Entries(
                ("region", "New York"), ("ssh_keys", "my key"), ("monitoring", "yes"), ("ipv6", "true"), ("public_networking", "false"),
                ("tags", "web,MUSTER-group:1"), ("backup_policy", "weekly")),
        });

        Assert.Equal(
            [
                "network is 'default, 5a4981aa-9653-4bd1-bef5-d6bff52042e4': one at most: a droplet is in one VPC",
                "network is 'default': the id of a VPC, a UUID: doctl vpcs list",
                "firewall is 'on': off: DigitalOcean's firewalls choose their droplets by tags. "
                    + "Give the template's option tags a tag that a firewall names",
                "metadata.password is not allowed: DigitalOcean hands droplets user data alone",
                $"tags.Capitals is '{new string('A', 90)}': key and value of 255 characters at most as DigitalOcean takes them, "
                    + "where every other character than a-z, 0-9 and - counts as two or three for each byte; these are 281",
                $"tags.long is '{new string('x', 251)}': key and value of 255 characters at most as DigitalOcean takes them, "
                    + "where every other character than a-z, 0-9 and - counts as two or three for each byte; these are 256",
                "user_data is '66000 bytes': at most 65536 bytes as UTF-8",
                "options.region is 'New York': a region's slug: doctl compute region list",
                "options.ssh_keys is 'my key': ids or fingerprints with commas between: doctl compute ssh-key list",
                "options.monitoring is 'yes': false or true",
                "options.tags is 'web,MUSTER-group:1': words of A-Z a-z 0-9 _ - : with commas between, of 255 characters at most, "
                    + "none of which begins with muster-",
                "options.ipv6 is 'true': false where public_networking is false",
                "options.backup_policy is 'weekly': no such option; "
                    + "allowed are region, ssh_keys, monitoring, ipv6, backups, public_networking, tags",
            ],
            refusal.Split("; ", 99) is var parts && refusal.Contains("hunter2", StringComparison.Ordinal) ? [] : Joined(parts));
    }

    [Fact]
    public void User_data_may_have_64_KiB() =>
        Assert.Equal(65_536, DropletTemplates.Read(Plain with { UserData = new string('x', 65_536) }).Required.UserData!.Length);

    /// <summary>Some sentences have a semicolon themselves.</summary>
    private static string[] Joined(string[] parts)
    {
        var sentences = new List<string>();
        foreach (var part in parts)
        {
            if (part.StartsWith("these are", StringComparison.Ordinal) || part.StartsWith("allowed are", StringComparison.Ordinal))
            {
                sentences[^1] += $"; {part}";
            }
            else
            {
                sentences.Add(part);
            }
        }

        return [.. sentences];
    }

    private static string Refusal(Template template) => DropletTemplates.Read(template).Refusal;

    private static string Body(Template template, string? zone = null, long? image = null)
    {
        var request = Request(template) with { Zone = zone };
        return Encoding.UTF8.GetString(DropletBody.Write(request, DropletTemplates.Read(template).Required, image).Span);
    }

    private static LaunchRequest Request(Template template)
    {
        var request = Local.Requests.Make(Launch, template) with { Name = "web-0193abcdef01" };
        return request with { Tags = request.Tags.SetItems(template.Tags) };
    }

    private static ImmutableSortedDictionary<string, string> Entries(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
