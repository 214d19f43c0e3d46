using System.Text.Json;

using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>
/// The simulator's answers held against the samples that Nova's own developers publish: a field that no sample has, or that is of another
/// kind there, would be this project's opinion of the wire. See Samples/README.md.
/// </summary>
public sealed class NovaSamplesTests
{
    // Metadata and the like: their names are somebody's choice.
    private static readonly PublishedFields Known = new("nova-fields.txt", "metadata", "addresses", "extra_specs", "rules");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Calls => new()
    {
        { "GET servers/detail", "servers/detail" },
        { "GET servers/ID", "servers/ID" },
        { "GET limits", "limits" },
        { "GET os-availability-zone", "os-availability-zone" },
        { "GET flavors/detail", "flavors/detail" },
        { "GET os-server-groups", "os-server-groups" },
        { "GET os-keypairs/NAME", "os-keypairs/ops" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task An_answer_has_no_field_that_Nova_s_samples_have_not(string call, string path)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        var token = await harness.TokenAsync();

        using var answer = await GetAsync(harness, token, path.Replace("ID", launched.Id.Value, StringComparison.Ordinal));

        Assert.Empty(Known.Strange(call, answer.RootElement));
    }

    [Fact]
    public async Task A_server_of_a_cell_that_is_down_looks_as_in_Nova_s_samples()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.IsInDownCell = _ => true);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        using var answer = await GetAsync(harness, await harness.TokenAsync(), "servers/detail");

        var server = Assert.Single(answer.RootElement.GetProperty("servers").EnumerateArray());
        Assert.Equal(
            ["created", "id", "links", "status", "tenant_id"],
            server.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Empty(Known.Strange("GET servers/detail", answer.RootElement));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("name")]
    [InlineData("status")]
    [InlineData("metadata")]
    [InlineData("created")]
    [InlineData("locked")]
    [InlineData("addresses")]
    [InlineData("addresses.*[].addr")]
    [InlineData("addresses.*[].version")]
    [InlineData("addresses.*[].OS-EXT-IPS:type")]
    [InlineData("accessIPv4")]
    [InlineData("accessIPv6")]
    [InlineData("flavor.original_name")]
    [InlineData("image.id")]
    [InlineData("key_name")]
    [InlineData("config_drive")]
    [InlineData("security_groups[].name")]
    [InlineData("os-extended-volumes:volumes_attached")]
    [InlineData("OS-EXT-AZ:availability_zone")]
    [InlineData("OS-EXT-STS:task_state")]
    public void What_Muster_reads_of_a_server_is_in_Nova_s_samples(string field) =>
        Assert.True(Known.Has("GET servers/detail", $"servers[].{field}"));

    private static async Task<JsonDocument> GetAsync(OpenStackHarness harness, string token, string path)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", token);
        client.DefaultRequestHeaders.Add("OpenStack-API-Version", "compute 2.69");
        return JsonDocument.Parse(await client.GetStringAsync(new Uri($"{harness.Simulator.Url}compute/v2.1/{path}"), Cancellation));
    }
}
