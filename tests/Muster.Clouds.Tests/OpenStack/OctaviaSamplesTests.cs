using System.Net;
using System.Text;
using System.Text.Json;

using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>
/// The simulator's answers held against the samples of Octavia's API reference: a field that no sample has, or that is of another kind
/// there, would be this project's opinion of the wire. See Samples/README.md.
/// </summary>
public sealed class OctaviaSamplesTests
{
    private static readonly PublishedFields Known = new("octavia-fields.txt");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?> Calls => new()
    {
        { "GET lbaas/pools", "lbaas/pools", null },
        { "GET lbaas/pools/ID", $"lbaas/pools/{Catalogue.PoolId}", null },
        { "GET lbaas/pools/ID/members", $"lbaas/pools/{Catalogue.PoolId}/members?limit=1", null },
        { "GET lbaas/pools/ID/members/ID", $"lbaas/pools/{Catalogue.PoolId}/members/MEMBER", null },
        {
            "POST lbaas/pools/ID/members", $"lbaas/pools/{Catalogue.PoolId}/members",
            // The sample of a request, in which numbers are texts.
            """
            {"member":{"name":"web-server-1","weight":"20","admin_state_up":true,"subnet_id":"bbb35f84-35cc-4b2f-84c2-a6a29bba68aa",
            "address":"192.0.2.16","protocol_port":"80","monitor_port":8080,"backup":false,"tags":["test_tag"]}}
            """
        },
        { "PUT lbaas/pools/ID/members/ID", $"lbaas/pools/{Catalogue.PoolId}/members/MEMBER", "{\"member\":{\"weight\":\"0\"}}" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task An_answer_has_no_field_that_Octavia_s_samples_have_not(string call, string path, string? body)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var member = harness.Simulator.Balancers.AddMember(Guid.Parse(Catalogue.PoolId), "db", "192.0.2.17", 80);

        var (status, answer) = await SendAsync(
            harness, call.Split(' ')[0], path.Replace("MEMBER", member.Id.ToString(), StringComparison.Ordinal), body);

        Assert.InRange((int)status, 200, 201);
        Assert.Empty(Known.Strange(call, answer.RootElement));
    }

    [Theory]
    [InlineData("GET", "lbaas/pools/4029d267-3983-4224-a3d0-afb3fe16a2ce", null, 404,
        "Pool 4029d267-3983-4224-a3d0-afb3fe16a2ce not found.")]
    [InlineData("DELETE", $"lbaas/pools/{Catalogue.PoolId}/members/957a1ace-1bd2-449b-8455-820b6e4b63f3", null, 404,
        "Member 957a1ace-1bd2-449b-8455-820b6e4b63f3 not found.")]
    [InlineData("POST", $"lbaas/pools/{Catalogue.PoolId}/members", "{\"member\":{\"address\":\"192.0.2.17\",\"protocol_port\":80}}", 409,
        "Another member on this pool is already using ip 192.0.2.17 on protocol_port 80")]
    [InlineData("POST", $"lbaas/pools/{Catalogue.PoolId}/members", "{\"member\":{\"address\":\"192.0.2.18\"}}", 400,
        "Invalid input for field/attribute protocol_port. Value: 'None'. Mandatory field missing.")]
    [InlineData("POST", $"lbaas/pools/{Catalogue.PoolId}/members", "{\"member\":{\"colour\":\"red\"}}", 400, "Unknown attribute: colour")]
    public async Task It_refuses_as_Octavia_does(string method, string path, string? body, int status, string told)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        harness.Simulator.Balancers.AddMember(Guid.Parse(Catalogue.PoolId), "db", "192.0.2.17", 80);

        var (answered, answer) = await SendAsync(harness, method, path, body);

        Assert.Equal((status, told), ((int)answered, answer.RootElement.GetProperty("faultstring").GetString()));
    }

    [Theory]
    [InlineData("members[].id")]
    [InlineData("members[].name")]
    [InlineData("members[].address")]
    [InlineData("members[].protocol_port")]
    [InlineData("members[].weight")]
    [InlineData("members[].admin_state_up")]
    [InlineData("members[].operating_status")]
    [InlineData("members[].provisioning_status")]
    public void What_Muster_reads_of_a_member_is_in_Octavia_s_samples(string field) =>
        Assert.True(Known.Has("GET lbaas/pools/ID/members", field));

    [Theory]
    [InlineData("pools[].id")]
    [InlineData("pools[].name")]
    [InlineData("pools[].loadbalancers[].id")]
    public void What_Muster_reads_of_a_pool_is_in_Octavia_s_samples(string field) => Assert.True(Known.Has("GET lbaas/pools", field));

    private static async Task<(HttpStatusCode Status, JsonDocument Answer)> SendAsync(
        OpenStackHarness harness, string method, string path, string? body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new(method), new Uri($"{harness.Simulator.Url}load-balancer/v2/{path}"))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Auth-Token", await harness.TokenAsync());
        using var answer = await client.SendAsync(request, Cancellation);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)));
    }
}
