using System.Collections.Immutable;
using System.Net;
using System.Text;

using Muster.Clouds.Tests.Prism;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>
/// Muster and the simulator, held by Prism against Hetzner's own description of the API: a request or an answer that is not as it says
/// comes back as a refusal, and no step of the story works.
/// </summary>
public sealed class HetznerPrismTests : IAsyncLifetime
{
    private HetznerHarness? _harness;
    private PrismProxy? _prism;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HetznerHarness Harness => _harness!;

    public async ValueTask InitializeAsync()
    {
        _harness = await HetznerHarness.StartAsync(options => options.ShowsDatacenters = true);
        _prism = await PrismProxy.StartAsync(
            RepositoryRoot.File("tests/Muster.Clouds.Tests/Hetzner/Judges/hcloud.json"), _harness.Simulator.Url, _harness.Root);
    }

    public async ValueTask DisposeAsync()
    {
        if (_prism is not null)
        {
            await _prism.DisposeAsync();
        }

        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_Muster_asks_and_what_the_simulator_answers_is_as_the_description_says()
    {
        await using var cloud = Harness.Open(("endpoint", _prism!.Url.ToString()));
        var request = Harness.Request(template => template with
        {
            Networks = [Catalogue.Network],
            UserData = "#!/bin/sh",
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("firewalls", Catalogue.Firewall).Add("placement_group", Catalogue.PlacementGroup).Add("ssh_keys", Catalogue.SshKey)
                .Add("location", "nbg1"),
        });
        request = request with { Tags = request.Tags.Add("owner", "Jörg & Söhne") };

        var check = await cloud.CheckAsync(request.Template, Cancellation);
        var launched = await cloud.LaunchAsync(request, Cancellation);
        var repeated = await cloud.LaunchAsync(request, Cancellation);
        var asked = await cloud.LaunchAsync(request with { IsRepeat = true }, Cancellation);
        await cloud.LaunchAsync(Harness.Request(template => template with { Image = "snapshot:role=web" }), Cancellation);
        await cloud.LaunchAsync(
            Harness.Request(template => template with
            {
                Networks = ["4711"], Options = template.Options.Add("ipv4", "off").Add("ipv6", "off"),
            }) with { Zone = "hel1" },
            Cancellation);
        var listed = await ListAsync(cloud);
        var draft = await ((ITemplateReadingCloud)cloud).ReadTemplateAsync(launched.Id, Cancellation);
        var zones = await ((IZonedCloud)cloud).ListZonesAsync(Cancellation);
        var prices = await ((IPricedCloud)cloud).ListPricesAsync(Cancellation);
        var loose = Harness.Simulator.Loose.Add(
            "volumes", "data", new Dictionary<string, string> { [MusterTags.Installation] = Local.Requests.Installation.ToString() });
        var leftovers = await ((ICloudWithLeftovers)cloud).ListLeftoversAsync(Local.Requests.Installation, Cancellation);
        await ((ICloudWithLeftovers)cloud).RemoveLeftoverAsync(Assert.Single(leftovers), Cancellation);
        var stopping = (IStoppingCloud)cloud;
        foreach (var manner in new[] { StopManner.Orderly, StopManner.AtOnce })
        {
            await stopping.StopAsync(Local.Requests.Installation, launched.Id, manner, Cancellation);
            Assert.Equal(InstanceState.Stopped, (await ListAsync(cloud)).Single(one => one.Id == launched.Id).State);
            await stopping.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);
        }

        foreach (var instance in listed)
        {
            await cloud.TerminateAsync(instance.Id, Cancellation);
        }

        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        Assert.Equal((launched.Id, launched.Id), (repeated.Id, asked.Id));
        Assert.Equal(3, listed.Length);
        Assert.Equal("Jörg & Söhne", listed.Single(instance => instance.Id == launched.Id).Tags["owner"]);
        Assert.Equal("nbg1", draft.Options["location"]);
        Assert.Equal(Catalogue.LocationNames.Order(StringComparer.Ordinal), zones);
        Assert.NotEmpty(prices);
        Assert.Equal($"{loose}", leftovers[0].Id);
        Assert.Empty(Harness.Simulator.Servers.All);
        Assert.Equal(0, Harness.Simulator.Loose.Count);
    }

    [Fact]
    public async Task What_only_the_actions_tell_is_asked_as_the_description_says()
    {
        Harness.Options.FailingShare = 1;
        await using var cloud = Harness.Open(("endpoint", _prism!.Url.ToString()));
        await cloud.LaunchAsync(Harness.Request(), Cancellation);

        var listed = Assert.Single(await ListAsync(cloud));

        Assert.Equal(InstanceState.Failed, listed.State);
    }

    [Fact]
    public async Task The_judge_sees_a_bad_request_and_a_bad_answer()
    {
        using var client = new HttpClient { BaseAddress = _prism!.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Harness.Token);

        using var body = new StringContent(
            """{"name":"a","server_type":"cx22","image":"debian-12","labels":{"a":"-"}}""", Encoding.UTF8, "application/json");
        using var request = await client.PostAsync(new Uri("servers", UriKind.Relative), body, Cancellation);
        Harness.Options.Faults = _ => new Fault.Answer(200, """{"servers":[{"id":"seven"}],"meta":{}}""");
        using var answer = await client.GetAsync(new Uri("servers", UriKind.Relative), Cancellation);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.InternalServerError), (request.StatusCode, answer.StatusCode));
        Assert.Contains("pattern", await request.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("servers", answer.Headers.GetValues("sl-violations").Single(), StringComparison.Ordinal);
    }

    private static async Task<Instance[]> ListAsync(ICloud cloud)
    {
        var listed = new List<Instance>();
        await foreach (var page in cloud.ListAsync(new(Local.Requests.Installation), Cancellation))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }
}
