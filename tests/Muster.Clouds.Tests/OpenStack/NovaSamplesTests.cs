using System.Text.Json;

using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>
/// The simulator's answers held against the samples that Nova's own developers publish: a field that no sample has, or that is of another
/// kind there, would be this project's opinion of the wire. See Samples/README.md.
/// </summary>
public sealed class NovaSamplesTests
{
    // Names that somebody chooses.
    private static readonly string[] Open = ["metadata", "addresses", "extra_specs", "rules"];

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
        var token = await TokenAsync(harness);

        using var answer = await GetAsync(harness, token, path.Replace("ID", launched.Id.Value, StringComparison.Ordinal));

        Assert.Empty(Strange(call, answer.RootElement));
    }

    [Fact]
    public async Task A_server_of_a_cell_that_is_down_looks_as_in_Nova_s_samples()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.IsInDownCell = _ => true);
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        using var answer = await GetAsync(harness, await TokenAsync(harness), "servers/detail");

        var server = Assert.Single(answer.RootElement.GetProperty("servers").EnumerateArray());
        Assert.Equal(
            ["created", "id", "links", "status", "tenant_id"],
            server.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Empty(Strange("GET servers/detail", answer.RootElement));
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
        Assert.Contains(("GET servers/detail", $"servers[].{field}"), Known.Keys);

    private static readonly Dictionary<(string Call, string Path), string[]> Known = File
        .ReadAllLines(RepositoryRoot.File("tests/Muster.Clouds.Tests/OpenStack/Samples/nova-fields.txt"))
        .Select(line => line.Split(' '))
        .ToDictionary(parts => (string.Join(' ', parts[..2]), string.Join(' ', parts[2..^1])), parts => parts[^1].Split('|'));

    private static IEnumerable<string> Strange(string call, JsonElement element, string path = "")
    {
        var kind = element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind.ToString();
        if (path.Length > 0 && !(Known.TryGetValue((call, path), out var kinds) && (kinds.Contains(kind) || kind is "Null")))
        {
            yield return $"{call}: {path} is {kind}";
        }

        var children = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(field => (
                Path: $"{path}{(path.Length == 0 ? "" : ".")}{(Open.Contains(path.Split('.')[^1]) ? "*" : field.Name)}", field.Value)),
            JsonValueKind.Array => element.EnumerateArray().Select(one => (Path: $"{path}[]", Value: one)),
            _ => [],
        };
        foreach (var strange in children.SelectMany(child => Strange(call, child.Value, child.Path)))
        {
            yield return strange;
        }
    }

    private static async Task<JsonDocument> GetAsync(OpenStackHarness harness, string token, string path)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", token);
        client.DefaultRequestHeaders.Add("OpenStack-API-Version", "compute 2.69");
        return JsonDocument.Parse(await client.GetStringAsync(new Uri($"{harness.Simulator.Url}compute/v2.1/{path}"), Cancellation));
    }

    private static async Task<string> TokenAsync(OpenStackHarness harness)
    {
        using var client = new HttpClient();
        using var body = new StringContent(
            "{\"auth\":{\"identity\":{\"methods\":[\"application_credential\"],\"application_credential\":{\"id\":\""
            + $"{OpenStackHarness.ApplicationId}\",\"secret\":\"{OpenStackHarness.ApplicationSecret}\"}}}}}}}}");
        using var answer = await client.PostAsync(new Uri($"{harness.Simulator.IdentityUrl}/v3/auth/tokens"), body, Cancellation);
        return answer.Headers.GetValues("X-Subject-Token").Single();
    }
}
