using System.Text;

using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Requests;

public sealed class BadRequestTests
{
    [Theory]
    [InlineData("""{"name":"web",}""", "line 1, byte 15: ")]
    [InlineData("{\n  \"name\": \"web\"\n  \"cloud\": \"sim\"\n}", "line 3, byte 3: ")]
    [InlineData("""{"name":"web" """, "line 1, byte 15: ")]
    [InlineData("name=web", "line 1, byte 2: ")]
    [InlineData("""{"name":"web"} x""", "line 1, byte 16: ")]
    [InlineData("", "the body is empty")]
    [InlineData("  \n", "the body is empty")]
    [InlineData("null", "the body is null")]
    public async Task Malformed_JSON_is_told_with_its_place(string body, string detail)
    {
        await using var server = await RunningServer.StartDevAsync();

        var problem = (await server.PostAsync("/v1/templates", body)).Problem(400, body == "null" ? "invalid_input" : "malformed_json");

        if (body != "null")
        {
            Assert.StartsWith(detail, problem.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_field_that_comes_twice_is_malformed()
    {
        await using var server = await RunningServer.StartDevAsync();

        var problem = (await server.PostAsync("/v1/templates", """{"name":"a","name":"b","cloud":"sim","image":"hello"}"""))
            .Problem(400, "malformed_json");

        Assert.Contains("name", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_is_malformed()
    {
        await using var server = await RunningServer.StartDevAsync();
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");

        using var response = await server.Http.PostAsync(
            new Uri("/v1/templates", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(
            "malformed_json", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"\ud800":"name"}""")]
    public async Task Half_a_surrogate_pair_is_malformed(string body)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.PostAsync("/v1/templates", body)).Problem(400, "malformed_json");
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_reason_to_refuse()
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.PostAsync("/v1/templates", "\uFEFF{\"name\":\"web\",\"cloud\":\"sim\",\"image\":\"hello\"}")).Good(201);
    }

    [Fact]
    public async Task Every_unknown_field_is_named_with_those_that_there_are()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();

        var problem = (await server.PostAsync("/v1/groups", """
            {"name":"shop","template":"web","capcity":{"desired":3},"capacity":{"desired":3,"wanted":4},"brakes":{"speed":1},"interval_s":"fast"}
            """)).Problem(400, "unknown_field", "capcity", "capacity.wanted", "brakes.speed", "interval_s");

        Assert.Contains(
            "unknown field; known: desired, min, max, hold_s, reason",
            problem.Errors.Single(error => error.Field == "capacity.wanted").Allowed,
            StringComparison.Ordinal);
        Assert.Equal(404, (await server.GetAsync("/v1/groups/shop")).Status);
    }

    [Theory]
    [InlineData("""{"networks":"a"}""", "networks")]
    [InlineData("""{"networks":[1]}""", "networks[0]")]
    [InlineData("""{"tags":{"k":1}}""", "tags.k")]
    [InlineData("""{"tags":["k"]}""", "tags")]
    [InlineData("""{"firewall_enabled":"yes"}""", "firewall_enabled")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""["web"]""", "body")]
    public async Task A_value_of_the_wrong_kind_is_named(string body, string field)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.PostAsync("/v1/templates", body)).Problem(400, "invalid_input", field);
    }

    [Fact]
    public async Task A_body_nested_without_end_is_malformed()
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.PostAsync("/v1/templates", new string('[', 100_000))).Problem(400, "malformed_json");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_oversized_body_is_refused_whether_its_length_is_told_or_not(bool chunked)
    {
        await using var server = await RunningServer.StartDevAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('x', 1024 * 1024)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/templates", UriKind.Relative));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("\"code\":\"body_too_large\"", text, StringComparison.Ordinal);
        Assert.Contains("1048576", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("nonsense")]
    public async Task A_body_that_is_not_sent_as_JSON_is_refused(string contentType)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("POST", "/v1/templates", """{"name":"web","cloud":"sim","image":"hello"}""", contentType))
            .Problem(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_body_without_content_type_is_refused_too()
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("POST", "/v1/templates", """{"name":"web"}""", contentType: null)).Problem(415, "unsupported_media_type");
        (await server.SendAsync("POST", "/v1/groups/x/suspend", """{"launch":true}""", contentType: null))
            .Problem(415, "unsupported_media_type");
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_taken_are_problems_too()
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.GetAsync("/")).Problem(404, "unknown_path");
        (await server.GetAsync("/v2/groups")).Problem(404, "unknown_path");
        var problem = await server.SendAsync("PUT", "/v1/groups/shop", "{}");
        problem.Problem(405, "method_not_allowed");
        Assert.Equal(["DELETE", "GET", "PATCH"], problem.ContentHeaders.Allow.Order(StringComparer.Ordinal));
    }
}
