using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Hetzner.Servers;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>What a template becomes on the wire, and what is refused before.</summary>
public sealed class HetznerTemplateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_least_template_is_the_least_request()
    {
        await using var wire = new HetznerWire();
        var request = Local.Requests.Make(Template()) with { Name = "web-0123456789ab" };

        await wire.Cloud.LaunchAsync(request, Cancellation);

        var tags = request.Tags;
        Assert.Equal(
            [
                "POST /v1/servers "
                + """{"name":"web-0123456789ab","server_type":"cx22","image":"debian-12","labels":{"muster.account":"""
                + $"\"{tags[MusterTags.Account]}\",\"muster.group\":\"{tags[MusterTags.Group]}\",\"muster.group_name\":\"web\","
                + $"\"muster.installation\":\"{tags[MusterTags.Installation]}\",\"muster.launch\":\"{tags[MusterTags.Launch]}\","
                + $"\"muster.template\":\"{tags[MusterTags.Template]}\"}}}}",
            ],
            wire.Requests);
    }

    [Fact]
    public async Task Everything_that_a_template_can_say_is_in_the_request()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request(template => template with
        {
            Networks = [Catalogue.Network],
            UserData = "#!/bin/sh",
            Tags = template.Tags.Add("role", "web"),
            Options = template.Options
                .Add("location", "nbg1").Add("firewalls", Catalogue.Firewall).Add("placement_group", Catalogue.PlacementGroup)
                .Add("ssh_keys", "ops,2323").Add("ipv4", "off").Add("ipv6", "on"),
        });

        await harness.Cloud.LaunchAsync(request with { Tags = request.Tags.Add("role", "web") }, Cancellation);

        var server = Assert.Single(harness.Simulator.Servers.All);
        Assert.Equal(("nbg1", "#!/bin/sh", (long?)Catalogue.PlacementGroupId, "web"),
            (server.Location, server.UserData, server.PlacementGroup, server.Labels["role"]));
        Assert.Equal([Catalogue.NetworkId], server.Networks);
        Assert.Equal([Catalogue.FirewallId], server.Firewalls);
        Assert.Equal([Catalogue.SshKeyId, Catalogue.SshKeyId], server.SshKeys);
        Assert.Equal((false, true), (server.HasIpv4, server.HasIpv6));
    }

    [Fact]
    public async Task The_newest_snapshot_with_some_labels_is_launched_and_told_once()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var requests = Enumerable.Range(0, 20).Select(
            _ => harness.Request(template => template with { Image = "snapshot:role=web" })).ToArray();

        var launched = await Task.WhenAll(requests.Select(request => harness.Cloud.LaunchAsync(request, Cancellation)));

        Assert.All(harness.Simulator.Servers.All, server => Assert.Equal(Catalogue.NewerSnapshot, server.Image));
        Assert.Equal("web 2026-11-01 (170000002)", launched[0].Attributes["image"]);
        Assert.Equal(
            "falkenstein: image snapshot:role=web is snapshot web 2026-11-01 (170000002), made 2026-11-01 10:00 UTC from now on",
            Assert.Single(harness.Said));
        Assert.Equal(1, harness.Simulator.Calls[("GET images", 200)]);
    }

    [Fact]
    public async Task A_selector_that_no_snapshot_fits_is_told()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request(template => template with { Image = "snapshot:role=db" });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                "image is 'snapshot:role=db': no snapshot with these labels is available: hcloud image list --type snapshot"),
            (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("network", "network is 'nowhere': the project has none of that name")]
    [InlineData("firewalls", "options.firewalls is 'nowhere': the project has none of that name")]
    [InlineData("placement_group", "options.placement_group is 'nowhere': the project has none of that name")]
    public async Task A_name_that_there_is_not_is_refused_before_anything_is_made(string field, string message)
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request(template => field == "network"
            ? template with { Networks = ["nowhere"] }
            : template with { Options = template.Options.Add(field, "nowhere") });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal((CloudErrorKind.InvalidRequest, message), (error.Kind, error.Message));
        Assert.Empty(harness.Simulator.Servers.All);
    }

    [Fact]
    public async Task Everything_wrong_is_told_at_once_and_nothing_is_called()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var template = harness.GoodTemplate() with
        {
            Image = "snapshot:role is web",
            Size = null,
            Networks = ["a", "b", "c", "d"],
            FirewallEnabled = true,
            UserData = new string('ü', 16_385),
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("password", "secret"),
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("ipv4", "no").Add("firewalls", "a,a").Add("location", " ").Add("volumes", "7"),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(_ => template), Cancellation));

        Assert.Equal(
            [
                "image is 'snapshot:role is web': after snapshot: a selector of labels, such as snapshot:role=web,stage!=test (KEY=VALUE, "
                + "KEY!=VALUE, KEY or !KEY, with commas between)",
                "size is missing: the name of a server type, such as cx22: hcloud server-type list",
                "network is 'a, b, c, d': at most 3, which is what Hetzner gives a server",
                "firewall is 'on': Hetzner's firewalls have names: name them in options.firewalls",
                "metadata.password is not allowed: Hetzner hands a server no metadata; put it into the user data",
                "user_data is '32770 bytes': at most 32768 bytes as UTF-8",
                "options.ipv4 is 'no': on or off",
                "options.firewalls is 'a,a': names or ids with commas between, each once",
                "options.location is ' ': a location's name, such as fsn1",
                "options.volumes is '7': no such option; allowed are location, firewalls, placement_group, ssh_keys, ipv4, ipv6",
            ],
            check.Findings.Select(finding => finding.Message));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Empty(harness.Simulator.Calls);
    }

    [Fact]
    public async Task A_server_without_any_address_is_refused()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var template = harness.GoodTemplate();
        var hidden = template with { Options = template.Options.Add("ipv4", "off").Add("ipv6", "off") };

        var alone = await harness.Cloud.CheckAsync(hidden, Cancellation);
        var guarded = await harness.Cloud.CheckAsync(
            hidden with { Networks = [Catalogue.Network], Options = hidden.Options.Add("firewalls", "web") }, Cancellation);

        Assert.Equal("options.ipv6 is 'off': on, or a network: without any address Hetzner makes no server",
            Assert.Single(alone.Findings).Message);
        Assert.Equal(
            "options.firewalls is 'web': left out where ipv4 and ipv6 are off: Hetzner's firewalls guard public addresses only",
            Assert.Single(guarded.Findings).Message);
    }

    [Fact]
    public async Task A_check_tells_what_it_found()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var template = harness.GoodTemplate() with
        {
            Networks = [Catalogue.Network, "4711"],
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("location", "fsn1").Add("firewalls", "web").Add("placement_group", "spread").Add("ssh_keys", "ops"),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.True(check.IsGood);
        Assert.Equal(
            [
                "server type cx22, 2 cores, 4 GB, x86", "Debian 12", "location 'fsn1' is there", "network 'backend' is there",
                "network '4711' is there", "firewall 'web' is there", "placement group 'spread' is there", "SSH key 'ops' is there",
            ],
            check.Findings.Select(finding => finding.Message));
    }

    [Theory]
    [InlineData("debian-12", "cx99", "", "size is 'cx99': there is no such server type; there are cax11, cx22, cx32")]
    [InlineData("debian-12", "cx11", "", "size is 'cx11': that server type cannot be had since 2024-09-06")]
    [InlineData("debian-12", "cax11", "ash", "size is 'cax11': ash does not have that server type; fsn1, hel1, nbg1 have it")]
    [InlineData("ubuntu-24.04", "cax11", "", "image is 'ubuntu-24.04': it is for x86, and server type cax11 is arm")]
    [InlineData("snapshot:role=web", "cax11", "", "image is 'snapshot:role=web': it is for x86, and server type cax11 is arm")]
    [InlineData("170000003", "cx22", "", "image is '170000003': it is creating")]
    [InlineData("web", "cx22", "", "image is 'web': no such image; snapshots have no name, only an id or labels: hcloud image list")]
    [InlineData("-web", "cx22", "", "image is '-web': an image's name or id (hcloud image list), or snapshot:SELECTOR")]
    public async Task A_check_says_what_there_is_not_and_what_does_not_go_together(
        string image, string size, string location, string message)
    {
        await using var harness = await HetznerHarness.StartAsync();
        var template = harness.GoodTemplate() with { Image = image, Size = size };
        template = location.Length == 0 ? template : template with { Options = template.Options.Add("location", location) };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(message, Assert.Single(check.Findings, finding => !finding.IsGood).Message);
    }

    [Fact]
    public async Task A_check_names_a_location_that_there_is_not()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var template = harness.GoodTemplate();

        var check = await harness.Cloud.CheckAsync(template with { Options = template.Options.Add("location", "moon") }, Cancellation);

        Assert.Contains("options.location is 'moon': the locations are ash, fsn1, hel1, nbg1",
            check.Findings.Select(finding => finding.Message));
    }

    [Fact]
    public async Task An_image_that_will_go_is_good_and_told()
    {
        await using var harness = await HetznerHarness.StartAsync();

        var check = await harness.Cloud.CheckAsync(harness.GoodTemplate() with { Image = "ubuntu-20.04" }, Cancellation);

        Assert.True(check.IsGood);
        Assert.Contains("Ubuntu 20.04, deprecated since 2025-05-31: Hetzner removes it later",
            check.Findings.Select(finding => finding.Message));
    }

    [Fact]
    public async Task A_server_is_read_into_a_template_that_makes_its_like()
    {
        await using var harness = await HetznerHarness.StartAsync();
        var request = harness.Request(template => template with
        {
            Image = "snapshot:role=web",
            Networks = [Catalogue.Network],
            Options = template.Options
                .Add("location", "hel1").Add("firewalls", "web").Add("placement_group", "spread").Add("ipv4", "off"),
        });
        var launched = await harness.Cloud.LaunchAsync(request with { Tags = request.Tags.Add("role", "web") }, Cancellation);
        harness.Simulator.Servers.SetProtection(HetznerHarness.IdOf(launched), isProtected: true);

        var draft = await ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(launched.Id, Cancellation);
        var check = await harness.Cloud.CheckAsync(
            harness.GoodTemplate() with { Image = draft.Image, Size = draft.Size, Networks = draft.Networks, Options = draft.Options },
            Cancellation);

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        Assert.Equal(("170000002", "cx22", "4711"), (draft.Image, draft.Size, Assert.Single(draft.Networks)));
        Assert.Equal(
            ["firewalls=38", "ipv4=off", "location=hel1", "placement_group=spread"],
            draft.Options.Select(option => $"{option.Key}={option.Value}"));
        Assert.Equal(["role=web"], draft.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal(
            [
                "SSH keys and user data, which Hetzner does not tell: set options.ssh_keys and user_data",
                "delete protection: Muster could not end such a server",
            ],
            draft.LeftOut);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("../pricing")]
    public async Task A_server_that_there_is_not_is_no_template(string id)
    {
        await using var harness = await HetznerHarness.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => ((ITemplateReadingCloud)harness.Cloud).ReadTemplateAsync(new(id), Cancellation));

        Assert.Equal((CloudErrorKind.NotFound, $"there is no server {id} in the project"), (error.Kind, error.Message));
    }

    private static Template Template() => Local.Requests.Template("debian-12") with { Size = "cx22" };
}
