using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Muster.Server.Tests.Tsg;

/// <summary>
/// What triton-go's services client and the Terraform provider on top of it put on the wire, byte for byte, and what they need back.
/// </summary>
public sealed class TritonGoTests : TsgTests
{
    private const string Signed =
        "Accept: application/json\r\nAccept-Version: 8\r\n"
        + "Authorization: Signature keyId=\"/joyent/keys/5a:ce:1e:1d:b0:96:78:c6:7a:f2:f8:26:e1:b3:55:79\",algorithm=\"rsa-sha1\","
        + "headers=\"date\",signature=\"c2lnbmF0dXJl\"\r\nDate: Mon, 14 May 2018 12:00:00 UTC\r\nUser-Agent: triton-go/1.2.0\r\n";

    [Fact]
    public async Task A_template_and_a_group_live_and_die_as_terraform_sends_it()
    {
        var template = await MakeAsync(
            "/v1/tsg/templates",
            $$"""{"id":"","template_name":"web","package":"{{Package}}","image_id":"{{Image}}","firewall_enabled":false,"networks":null,"userdata":"","metadata":null,"tags":null,"created_at":"0001-01-01T00:00:00Z"}""");
        var group = await MakeAsync(
            "/v1/tsg/groups", $$"""{"group_name":"shop","template_id":"{{template}}","capacity":3}""");

        var (status, headers, body) = await ExchangeAsync("GET", $"/v1/tsg/groups/{group}");
        Assert.Equal("HTTP/1.1 200 OK", status);
        Assert.Contains("Content-Type: application/json; charset=utf-8", headers);
        Assert.DoesNotContain(headers, header => header.StartsWith("Content-Encoding", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            ["id", "group_name", "template_id", "capacity", "created_at", "updated_at"],
            JsonDocument.Parse(body).RootElement.EnumerateObject().Select(member => member.Name));

        // A changed capacity: without the id in the path, as in every release.
        (status, _, body) = await ExchangeAsync(
            "PUT", "/v1/tsg/groups", $$"""{"group_name":"shop","template_id":"{{template}}","capacity":10}""");
        Assert.Equal("HTTP/1.1 200 OK", status);
        Assert.Equal(10, JsonDocument.Parse(body).RootElement.GetProperty("capacity").GetInt32());

        // Down to nothing: the capacity is left out.
        (status, _, _) = await ExchangeAsync("PUT", "/v1/tsg/groups", $$"""{"group_name":"shop","template_id":"{{template}}"}""");
        Assert.Equal("HTTP/1.1 200 OK", status);
        Assert.Equal(0, await CapacityAsync(group));

        // terraform destroy, which waits for nothing.
        Assert.Equal("HTTP/1.1 204 No Content", (await ExchangeAsync("DELETE", $"/v1/tsg/groups/{group}")).Status);
        Assert.Equal("HTTP/1.1 204 No Content", (await ExchangeAsync("DELETE", $"/v1/tsg/templates/{template}")).Status);
        Assert.Equal("HTTP/1.1 404 Not Found", (await ExchangeAsync("GET", $"/v1/tsg/groups/{group}")).Status);
    }

    [Fact]
    public async Task The_documented_curl_call_is_understood()
    {
        // The older dialect: the signature after the parameters, and curl's own headers.
        var (status, _, body) = await ExchangeAsync(
            "GET", "/v1/tsg/groups", body: null,
            "Accept: */*\r\nUser-Agent: curl/7.58.0\r\nDate: Mon, 14 May 2018 12:00:00 GMT\r\n"
            + "Authorization: Signature keyId=\"/joyent/keys/laptop\",algorithm=\"rsa-sha256\" c2lnbmF0dXJl\r\n");

        Assert.Equal(("HTTP/1.1 200 OK", "[]"), (status, body));
    }

    private async Task<string> MakeAsync(string path, string json)
    {
        var (status, headers, body) = await ExchangeAsync("POST", path, json);
        Assert.Equal("HTTP/1.1 201 Created", status);
        var id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        Assert.Contains($"Location: {path}/{id}", headers);
        return id;
    }

    private async Task<(string Status, string[] Headers, string Body)> ExchangeAsync(
        string method, string path, string? body = null, string headers = Signed)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Address.Host, Server.Address.Port, Cancellation);
        await using var stream = client.GetStream();
        var content = body is null
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        var request = $"{method} {path} HTTP/1.1\r\nHost: {Server.Address.Authority}\r\n{headers}{content}Accept-Encoding: gzip\r\n"
            + $"Connection: close\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var parts = (await reader.ReadToEndAsync(Cancellation)).Split("\r\n\r\n", 2);
        var head = parts[0].Split("\r\n");
        return (head[0], head[1..], parts[1]);
    }
}
