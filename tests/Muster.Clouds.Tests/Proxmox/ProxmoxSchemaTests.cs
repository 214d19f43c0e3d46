using System.Text.Json;

namespace Muster.Clouds.Tests.Proxmox;

/// <summary>The simulator's answers, and the judge itself, held against the schemas of Proxmox's API.</summary>
public sealed class ProxmoxSchemaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_simulators_answers_have_no_field_that_the_API_has_not()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(("pool", "muster")), Cancellation);
        harness.Simulator.Machines.SetLock(ProxmoxHarness.VmidOf(launched), "backup");
        using var client = new HttpClient { BaseAddress = new Uri(harness.Simulator.Url, "api2/json/") };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"PVEAPIToken={harness.Token}");
        var task = (await RowsAsync(client, "nodes/pve1/tasks?source=all"))[0].GetProperty("upid").GetString()!;

        foreach (var (call, path) in new (string Call, string Path)[]
        {
            ("GET /cluster/resources", "cluster/resources"),
            ("GET /nodes/{node}/qemu", "nodes/pve1/qemu"),
            ("GET /nodes/{node}/qemu/{vmid}/status/current", $"nodes/pve1/qemu/{ProxmoxHarness.VmidOf(launched)}/status/current"),
            ("GET /nodes/{node}/tasks", "nodes/pve1/tasks?source=all"),
            ("GET /nodes/{node}/tasks/{upid}/status", $"nodes/pve1/tasks/{Uri.EscapeDataString(task)}/status"),
            ("GET /nodes/{node}/network", "nodes/pve1/network"),
            ("GET /nodes/{node}/storage/{storage}/content", "nodes/pve1/storage/ceph/content"),
            ("GET /version", "version"),
        })
        {
            var known = SchemaJudge.FieldsOf(call);
            foreach (var field in (await RowsAsync(client, path)).SelectMany(row => row.EnumerateObject()))
            {
                Assert.True(known.TryGetValue(field.Name, out var type), $"{call}: {field.Name} is no field of the answer");
                Assert.True(
                    type is "" || field.Value.ValueKind == (type is "string" or "object" ? JsonValueKind.String : JsonValueKind.Number),
                    $"{call}: {field.Name} is {field.Value.ValueKind}, and the schema says {type}");
            }
        }
    }

    [Theory]
    [InlineData("newid", "99", "value must have a minimum value of 100")]
    [InlineData("newid", "x", "type check ('integer') failed - got 'x'")]
    [InlineData("full", "perhaps", "type check ('boolean') failed - got 'perhaps'")]
    [InlineData("format", "iso", "value 'iso' does not have a value in the enumeration")]
    [InlineData("color", "red", "property is not defined in schema and the schema does not allow additional properties")]
    public void The_judge_refuses_what_the_API_refuses(string name, string value, string why)
    {
        var parameters = new Dictionary<string, string> { ["node"] = "pve1", ["vmid"] = "9000", ["newid"] = "105", [name] = value };

        Assert.Equal(why, new SchemaJudge().Judge("POST /nodes/{node}/qemu/{vmid}/clone", parameters)[name]);
    }

    [Theory]
    [InlineData("tags", "Web Team;=x")]
    [InlineData("net0", "virtio,bridge=vmbr0,tag=5000")]
    [InlineData("net0", "virtio,wire=vmbr0")]
    [InlineData("net0", "token-ring,bridge=vmbr0")]
    [InlineData("sshkeys", "ssh-rsa AAAA me")]
    [InlineData("ipconfig0", "dhcp")]
    [InlineData("nameserver", "dns.example")]
    [InlineData("cicustom", "user=x")]
    [InlineData("name", "a_b")]
    public void The_judge_looks_into_a_configuration(string name, string value) => Assert.Contains(name, new SchemaJudge().Judge(
        "PUT /nodes/{node}/qemu/{vmid}/config", new Dictionary<string, string> { ["node"] = "pve1", ["vmid"] = "105", [name] = value }));

    private static async Task<JsonElement[]> RowsAsync(HttpClient client, string path)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation));
        var data = document.RootElement.GetProperty("data");
        return data.ValueKind is JsonValueKind.Array ? [.. data.EnumerateArray().Select(row => row.Clone())] : [data.Clone()];
    }
}
