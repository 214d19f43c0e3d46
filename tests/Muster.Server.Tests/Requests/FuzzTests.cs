using System.Net.Sockets;
using System.Text;

using Muster.Remote;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Requests;

/// <summary>
/// Seeded nonsense for every endpoint: a bad request is one, never the server's fault, and never a reason to fetch a backup.
/// </summary>
public sealed class FuzzTests
{
    private static readonly string[] More =
    [
        "POST /v1/tsg/templates", "POST /v1/tsg/groups", "PUT /v1/tsg/groups", "PUT /v1/tsg/groups/{id}",
        "PUT /v1/tsg/groups/{id}/increment", "PUT /v1/tsg/groups/{id}/decrement", "GET /v1/tsg/groups/{id}/instances",
        "DELETE /v1/tsg/groups/{id}", "POST /v1/task/time", "POST /v1/task/idle", "POST /v1/task/groups/{id}",
        "POST /v1/task/groups/{id}/assignment", "POST /v1/task/groups/{id}/lease/take", "POST /v1/task/groups/{id}/lease/renew",
        "POST /v1/task/groups/{id}/record", "POST /v1/task/groups/{id}/permits", "POST /v1/task/groups/{id}/calls",
        "POST /v1/task/groups/{id}/runs", "POST /v1/task/sweeps/{id}/sim/permits", "POST /v1/task/sweeps/{id}/sim/calls", "GET /metrics",
        "GET /openapi/v1.json", "GET /{id}",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Nonsense_is_refused_and_never_the_servers_fault(int seed)
    {
        var random = new Random(seed);
        await using var server = await RunningServer.StartForAnythingAsync();
        await server.AddGroupAsync();
        var group = (await server.GetAsync("/v1/groups/shop")).Json.GetProperty("id").GetString()!;
        var operations = (await server.GetAsync("/openapi/v1.json")).Good(200).Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"))
            .Concat(More).ToArray();

        foreach (var operation in operations)
        {
            for (var i = 0; i < 40; i++)
            {
                var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
                path = path.Replace(
                    "{id}",
                    Pick(
                        random, "shop", group, "%ff", "%00", "%ed%a0%80", "..%2f", "%25", new string('a', 300),
                        "00000000-0000-0000-0000-000000000000"),
                    StringComparison.Ordinal)
                    .Replace("{name}", Pick(random, "sim", "demo", "%ff", "%00", "x%0d%0ay"), StringComparison.Ordinal)
                    + (path == "/v1/events"
                        ? "?group=nobody"
                        : Pick(
                            random, "", "", "?limit=%ff", "?cursor=%00", "?cursor=eyJ9", "?limit=99999999999999999999",
                            "?include_archived=2&check=maybe", "?instances=%ed%a0%80", "?template=%00"));
                var body = method is "GET" or "DELETE" ? null : Body(random);
                var answer = await SendAsync(server, method, path, body, random);

                // What the cloud answers to a template that is none is the cloud's.
                Assert.True(
                    answer.Status is < 500 or 502 or 503,
                    $"{operation} {i}: {method} {path} {Encoding.Latin1.GetString(body ?? [])} -> {answer.Status} {answer.Text}");
                Assert.DoesNotContain("backup", answer.Text, StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.DoesNotContain(
            server.Logs.Lines,
            line => line.Contains("ended unexpectedly", StringComparison.Ordinal) || line.Contains("backup", StringComparison.Ordinal));
        (await server.GetAsync("/readyz")).Good(200);
    }

    [Theory]
    [InlineData("80000000")]
    [InlineData("ffffffff")]
    [InlineData("100000000")]
    [InlineData("ffffffffffffffff")]
    [InlineData("-1")]
    [InlineData("zz")]
    public async Task A_chunk_that_is_no_number_of_bytes_is_a_bad_request(string size)
    {
        await using var server = await RunningServer.StartForAnythingAsync();

        foreach (var path in (string[])["/v1/groups", "/v1/templates", "/v1/tokens", "/v1/tsg/groups", "/v1/task/idle"])
        {
            var status = await SendRawAsync(
                server,
                $"POST {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{RemoteProtocol.VersionHeader}: {RemoteProtocol.Version}\r\n"
                + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n");
            Assert.True(status is "400" or "413" or "422", $"{path}: {status}");
        }

        Assert.DoesNotContain(server.Logs.Lines, line => line.Contains("ended unexpectedly", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"tags\":{\"\\udc00\":\"x\"}}")]
    [InlineData("{\"name\u00ff\":1}")]
    public async Task A_members_name_that_is_no_text_is_refused_everywhere(string body)
    {
        await using var server = await RunningServer.StartForAnythingAsync();
        var bytes = Encoding.Latin1.GetBytes(body);

        foreach (var (path, status) in ((string, int)[])[
            ("/v1/groups", 400),
            ("/v1/templates", 400),
            ("/v1/tokens", 400),
            ("/v1/tsg/groups", 422),
            ("/v1/tsg/templates", 422),
            ("/v1/task/idle", 400),
        ])
        {
            Assert.Equal((path, status), (path, (await SendAsync(server, "POST", path, bytes, new Random(0), "application/json")).Status));
        }
    }

    private static async Task<(int Status, string Text)> SendAsync(
        RunningServer server, string method, string path, byte[]? body, Random random, string? contentType = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation(RemoteProtocol.VersionHeader, RemoteProtocol.Version);
        if (contentType is null && random.Next(4) == 0)
        {
            request.Headers.TryAddWithoutValidation(
                Pick(random, "If-Match", "Idempotency-Key", "Last-Event-ID", "Authorization", "traceparent", "Accept", "Content-Language"),
                Pick(random, "\"1\"", "*", "W/\"x\"", "99999999999999999999", "Bearer mst_", "00-zz", "a,b,\"", new string('k', 300)));
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation(
                "Content-Type",
                contentType
                    ?? Pick(
                        random, "application/json", "application/json", "application/json", "application/json; charset=utf-16",
                        "text/plain", "a/b;c", ""));
            if (contentType is null && random.Next(10) == 0)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", Pick(random, "gzip", "br", "nonsense"));
            }
        }

        using var response = await server.Http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> SendRawAsync(RunningServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync(Cancel) ?? "";
        return line.Split(' ') is [_, var status, ..] ? status : line;
    }

    private static byte[] Body(Random random)
    {
        var text = random.Next(12) switch
        {
            0 => "",
            1 => new string('[', random.Next(1, 3000)),
            2 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 300))) + "1",
            3 => "nul",
            _ => Value(random, 0),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var flips = random.Next(6) == 0 ? random.Next(1, 4) : 0; flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(20) == 0 ? [0xEF, 0xBB, 0xBF, .. bytes] : bytes;
    }

    private static string Value(Random random, int depth) => (depth > 4 ? random.Next(4) : random.Next(depth == 0 ? 6 : 0, 10)) switch
    {
        0 => Pick(random, "0", "-1", "3", "1e400", "-1e400", "99999999999999999999999999", "0.1", "2147483648", "9223372036854775808"),
        1 => Pick(random, "true", "false", "null"),
        2 => Pick(
            random, "\"\"", "\"shop\"", "\"web\"", "\"sim\"", "\"\\ud800\"", "\"\\u0000\"", "\"9999-12-31T23:59:59Z\"",
            "\"10675199.02:48:05.4775807\"", $"\"{new string('x', 5000)}\""),
        3 => Pick(random, "\"00000000-0000-0000-0000-000000000001\"", "\"admin\"", "\"hello\"", "\"read\""),
        4 or 5 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{Name(random)}\":{Value(random, depth + 1)}"))}}}",
    };

    private static string Name(Random random) => Pick(
        random, "name", "cloud", "image", "template", "capacity", "desired", "min", "max",
        "interval_s", "brakes", "scale_in", "tags", "metadata", "networks", "options", "role", "scope",
        "expires_in_s", "launch", "reason", "group_name", "template_id", "template_name", "package",
        "image_id", "instance_count", "max_instance", "min_instance", "records", "state", "launches",
        "activities", "lease", "record", "releases", "holder", "expected_fence", "now", "duration",
        "kind", "told", "throttled", "failed", "answered", "id", "group", "\\ud800", "\\u0000", "");

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
