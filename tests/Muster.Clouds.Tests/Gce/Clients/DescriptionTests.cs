using System.Net.Http.Headers;

using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Tests.Gce.Balancing;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Gce.Clients;

/// <summary>What is sent and what the simulator answers, held against the classes that Google generates from its own description.</summary>
public sealed class DescriptionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_field_of_an_attachment_is_Google_s()
    {
        var endpoint = new NetworkEndpoint
        {
            Instance = "web-1", IpAddress = "10.128.0.2", Port = 8080,
            Annotations = new(StringComparer.Ordinal) { ["muster-group"] = "x" },
        };

        Assert.Equal(
            "", await Gcloud.JudgeAsync(
                "NetworkEndpointGroupsAttachEndpointsRequest", new EndpointsChange([endpoint]).ToJson().ToJsonString()));
        Assert.Equal(
            "", await Gcloud.JudgeAsync(
                "NetworkEndpointGroupsListEndpointsRequest", new EndpointsRequest("SHOW").ToJson().ToJsonString()));
    }

    [Fact]
    public async Task Every_field_of_an_insert_is_Google_s()
    {
        var options = new Dictionary<string, string>
        {
            ["network_tags"] = "web", ["service_account"] = "default", ["disk_size"] = "20", ["disk_type"] = "pd-ssd",
            ["disks"] = "5:pd-ssd", ["provisioning_model"] = "spot", ["ssh_keys"] = "jane:ssh-ed25519 AAAA",
        };
        Template template = Local.Requests.Template("family/web") with
        {
            Size = "e2-small", Networks = ["front", "networks/back"], UserData = "x",
            Options = Local.Requests.Template("x").Options.AddRange(options),
        };
        var request = Local.Requests.Make(template);
        var body = InstanceBody.Make(
            new GceTemplates("shop", "us-central1").Read(template).Required, request, "shop", "us-central1-b", "web-1")
            .ToJson().ToJsonString();

        Assert.Equal("", await Gcloud.JudgeAsync("Instance", body));
    }

    [Theory]
    [InlineData("NetworkEndpointGroup", "GET", "")]
    [InlineData("NetworkEndpointGroupsListNetworkEndpoints", "POST", "/listNetworkEndpoints")]
    public async Task Every_field_of_a_network_endpoint_group_is_Google_s(string message, string method, string below)
    {
        await using var rig = await BalancerRig.StartAsync();
        await rig.JoinAsync(await rig.LaunchAsync());
        var project = $"{rig.Harness.Simulator.Endpoint}projects/{rig.Harness.Options.Project}";
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            new(method), $"{project}/zones/{BalancerRig.Zone}/networkEndpointGroups/{BalancerRig.Backend}{below}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", rig.Harness.Simulator.MakeToken());
        request.Content = method == "GET" ? null : new StringContent("""{"healthStatus":"SHOW"}""");

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal("", await Gcloud.JudgeAsync(message, await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    [Theory]
    [InlineData("InstanceAggregatedList", "aggregated/instances")]
    [InlineData("NetworkEndpointGroupAggregatedList", "aggregated/networkEndpointGroups")]
    [InlineData("DiskAggregatedList", "aggregated/disks")]
    [InlineData("ZoneList", "zones")]
    [InlineData("Region", "regions/us-central1")]
    [InlineData("Project", "")]
    [InlineData("Image", "global/images/family/debian-12")]
    [InlineData("MachineTypeList", "zones/us-central1-a/machineTypes")]
    [InlineData("Operation", "operation")]
    public async Task Every_field_of_an_answer_is_Google_s(string message, string path)
    {
        await using var harness = await GceHarness.StartAsync(options => options.UnreachableZones = ["europe-west1-b"]);
        await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "us-central1-a" }, Cancellation);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", harness.Simulator.MakeToken());
        var project = path.StartsWith("global", StringComparison.Ordinal) ? "debian-cloud" : harness.Options.Project;
        var root = $"{harness.Simulator.Endpoint}projects/{project}";

        string answer;
        if (path == "operation")
        {
            using var deleted = await http.DeleteAsync(
                new Uri($"{root}/zones/us-central1-a/instances/{(await harness.ListAsync())[0].Name}"), Cancellation);
            answer = await deleted.Content.ReadAsStringAsync(Cancellation);
        }
        else
        {
            answer = await http.GetStringAsync(new Uri($"{root}/{path}"), Cancellation);
        }

        Assert.Equal("", await Gcloud.JudgeAsync(message, answer));
    }
}
