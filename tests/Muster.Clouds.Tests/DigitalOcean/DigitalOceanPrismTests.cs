using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using Muster.Clouds.DigitalOcean;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.DigitalOcean;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>
/// Prism stands between the cloud and the simulator, and holds both against DigitalOcean's own description: a request that does not fit is
/// answered with 422 by Prism, an answer that does not fit with 500, and neither has the words that are expected here.
/// </summary>
public sealed class DigitalOceanPrismTests(PrismFixture fixture) : IClassFixture<PrismFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DigitalOceanHarness Harness => fixture.Harness;

    [Fact]
    public async Task A_whole_life_fits_the_description()
    {
        var paged = fixture.Open(("page_size", "20"));
        var request = DigitalOceanHarness.Request(Full());
        request = request with { Tags = request.Tags.Add("Env", "Übung: 1") };

        var launched = await fixture.Cloud.LaunchAsync(request, Cancellation);
        var repeated = await fixture.Cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);
        for (var i = 0; i < 24; i++)
        {
            await fixture.Cloud.LaunchAsync(Harness.Request() with { Zone = "ams3" }, Cancellation);
        }

        var listed = await DigitalOceanHarness.ListAllAsync(paged, new(Local.Requests.Installation));
        var byGroup = await DigitalOceanHarness.ListAllAsync(
            paged, new(Local.Requests.Installation, Harness.GoodTemplate().Account, Local.Requests.Group, Details: true));
        var draft = await ((ITemplateReadingCloud)fixture.Cloud).ReadTemplateAsync(launched.Id, Cancellation);
        var stopping = (IStoppingCloud)fixture.Cloud;
        foreach (var manner in new[] { StopManner.Orderly, StopManner.AtOnce })
        {
            await stopping.StopAsync(Local.Requests.Installation, launched.Id, manner, Cancellation);
            await stopping.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);
        }

        foreach (var instance in listed)
        {
            await fixture.Cloud.TerminateAsync(instance.Id, Cancellation);
        }

        // Gone already, which is said with 404.
        await fixture.Cloud.TerminateAsync(launched.Id, Cancellation);
        await paged.DisposeAsync();

        Assert.Equal(launched.Id, repeated.Id);
        Assert.Equal((25, 25), (listed.Length, byGroup.Length));
        var full = Assert.Single(listed, instance => instance.Id == launched.Id);
        Assert.Equal((InstanceState.Running, request.Name, "nyc3", "Übung: 1"), (full.State, full.Name, full.Zone, full.Tags["Env"]));
        Assert.Equal(3, full.Addresses.Length);
        Assert.Equal(($"{Catalogue.SnapshotId}", "s-2vcpu-4gb"), (draft.Image, draft.Size));
        Assert.Empty(Harness.Simulator.Droplets.Alive);
    }

    [Fact]
    public async Task A_check_of_everything_that_a_template_can_name_fits_the_description()
    {
        var check = await fixture.Cloud.CheckAsync(Full(), Cancellation);

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        Assert.Equal(6, check.Findings.Length);
    }

    [Fact]
    public async Task What_is_not_there_fits_the_description_too()
    {
        var template = Full();
        var check = await fixture.Cloud.CheckAsync(
            template with
            {
                Image = "no-such-image-x64",
                Networks = ["00000000-0000-4000-8000-000000000000"],
                Options = template.Options.SetItem("ssh_keys", "7"),
            },
            Cancellation);

        Assert.Equal(
            ["image", "network", "options.ssh_keys"],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field));
    }

    [Fact]
    public async Task Regions_prices_and_the_account_fit_the_description()
    {
        Assert.NotEmpty(await ((IZonedCloud)fixture.Cloud).ListZonesAsync(Cancellation));
        Assert.NotEmpty(await ((IPricedCloud)fixture.Cloud).ListPricesAsync(Cancellation));
        Assert.All(await ((ISelfDescribingCloud)fixture.Cloud).DescribeAsync(Cancellation), step => Assert.True(step.IsGood, step.Message));
    }

    [Theory]
    [InlineData("no-such-image-x64", Catalogue.Size, "422 unprocessable_entity: You specified an invalid image")]
    [InlineData(Catalogue.Image, "s-9vcpu-9gb", "422 unprocessable_entity: You specified an invalid size")]
    [InlineData(Catalogue.Image, "so-2vcpu-16gb", "422 unprocessable_entity: size is unavailable")]
    public async Task A_refused_launch_has_the_form_of_an_error(string image, string size, string told)
    {
        var template = Harness.GoodTemplate() with { Image = image, Size = size };

        var error = await Assert.ThrowsAsync<CloudException>(
            () => fixture.Cloud.LaunchAsync(DigitalOceanHarness.Request(template), Cancellation));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_and_too_many_calls_have_the_form_of_an_error()
    {
        await using var stranger = fixture.Open(("token_file", Harness.WriteToken("stranger", "dop_v1_stranger")));
        var refused = await Assert.ThrowsAsync<CloudException>(() => stranger.TerminateAsync(new("1"), Cancellation));

        (Harness.Options.PerSecond, Harness.Options.Burst) = (0.001, 0.5);
        var throttled = await Assert.ThrowsAsync<CloudException>(() => fixture.Cloud.TerminateAsync(new("1"), Cancellation));
        (Harness.Options.PerSecond, Harness.Options.Burst) = (0, null);

        Assert.Contains("401 unauthorized: Unable to authenticate you", refused.Message, StringComparison.Ordinal);
        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromSeconds(1)), (throttled.Kind, throttled.RetryAfter));
        Assert.Contains("429 too_many_requests: API rate limit exceeded.", throttled.Message, StringComparison.Ordinal);
    }

    // Nobody asks for actions, and whoever tries the simulator by hand may.
    [Theory]
    [InlineData(1, 0, "in-progress")]
    [InlineData(0, 1, "errored")]
    [InlineData(0, 0, "completed")]
    public async Task The_action_of_a_creation_tells_how_it_ends(double hanging, double failing, string status)
    {
        (Harness.Options.HangingShare, Harness.Options.FailingShare) = (hanging, failing);
        using var client = Client();
        var request = Harness.Request();
        using var body = new ByteArrayContent(
            DropletBody.Write(request, DropletTemplates.Read(request.Template).Required, image: null).ToArray());
        body.Headers.ContentType = new("application/json");

        using var answer = await client.PostAsync(new Uri("v2/droplets", UriKind.Relative), body, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var made = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        var action = JsonNode.Parse(await client.GetStringAsync(
            new Uri($"v2/actions/{made["links"]!["actions"]![0]!["id"]}", UriKind.Relative), Cancellation))!;

        (Harness.Options.HangingShare, Harness.Options.FailingShare) = (0, 0);
        await fixture.Cloud.TerminateAsync(new(made["droplet"]!["id"]!.ToString()), Cancellation);
        Assert.Equal(status, (string?)action["action"]!["status"]);
    }

    [Fact]
    public async Task Prism_does_refuse_what_does_not_fit()
    {
        using var client = Client();
        using var body = new StringContent(
            """{"name":"under_score","size":"s-1vcpu-1gb","image":true}""", Encoding.UTF8, "application/json");
        using var asked = await client.PostAsync(new Uri("v2/droplets", UriKind.Relative), body, Cancellation);
        using var paged = await client.GetAsync(new Uri("v2/droplets?per_page=201", UriKind.Relative), Cancellation);
        Harness.Options.Faults = _ => new Fault.Answer(200, """{"droplets":[{"id":"seven"}],"links":{},"meta":{"total":1}}""");
        using var answered = await client.GetAsync(new Uri("v2/droplets", UriKind.Relative), Cancellation);
        Harness.Options.Faults = _ => null;

        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.InternalServerError),
            (asked.StatusCode, paged.StatusCode, answered.StatusCode));
        Assert.All([asked, paged, answered], one => Assert.Equal("application/problem+json", one.Content.Headers.ContentType!.MediaType));
    }

    /// <summary>The description lets a creation have any field at all, so Prism does not see a slip in a name.</summary>
    [Fact]
    public void Every_field_of_a_creation_is_one_that_the_description_has()
    {
        var schemas = JsonNode.Parse(File.ReadAllText(PrismFixture.Description))!["components"]!["schemas"]!;
        string[] known = ["name", .. ((JsonObject)schemas["droplet_create"]!["properties"]!).Select(field => field.Key)];
        var template = Full();
        template = template with { Options = template.Options.SetItem("public_networking", "false").Remove("ipv6") };
        var requests = new[] { Full(), template }.Select(DigitalOceanHarness.Request);

        var fields = requests
            .Select(request => DropletBody.Write(request, DropletTemplates.Read(request.Template).Required, image: 1))
            .SelectMany(body => (JsonObject)JsonNode.Parse(body.Span)!)
            .Select(field => field.Key).Distinct().ToArray();

        Assert.Equal(
            [
                "backups", "image", "ipv6", "monitoring", "name", "public_networking", "region", "size", "ssh_keys", "tags", "user_data",
                "vpc_uuid",
            ],
            fields.Order(StringComparer.Ordinal));
        Assert.Empty(fields.Except(known));
    }

    private HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = fixture.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", DigitalOceanHarness.Token);
        return client;
    }

    private Template Full() => Harness.GoodTemplate() with
    {
        Image = "snapshot:web",
        Size = "s-2vcpu-4gb",
        Networks = [Catalogue.Vpc],
        UserData = "#!/bin/sh\necho hi\n",
        Options = new Dictionary<string, string>
        {
            ["region"] = "nyc3", ["ssh_keys"] = $"{Catalogue.SshKey}", ["monitoring"] = "true", ["ipv6"] = "true", ["backups"] = "true",
            ["tags"] = "web,team:ops",
        }.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };
}
